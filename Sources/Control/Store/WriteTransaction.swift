import GRDB

/// What a write job holds while it runs: the database, the time of the commit, and the events to tell once it is committed.
///
/// Not Sendable: it lives on the writer's thread for the length of one job.
package final class WriteTransaction {
    package let db: Database
    package let now: Timestamp
    private(set) var events: [DomainEvent] = []

    init(db: Database, now: Timestamp) {
        self.db = db
        self.now = now
    }

    /// Tells the event after COMMIT; never if the job throws or the commit fails.
    package func publish(_ event: DomainEvent) {
        events.append(event)
    }
}

import Control

/// What was committed for a guild while it is read from the database.
///
/// Beyond the limit nothing is kept: everything so far was committed before a second reading, which then knows it, so the first answer is
/// thrown away and the guild is read again.
struct LoadingGuild {
    let limit: Int
    private(set) var events: [DomainEvent] = []
    private(set) var isOverfull = false

    init(limit: Int) { self.limit = limit }

    mutating func keep(_ event: DomainEvent) {
        guard !isOverfull else { return }
        events.append(event)
        guard events.count > limit else { return }
        events = []
        isOverfull = true
    }
}

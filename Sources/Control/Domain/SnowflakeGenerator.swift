import Synchronization

/// Makes ids that are unique and rising for as long as the database lives, whatever the clock does.
///
/// An id is never smaller than or equal to one made before: when the clock stands still or steps back, the generator counts on from its last
/// id, and the bits above the counter take the carry. After a restart the store tells it the greatest id on disk.
package final class SnowflakeGenerator: Sendable {
    private let clock: Clock
    private let last: Mutex<UInt64>

    /// - Parameter last: the greatest id in use; nothing at or below it is made.
    package init(clock: Clock, after last: Snowflake = Snowflake(0)) {
        self.clock = clock
        self.last = Mutex(last.rawValue)
    }

    package func next() -> Snowflake {
        let milliseconds = max(0, clock.now().milliseconds - Snowflake.epochMilliseconds)
        let candidate = UInt64(milliseconds) << 22
        return last.withLock { last in
            last = max(last &+ 1, candidate)
            return Snowflake(last)
        }
    }
}

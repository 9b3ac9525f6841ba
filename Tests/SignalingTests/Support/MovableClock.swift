import Synchronization

@testable import Control

/// The machine's clock, moved on by what a test says.
final class MovableClock: Sendable {
    private let ahead = Mutex(Duration.zero)

    var clock: Clock { Clock { Clock.system.now().advanced(by: self.ahead.withLock { $0 }) } }

    func advance(by time: Duration) { ahead.withLock { $0 += time } }
}

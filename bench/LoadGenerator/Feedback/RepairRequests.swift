import Synchronization

/// Numbers that a server has asked for again: the receive thread adds them, the send thread takes them.
final class RepairRequests: Sendable {
    /// Waiting at most; what comes beyond is forgotten, and asked for again if it is still missed.
    static let capacity = 256

    private let isWaiting = Atomic(false)
    private let numbers = Mutex<[UInt16]>([])

    func add(_ number: UInt16) {
        numbers.withLock { if $0.count < Self.capacity { $0.append(number) } }
        isWaiting.store(true, ordering: .releasing)
    }

    /// What is there, up to so many.
    func take(_ count: Int) -> [UInt16] {
        guard isWaiting.load(ordering: .acquiring) else { return [] }
        return numbers.withLock { numbers in
            let taken = Array(numbers.prefix(count))
            numbers.removeFirst(taken.count)
            isWaiting.store(!numbers.isEmpty, ordering: .releasing)
            return taken
        }
    }
}

/// A worker's end of the relay: what the others write for it, and whom to wake after it has written for them.
final class RelayPost {
    /// Wakes this worker.
    let signal: WakeSignal
    private var incoming: [(worker: Int, ring: RelayRing)] = []
    private var signals: [WakeSignal?] = []

    /// Records read of each ring in one turn: media must leave in between.
    static let recordsPerTurn = 256

    init() throws(MediaServerError) { signal = try WakeSignal() }

    /// Before the threads run: a way from `self` (worker `own`) to `other` (worker `index`), for the cores on both ends.
    func connect(_ core: MediaCore, own: Int, to other: RelayPost, index: Int) {
        let ring = RelayRing()
        core.connect(ring, to: index)
        while signals.count <= index { signals.append(nil) }
        signals[index] = other.signal
        other.incoming.append((own, ring))
    }

    var isConnected: Bool { !incoming.isEmpty }

    var hasRecords: Bool { incoming.contains { !$0.ring.isEmpty } }

    func read(_ take: (_ worker: Int, _ record: UnsafeRawBufferPointer) -> Void) {
        for (worker, ring) in incoming { ring.read(limit: Self.recordsPerTurn) { take(worker, $0) } }
    }

    /// - Parameter workers: bit per worker.
    func wake(_ workers: UInt64) {
        var left = workers
        while left != 0 {
            signals[left.trailingZeroBitCount]?.wake()
            left &= left - 1
        }
    }
}

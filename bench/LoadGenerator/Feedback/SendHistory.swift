/// The last packets of one sent stream, for those who missed them. The send thread's.
final class SendHistory {
    /// A quarter of a second of the fastest stream; a power of two.
    static let capacity = 512
    private static let slotBytes = 1600

    private let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity * slotBytes, alignment: 64)
    private var lengths = [Int](repeating: 0, count: capacity)
    private var sequences = [UInt16](repeating: 0, count: capacity)

    init() {}

    deinit { bytes.deallocate() }

    /// Replaces the packet that is `capacity` numbers older.
    func store(_ packet: UnsafeRawBufferPointer, sequence: UInt16) {
        let slot = Int(sequence) & (Self.capacity - 1)
        guard packet.count <= Self.slotBytes, let start = packet.baseAddress else { return lengths[slot] = 0 }
        (bytes + slot * Self.slotBytes).copyMemory(from: start, byteCount: packet.count)
        (lengths[slot], sequences[slot]) = (packet.count, sequence)
    }

    /// `nil`: never sent, or too long ago.
    func packet(_ sequence: UInt16) -> UnsafeRawBufferPointer? {
        let slot = Int(sequence) & (Self.capacity - 1)
        guard lengths[slot] > 0, sequences[slot] == sequence else { return nil }
        return UnsafeRawBufferPointer(start: bytes + slot * Self.slotBytes, count: lengths[slot])
    }
}

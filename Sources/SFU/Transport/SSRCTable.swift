/// A small set of SSRCs in one piece of memory, the last hit first: what a packet needs to know is whether its stream is known.
struct SSRCTable: ~Copyable {
    private let capacity: Int
    private var count = 0
    private let values: UnsafeMutablePointer<UInt32>

    init(capacity: Int) {
        self.capacity = capacity
        values = .allocate(capacity: capacity)
    }

    deinit { values.deallocate() }

    var isFull: Bool { count == capacity }

    /// Moves a hit to the front, so that a busy stream is found at once.
    @inline(__always)
    mutating func contains(_ ssrc: UInt32) -> Bool {
        if count > 0, values[0] == ssrc { return true }
        for index in 0..<count where values[index] == ssrc {
            values[index] = values[0]
            values[0] = ssrc
            return true
        }
        return false
    }

    /// `ssrc` must not be in it, and it must not be full.
    mutating func insert(_ ssrc: UInt32) {
        precondition(count < capacity, "the table of streams has a bound")
        values[count] = ssrc
        count += 1
    }

    /// - Returns: whether it was in it.
    mutating func remove(_ ssrc: UInt32) -> Bool {
        for index in 0..<count where values[index] == ssrc {
            count -= 1
            values[index] = values[count]
            return true
        }
        return false
    }
}

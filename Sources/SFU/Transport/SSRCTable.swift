/// A small set of SSRCs that remembers the last hit: what a packet needs to know is whether its stream is known.
struct SSRCTable: ~Copyable {
    private let capacity: Int
    private var count = 0
    /// The last hit, here and not behind a pointer.
    private var latest: UInt32 = 0
    private let values: UnsafeMutablePointer<UInt32>

    init(capacity: Int) {
        self.capacity = capacity
        values = .allocate(capacity: capacity)
    }

    deinit { values.deallocate() }

    var isFull: Bool { count == capacity }

    @inline(__always)
    mutating func contains(_ ssrc: UInt32) -> Bool {
        if count > 0, latest == ssrc { return true }
        for index in 0..<count where values[index] == ssrc {
            latest = ssrc
            return true
        }
        return false
    }

    /// `ssrc` must not be in it, and it must not be full.
    mutating func insert(_ ssrc: UInt32) {
        precondition(count < capacity, "the table of streams has a bound")
        values[count] = ssrc
        count += 1
        latest = ssrc
    }

    /// - Returns: whether it was in it.
    mutating func remove(_ ssrc: UInt32) -> Bool {
        for index in 0..<count where values[index] == ssrc {
            count -= 1
            values[index] = values[count]
            latest = values[0]
            return true
        }
        return false
    }
}

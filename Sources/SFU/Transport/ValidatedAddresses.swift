import RTP

/// The remote addresses of one peer that have passed an authenticated check, and how much each may be sent before DTLS proves it.
struct ValidatedAddresses: ~Copyable {
    static let capacity = 8
    /// RFC 9000 §8.1.
    static let amplificationLimit = 3

    private struct Entry {
        var address: SocketAddress
        var lastCheckAt: Instant
        var receivedBytes: Int
        var sentBytes: Int
    }

    private var count = 0
    private let entries: UnsafeMutablePointer<Entry>

    init() { entries = .allocate(capacity: Self.capacity) }

    deinit { entries.deallocate() }

    /// The first is the one in use as a rule.
    @inline(__always)
    func prefetch() { Prefetch.memory(UnsafeRawPointer(entries), bytes: MemoryLayout<Entry>.stride) }

    var all: [SocketAddress] { (0..<count).map { entries[$0].address } }

    @inline(__always)
    func contains(_ address: SocketAddress) -> Bool { index(of: address) != nil }

    func lastCheck(from address: SocketAddress) -> Instant? { index(of: address).map { entries[$0].lastCheckAt } }

    /// - Parameter keeping: the address in use, which is never the one to make room.
    mutating func checkReceived(from address: SocketAddress, bytes: Int, replied: Int, keeping: SocketAddress?, at now: Instant) {
        let index = index(of: address) ?? makeRoom(keeping: keeping, for: address, at: now)
        entries[index].lastCheckAt = now
        entries[index].receivedBytes += bytes
        entries[index].sentBytes += replied
    }

    mutating func received(_ bytes: Int, from address: SocketAddress) {
        if let index = index(of: address) { entries[index].receivedBytes += bytes }
    }

    mutating func sent(_ bytes: Int, to address: SocketAddress) {
        if let index = index(of: address) { entries[index].sentBytes += bytes }
    }

    func allowsSending(_ bytes: Int, to address: SocketAddress) -> Bool {
        guard let index = index(of: address) else { return false }
        return entries[index].sentBytes + bytes <= Self.amplificationLimit * entries[index].receivedBytes
    }

    @inline(__always)
    private func index(of address: SocketAddress) -> Int? {
        for index in 0..<count where entries[index].address == address { return index }
        return nil
    }

    private mutating func makeRoom(keeping: SocketAddress?, for address: SocketAddress, at now: Instant) -> Int {
        var index = count
        if count < Self.capacity {
            count += 1
        } else {
            let others = (0..<count).filter { entries[$0].address != keeping }
            index = others.min { entries[$0].lastCheckAt < entries[$1].lastCheckAt } ?? 0
        }
        (entries + index).initialize(to: Entry(address: address, lastCheckAt: now, receivedBytes: 0, sentBytes: 0))
        return index
    }
}

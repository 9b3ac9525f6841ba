import RTP

/// Whose the incoming SSRCs of one peer are. A small table searched in order: a peer has at most 32, most have under ten.
///
/// An SSRC belongs to the peer on whose transport it came, and to nothing else: another peer's packets with the same SSRC are looked up in
/// that peer's own table. That is the guard of reliability row B7.
struct SSRCBindings: ~Copyable {
    enum Binding {
        case media(Encoding)
        case repair(Encoding)
        /// The section's stream went on under another SSRC; what still comes under this one belongs nowhere, and neither do its reports.
        case retired(Encoding, at: Instant)
        /// Authenticated, but nothing says where it belongs. It keeps its place so that the bound counts it.
        case unbound
    }

    /// libsrtp's own list is searched linearly, and the transport counts as many.
    static let limit = 32

    private var ssrcs: [SSRC] = []
    private var bindings: [Binding] = []
    private var near = Near()

    init() {}

    var count: Int { ssrcs.count }
    var isFull: Bool { ssrcs.count >= Self.limit }

    func index(of ssrc: SSRC) -> Int? {
        for i in 0..<ssrcs.count where ssrcs[i] == ssrc { return i }
        return nil
    }

    subscript(index: Int) -> Binding { bindings[index] }

    /// Asks for the table's memory.
    @inline(__always)
    func prefetch() {
        if let start = near.ssrcs { Prefetch.memory(start, bytes: 64) }
        if let start = near.bindings { Prefetch.memory(start, bytes: 128) }
    }

    /// The encoding whose media comes under this SSRC, if it is one of the first few.
    @inline(__always)
    func nearEncoding(of ssrc: SSRC) -> Unmanaged<Encoding>? {
        for index in 0..<Near.count where near.known[index] == ssrc.rawValue { return near.encodings[index] }
        return nil
    }

    /// What can be told of the table without walking to it, nor counting references in memory that may be far.
    private struct Near {
        static let count = 4
        var known = InlineArray<4, UInt32>(repeating: 0)
        var encodings = InlineArray<4, Unmanaged<Encoding>?>(repeating: nil)
        /// Where the arrays have their elements.
        var ssrcs: UnsafeRawPointer?
        var bindings: UnsafeRawPointer?

        init() {}

        init(_ ssrcs: [SSRC], _ bindings: [Binding]) {
            for index in 0..<min(Self.count, ssrcs.count) {
                known[index] = ssrcs[index].rawValue
                if case .media(let encoding) = bindings[index] { encodings[index] = .passUnretained(encoding) }
            }
            self.ssrcs = ssrcs.withUnsafeBytes { $0.baseAddress }
            self.bindings = bindings.withUnsafeBytes { $0.baseAddress }
        }
    }

    /// `false` when the table is full and the SSRC not in it.
    @discardableResult
    mutating func bind(_ ssrc: SSRC, to binding: Binding) -> Bool {
        if let index = index(of: ssrc) {
            bindings[index] = binding
            near = Near(ssrcs, bindings)
            return true
        }
        guard !isFull else { return false }
        ssrcs.append(ssrc)
        bindings.append(binding)
        near = Near(ssrcs, bindings)
        return true
    }

    /// What a retired stream's packets may still take to come. Chosen well above any path's delay, and it is also what bounds how often a
    /// client may change its SSRCs: each change costs its viewers a keyframe.
    static let retirement: Int64 = 10_000_000_000

    /// Forgets the SSRCs that were retired long enough ago, and answers them.
    mutating func removeRetired(at now: Instant) -> [SSRC] {
        var removed: [SSRC] = []
        for i in ssrcs.indices.reversed() {
            guard case .retired(_, let since) = bindings[i], now.nanoseconds - since.nanoseconds >= Self.retirement else { continue }
            removed.append(remove(at: i))
        }
        return removed
    }

    /// Forgets all SSRCs of a section that is gone, and answers them.
    mutating func removeAll(of receiver: RTPReceiver) -> [SSRC] {
        var removed: [SSRC] = []
        for i in ssrcs.indices.reversed() {
            switch bindings[i] {
            case .media(let encoding), .repair(let encoding), .retired(let encoding, _):
                guard encoding.receiver === receiver else { continue }
                removed.append(remove(at: i))
            case .unbound: continue
            }
        }
        return removed
    }

    private mutating func remove(at index: Int) -> SSRC {
        defer { near = Near(ssrcs, bindings) }
        bindings.remove(at: index)
        return ssrcs.remove(at: index)
    }
}

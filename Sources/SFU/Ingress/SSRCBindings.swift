import RTP

/// Whose the incoming SSRCs of one peer are. A small table searched in order: a peer has at most 32, most have under ten.
///
/// An SSRC belongs to the peer on whose transport it came, and to nothing else: another peer's packets with the same SSRC are looked up in
/// that peer's own table. That is the guard of reliability row B7.
struct SSRCBindings {
    enum Binding {
        case media(Encoding)
        case repair(Encoding)
        /// The section's stream went on under another SSRC; what still comes under this one belongs nowhere, and neither do its reports.
        case retired(Encoding, at: Instant)
        /// Authenticated, but nothing says where it belongs. It keeps its place so that the bound counts it.
        case unbound

        fileprivate var media: Unmanaged<Encoding>? { if case .media(let encoding) = self { .passUnretained(encoding) } else { nil } }
    }

    /// libsrtp's own list is searched linearly, and the transport counts as many.
    static let limit = 32

    private var ssrcs: [SSRC] = []
    private var bindings: [Binding] = []
    /// Of those that are media, by the same index.
    private var encodings: [Unmanaged<Encoding>?] = []

    init() {}

    var count: Int { ssrcs.count }
    var isFull: Bool { ssrcs.count >= Self.limit }

    func index(of ssrc: SSRC) -> Int? {
        for i in 0..<ssrcs.count where ssrcs[i] == ssrc { return i }
        return nil
    }

    subscript(index: Int) -> Binding { bindings[index] }

    /// Asks for the table's memory; `prefetchEncoding` then for the encoding of an SSRC.
    @inline(__always)
    func prefetch() {
        Prefetch.elements(of: ssrcs, bytes: 64)
        Prefetch.elements(of: encodings, bytes: 64)
        Prefetch.elements(of: bindings, bytes: 128)
    }

    @inline(__always)
    func prefetchEncoding(of ssrc: SSRC) { withEncoding(of: ssrc) { Prefetch.object($0, bytes: Encoding.hotBytes) } }

    /// Without counting a reference, which would be a write to memory that may be far.
    @inline(__always)
    func withEncoding(of ssrc: SSRC, _ body: (Encoding) -> Void) {
        guard let index = index(of: ssrc) else { return }
        encodings[index]?._withUnsafeGuaranteedRef(body)
    }

    /// `false` when the table is full and the SSRC not in it.
    @discardableResult
    mutating func bind(_ ssrc: SSRC, to binding: Binding) -> Bool {
        if let index = index(of: ssrc) {
            bindings[index] = binding
            encodings[index] = binding.media
            return true
        }
        guard !isFull else { return false }
        ssrcs.append(ssrc)
        bindings.append(binding)
        encodings.append(binding.media)
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
        bindings.remove(at: index)
        encodings.remove(at: index)
        return ssrcs.remove(at: index)
    }
}

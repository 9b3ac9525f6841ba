import CSRTP

/// Where libsrtp keeps the first streams of a session, which it walks through at each packet: to be asked for in advance, and never read then.
///
/// How its memory lies is libsrtp's own affair (here 2.5's). Should it lie otherwise, something else is asked for, in vain.
struct SRTPStreams: ~Copyable {
    private static let limit = 4
    /// A stream that none is sent on heads the list.
    private static let listBytes = 128
    /// A stream and, as a rule, its replay window, made right after it.
    private static let streamBytes = 448
    /// What names a stream's cipher, authenticator and salts.
    private static let keysBytes = 128

    private let list: UnsafeRawPointer?
    /// How many are known.
    private(set) var count = 0
    private var ssrcs = InlineArray<4, UInt32>(repeating: 0)
    private var streams = InlineArray<4, UnsafeRawPointer?>(repeating: nil)
    private var keys = InlineArray<4, UnsafeRawPointer?>(repeating: nil)

    /// A session begins with where its list is.
    init(of session: srtp_t) { list = UnsafeRawPointer(session).load(as: UnsafeRawPointer?.self) }

    /// A packet of a stream that was not known before has passed. A stream begins with its SSRC and where its keys are.
    mutating func note(_ ssrc: UInt32, in session: srtp_t) {
        guard count < Self.limit, row(of: ssrc) == nil, let stream = parley_srtp_stream(session, ssrc.bigEndian) else { return }
        ssrcs[count] = ssrc
        streams[count] = stream
        keys[count] = stream.load(fromByteOffset: 8, as: UnsafeRawPointer?.self)
        count += 1
    }

    mutating func forget(_ ssrc: UInt32) {
        guard let index = row(of: ssrc) else { return }
        count -= 1
        ssrcs[index] = ssrcs[count]
        streams[index] = streams[count]
        keys[index] = keys[count]
    }

    /// Where this stream is, if it is known.
    func place(of ssrc: UInt32) -> UnsafeRawPointer? { row(of: ssrc).flatMap { streams[$0] } }

    private func row(of ssrc: UInt32) -> Int? { (0..<count).first { ssrcs[$0] == ssrc } }

    @inline(__always)
    func prefetch() {
        if let list { Prefetch.memory(list, bytes: Self.listBytes) }
        for index in 0..<count {
            if let stream = streams[index] { Prefetch.memory(stream, bytes: Self.streamBytes) }
            if let keys = keys[index] { Prefetch.memory(keys, bytes: Self.keysBytes) }
        }
    }
}

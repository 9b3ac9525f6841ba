/// Walks the packets of one RTCP datagram: a compound (RFC 3550 §6.1) or a reduced-size one (RFC 5506), which may begin with anything.
///
///     var reader = RTCPReader(bytes)
///     while let packet = reader.nextValid(onError: { count($0) }) { … }
///
/// A packet with a good frame and a bad body is skipped and those behind it are still read. A bad frame ends the walk, since nobody knows
/// where the next one would begin. The walk is bounded by the datagram: each packet takes at least four bytes.
public struct RTCPReader {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    /// Where the next packet begins.
    public private(set) var offset = 0

    /// Walks a decrypted datagram.
    public init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next packet; `nil` at the end.
    ///
    /// - Throws: what is wrong with this packet, with the offset in the datagram. The reader stands behind the packet then and can go on.
    public mutating func next() throws(ParseError) -> RTCPPacket? {
        guard offset < bytes.count else { return nil }
        let start = offset
        let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
        do {
            offset = bytes.count
            let header = try RTCPHeader(parsing: rest)
            offset = start &+ header.packetLength
            return try RTCPPacket(header, in: UnsafeRawBufferPointer(rebasing: rest[0..<header.packetLength]))
        } catch {
            throw ParseError(error.reason, at: start &+ error.offset)
        }
    }

    /// The next packet that is whole; the ones that are not go to `onError`. `nil` at the end.
    @inlinable
    public mutating func nextValid(onError: (ParseError) -> Void = { _ in }) -> RTCPPacket? {
        while true {
            do {
                return try next()
            } catch {
                onError(error)
            }
        }
    }
}

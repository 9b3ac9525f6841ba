import RTP
import SFU

/// How packets of one sent stream get lost on purpose, and are sent again for those who ask. The send thread's, but for `requests`.
public final class StreamRepair: @unchecked Sendable {
    /// Where retransmissions go if the server takes them on a stream of their own (RFC 4588); none: they are sent again as they were.
    public let ssrc: SSRC?
    /// What is lost on the way to the server. Set before the stream starts.
    public var loss = LossPattern.none
    /// As the server answered. Set before the stream starts.
    var type: PayloadType?
    let requests = RepairRequests()
    private let history: SendHistory?
    private var sequence = SequenceNumber(UInt16.random(in: 0..<1 << 14))

    /// - Parameter remembers: what was sent, to send it again; microphones do not offer that.
    init(ssrc: SSRC?, remembers: Bool) {
        self.ssrc = ssrc
        history = remembers ? SendHistory() : nil
    }

    /// Whether anything can be sent again.
    var remembers: Bool { history != nil }

    /// Retransmissions are made of plain packets where they have a stream of their own, else they are the encrypted ones.
    private var isOfItsOwn: Bool { ssrc != nil && type != nil }

    func remember(plain packet: UnsafeMutableRawBufferPointer, length: Int) {
        if isOfItsOwn { store(packet, length) }
    }

    func remember(sealed packet: UnsafeMutableRawBufferPointer, length: Int) {
        if !isOfItsOwn { store(packet, length) }
    }

    private func store(_ packet: UnsafeMutableRawBufferPointer, _ length: Int) {
        guard let history else { return }
        let bytes = UnsafeRawBufferPointer(rebasing: packet[..<length])
        history.store(bytes, sequence: bytes.uint16(at: 2))
    }

    /// Writes the packet of this number once more, ready to be sent.
    /// - Returns: its length; `nil` if it is not there any more.
    func write(_ number: UInt16, into buffer: UnsafeMutableRawBufferPointer, sealing srtp: SRTPSession) -> Int? {
        guard let packet = history?.packet(number) else { return nil }
        buffer.copyMemory(from: packet)
        guard let ssrc, let type else { return packet.count }
        defer { sequence = sequence &+ 1 }
        guard
            let length = try? RTX.encapsulate(buffer, length: packet.count, ssrc: ssrc, payloadType: type, sequenceNumber: sequence)
        else { return nil }
        return srtp.protectRTP(buffer, length: length)
    }
}

import RTP
import SFU

/// Encryption and authentication of one packet of 1,200 bytes by the server's own session.
final class ProtectWork {
    private let session: SRTPSession
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1500, alignment: 4096)
    private var sequence = SequenceNumber(1)

    init(_ profile: SRTPProfile) throws {
        session = try SRTPSession(Self.keys(profile), role: .server, counters: Counters())
        buffer.initializeMemory(as: UInt8.self, repeating: 0x5A)
        _ = RTPHeaderWriter(payloadType: PayloadType(96), sequenceNumber: sequence, timestamp: RTPTimestamp(0), ssrc: VideoStream.ssrc)
            .write(into: buffer)
    }

    deinit { buffer.deallocate() }

    /// The payload is what the last round encrypted: any bytes cost the same.
    func run(_ count: Int) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<count {
            RTPHeader.setSequenceNumber(sequence, in: buffer)
            sequence = sequence &+ 1
            sum &+= UInt64(session.protectRTP(buffer, length: VideoStream.packetBytes) ?? 0)
        }
        return sum
    }

    static func keys(_ profile: SRTPProfile) -> SRTPKeyingMaterial {
        let salt = profile == .aeadAES128GCM ? 12 : 14
        func bytes(_ count: Int, _ seed: UInt8) -> [UInt8] { (0..<count).map { UInt8($0) &* 37 &+ seed } }
        return SRTPKeyingMaterial(
            profile: profile, clientKey: bytes(16, 1), clientSalt: bytes(salt, 2), serverKey: bytes(16, 3), serverSalt: bytes(salt, 4))
    }
}

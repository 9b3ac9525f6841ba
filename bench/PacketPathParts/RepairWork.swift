import RTP

/// What a slot's `RepairHistory` is for: 64 packets are recorded as they leave, then a NACK names 16 of them, as one lost burst of eight and
/// eight single ones, and each is looked up as `PeerConnection` does.
public final class RepairWork {
    private static let recorded = 64

    private var history = RepairHistory()
    private var sent = SentPacket(
        store: PacketStoreHandle(row: 0, generation: 1), source: 1 << 16, timestamp: 0, sequence: 0, pictureID: 0, tl0PictureIndex: 0,
        payloadType: 96, rewrites: [.pictureID])
    private let message = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 16)
    private var now: Int64 = 0

    public init() {}

    deinit { message.deallocate() }

    public func run(_ count: Int) -> UInt64 {
        var found: UInt64 = 0
        for _ in 0..<count {
            let first = sent.sequence
            for _ in 0..<Self.recorded {
                sent.sequence &+= 1
                sent.source &+= 1
                history.record(sent, at: now)
            }
            now &+= 50_000_000
            found &+= answer(nack(after: first))
        }
        return found
    }

    private func nack(after first: UInt16) -> UnsafeRawBufferPointer {
        var writer = RTCPWriter(message)
        let burst = (8..<16).map { SequenceNumber(first &+ UInt16($0)) }
        let single = (0..<8).map { SequenceNumber(first &+ 20 &+ UInt16($0 * 5)) }
        writer.genericNACK(sender: SSRC(1), media: SSRC(2), lost: burst + single)
        return UnsafeRawBufferPointer(rebasing: message[..<writer.count])
    }

    private func answer(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var found: UInt64 = 0
        var reader = RTCPReader(bytes)
        while let packet = reader.nextValid() {
            guard case .genericNACK(let nack) = packet else { continue }
            for number in nack {
                if let packet = history.resend(number.rawValue, at: now, roundTrip: 30_000_000) { found &+= packet.source }
            }
        }
        return found
    }
}

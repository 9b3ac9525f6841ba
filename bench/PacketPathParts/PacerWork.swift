import RTP

/// One frame of 30 video packets and one of audio through a receiver's `Pacer`: queued at once, released in quanta until nothing waits, each time
/// at the deadline that the pacer itself names.
public final class PacerWork {
    private static let packetsOfFrame = 30

    private var pacer = Pacer()
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var packet = EgressPacket(
        sent: SentPacket(
            store: PacketStoreHandle(row: 0, generation: 1), source: 0, timestamp: 0, sequence: 0, pictureID: 0, tl0PictureIndex: 0,
            payloadType: 96, rewrites: []),
        sender: 1, bytes: 1200, kind: .video, endsFrame: false, enqueued: 0)

    public init() { pacer.setRate(estimate: 4_000_000, media: 3_000_000) }

    public func run(_ count: Int) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<count {
            enqueueFrame()
            let start = now
            while let deadline = pacer.nextDeadline(at: now) {
                if deadline > now { now = deadline }
                while let packet = pacer.next(at: now) { sum &+= UInt64(packet.sent.sequence) &+ UInt64(packet.bytes) }
            }
            now = max(now, start.advanced(byNanoseconds: 33_333_333))
        }
        return sum
    }

    private func enqueueFrame() {
        packet.enqueued = now.nanoseconds
        for index in 0..<Self.packetsOfFrame {
            packet.kind = .video
            packet.bytes = 1200
            packet.sent.sequence &+= 1
            packet.endsFrame = index == Self.packetsOfFrame - 1
            _ = pacer.enqueue(packet)
        }
        packet.kind = .audio
        packet.bytes = 160
        _ = pacer.enqueue(packet)
    }
}

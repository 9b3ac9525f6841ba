import Glibc
import LoadGenerator
import RTP
import SFU

/// One publisher's camera through a whole `MediaCore` to some viewers: unprotected, read, kept, mapped, paced, composed, protected. Time is
/// virtual, a millisecond a packet, so nothing waits; ICE and DTLS are real and done before.
final class ForwardingRoom {
    private static let interval: Int64 = 1_000_000
    /// RFC 7675 wants consent within 30 s.
    private static let consent: Int64 = 5_000_000_000

    private let core: MediaCore
    private var outbox = Outbox()
    private var now = Instant(nanoseconds: 1_000_000_000)
    private var lastConsent = Instant(nanoseconds: 1_000_000_000)
    private var stream = VideoStream()
    private let publisher: RoomClient
    private let viewers: [RoomClient]
    private let packet = UnsafeMutableRawBufferPointer.allocate(byteCount: 1500, alignment: 4096)

    /// - Throws: if a peer cannot be connected, or media does not come through to all viewers.
    init(viewers count: Int) throws {
        let identity = try DTLSIdentity.generate()
        let context = try DTLSContext(profiles: .gcm)
        core = MediaCore(configuration: MediaCoreConfiguration(handshake: .openSSL(identity), randomSeed: 7), at: now)
        publisher = try RoomClient(1, sections: Self.publishing, context: context, identity: identity)
        viewers = try (0..<count).map { try RoomClient(UInt64($0 + 2), sections: Self.watching, context: context, identity: identity) }
        for client in [publisher] + viewers {
            core.handle(.openPeer(client.parameters), at: now, into: &outbox)
            try client.connect(to: core, at: now, &outbox)
            // What a path carries is not the question here.
            if client !== publisher { core.handle(.setAuto(client.parameters.id, false), at: now, into: &outbox) }
        }
        _ = run(2000)
        let forwarded = run(1000)
        guard forwarded >= UInt64(count * 990) else { throw BenchFailure("1,000 packets to \(count) viewers: only \(forwarded) left") }
    }

    deinit { packet.deallocate() }

    /// - Returns: how many datagrams left.
    func run(_ count: Int) -> UInt64 {
        var sent: UInt64 = 0
        for _ in 0..<count {
            now = now.advanced(byNanoseconds: Self.interval)
            if now.nanoseconds(since: lastConsent) > Self.consent { renewConsent() }
            let length = stream.write(into: packet, at: now)
            guard let sealed = publisher.srtp?.protectRTP(packet, length: length) else { continue }
            core.receive(
                UnsafeMutableRawBufferPointer(rebasing: packet[..<sealed]), from: publisher.address, to: .any, at: now, into: &outbox)
            repeat {
                core.advance(to: now, into: &outbox)
                sent &+= UInt64(outbox.count)
                outbox.removeAll()
            } while core.nextDeadline.map { $0 <= now } ?? false
        }
        return sent
    }

    private func renewConsent() {
        lastConsent = now
        for client in [publisher] + viewers { client.check(core, at: now, &outbox) }
        outbox.removeAll()
    }

    private static let codecs = [CodecParameters(codec: .vp8, payloadType: PayloadType(96), rtxPayloadType: PayloadType(97))]

    private static var publishing: Sections {
        Sections(receive: [
            ReceiveSection(
                mid: "1", source: .camera, codecs: codecs, extensions: VideoStream.extensions, feedback: [.nack, .pli, .transportCC],
                ssrcs: [DeclaredSSRC(ssrc: VideoStream.ssrc, rtx: SSRC(1003))])
        ])
    }

    private static var watching: Sections {
        Sections(slots: [
            SlotSection(
                mid: "1", purpose: .video, index: 0, ssrc: SSRC(2002), rtx: SSRC(2003), codecs: codecs, extensions: VideoStream.extensions,
                feedback: [.nack, .pli, .remb])
        ])
    }
}

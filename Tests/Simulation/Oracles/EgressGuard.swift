import RTP
import SFU

/// Reads along everything that the server sends to one peer, before the path can lose or reorder it, and checks what every receiver relies on:
/// each datagram decrypts, sequence numbers go up by one, timestamps do not go back, a frame has one timestamp and ends with a marker,
/// picture ids and TL0PICIDX have no holes, sender reports agree with the media, and nothing belongs to somebody else.
package final class EgressGuard {
    package struct Violation: Sendable, CustomStringConvertible {
        package var at: Instant
        package var ssrc: UInt32
        package var what: String
        package var description: String { "\(at.milliseconds(since: .zero)) ms ssrc \(ssrc): \(what)" }
    }

    private static let violationsKept = 50

    package private(set) var violations: [Violation] = []
    package private(set) var violationCount = 0
    package private(set) var digest = Digest()
    package private(set) var packets = 0
    package private(set) var retransmissions = 0
    package private(set) var paddings = 0
    package private(set) var rtcpPackets = 0
    package private(set) var stunPackets = 0
    package private(set) var bytes = 0
    /// Highest number sent on any media stream, unwrapped: how far a wrap test came.
    package var longestStream: Int { streams.map(\.sent).max() ?? 0 }
    package var holes: Int { streams.map { $0.holes - $0.fills }.reduce(0, +) }
    package var wraps: Int { streams.map(\.wraps).reduce(0, +) }

    private let srtp: ClientSRTP
    private var streams: [EgressStream]
    private var tracks: [TrackID?]

    package init?(keys: SRTPKeyingMaterial, slots: [SlotSection]) {
        guard let srtp = ClientSRTP(keys) else { return nil }
        self.srtp = srtp
        streams = slots.map { EgressStream($0) }
        tracks = slots.map { _ in nil }
    }

    /// One datagram on its way to the peer.
    package func observe(_ datagram: [UInt8], at now: Instant) {
        digest.add(UInt64(bitPattern: now.nanoseconds))
        digest.add(datagram)
        bytes += datagram.count
        guard let first = datagram.first, datagram.count >= 12 else { return report(0, "a datagram of \(datagram.count) bytes", now) }
        switch first {
        case 0...3: stunPackets += 1
        case 128...191 where (192...223).contains(datagram[1]): observeRTCP(datagram, at: now)
        case 128...191: observeRTP(datagram, at: now)
        default: report(0, "unexpected first byte \(first)", now)
        }
    }

    private func observeRTP(_ datagram: [UInt8], at now: Instant) {
        packets += 1
        guard let clear = srtp.unprotect(datagram, isRTCP: false) else {
            return report(datagram.big32(at: 8), "RTP that does not decrypt, number \(datagram.big16(at: 2))", now)
        }
        guard let packet = WirePacket(parsing: clear) else { return report(datagram.big32(at: 8), "malformed RTP", now) }
        if datagram.count > 1300 { report(packet.ssrc, "\(datagram.count) bytes in one datagram", now) }
        guard let index = streams.firstIndex(where: { $0.owns(packet.ssrc) }) else {
            return report(packet.ssrc, "an SSRC of no slot", now)
        }
        if packet.ssrc != streams[index].section.ssrc.rawValue {
            retransmissions += 1
            if packet.payload.isEmpty { paddings += 1 }
        }
        for complaint in streams[index].observe(packet, at: now) { report(packet.ssrc, complaint, now) }
    }

    private func observeRTCP(_ datagram: [UInt8], at now: Instant) {
        rtcpPackets += 1
        guard let clear = srtp.unprotect(datagram, isRTCP: true) else { return report(0, "RTCP that does not decrypt", now) }
        guard let messages = WireRTCP.parse(clear) else { return report(0, "malformed RTCP", now) }
        for case .senderReport(let ssrc, let ntp, let rtp, let packets, _, _) in messages {
            guard let index = streams.firstIndex(where: { $0.section.ssrc.rawValue == ssrc }) else {
                report(ssrc, "a sender report for an SSRC of no slot", now)
                continue
            }
            for complaint in streams[index].senderReport(ntp: ntp, rtp: rtp, packets: packets, at: now) { report(ssrc, complaint, now) }
        }
    }

    /// The slot map as it leaves the server.
    package func assigned(_ assignments: [SlotAssignment]) {
        for index in streams.indices {
            let track = assignments.first { $0.mid == streams[index].section.mid }?.track
            if tracks[index] != track { streams[index].remapped() }
            tracks[index] = track
        }
    }

    private func report(_ ssrc: UInt32, _ what: String, _ now: Instant) {
        violationCount += 1
        if violations.count < Self.violationsKept { violations.append(Violation(at: now, ssrc: ssrc, what: what)) }
    }
}

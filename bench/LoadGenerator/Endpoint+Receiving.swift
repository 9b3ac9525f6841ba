import CLinux
import Glibc
import RTP

/// What arrives, once the handshake is done, and what is said about it. The receive thread's.
extension Endpoint {
    /// A datagram of RTCP and what SRTCP adds stay below this.
    private static let reportBytes = 1400
    /// A packet of padding alone is a header and a byte; media that was padded is longer.
    private static let fillerBytes = 100
    /// Chosen: some of each stream of a conference.
    private static let firstPackets: UInt64 = 128

    @inline(__always)
    func receiveRTP(_ packet: UnsafeMutableRawBufferPointer, at now: Int64, sampling every: Int, into records: DelayRecords) {
        guard !incomingLoss.isLost() else { return counters.thrownAway.increase() }
        let bytes = UnsafeRawBufferPointer(packet)
        counters.bytes.increase(by: UInt64(packet.count))
        let type = bytes[1] & 0x7F
        let kind: StreamReception.Kind = type == feedback.terms.rtxPayloadType ? .repair : type == SendStream.audioType ? .audio : .video
        let arrival = feedback.received(
            bytes.uint16(at: 2), ssrc: bytes.uint32(at: 8), timestamp: bytes.uint32(at: 4), kind: kind, at: now)
        let isPadding = bytes[0] & 0x20 != 0 && (kind == .repair || packet.count < Self.fillerBytes)
        if kind == .repair {
            return isPadding ? counters.probes.increase() : receiveRepair(packet, at: now, sampling: every, into: records)
        }
        guard count(arrival, into: records) else { return }
        guard !isPadding else { return counters.padding.increase() }
        counters.packets.increase()
        guard isSampled(every) else { return }
        guard let length = srtp?.unprotectRTP(packet) else { return counters.undecryptable.increase() }
        check(UnsafeRawBufferPointer(rebasing: bytes[..<length]), at: now, into: records)
    }

    /// RFC 4588: the number of what it repairs is encrypted, so each one is decrypted.
    private func receiveRepair(_ packet: UnsafeMutableRawBufferPointer, at now: Int64, sampling every: Int, into records: DelayRecords) {
        counters.retransmissions.increase()
        guard let length = srtp?.unprotectRTP(packet) else { return counters.undecryptable.increase() }
        let plain = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(packet)[..<length])
        guard let header = try? RTPHeader(parsing: plain), let original = try? RTX.originalSequenceNumber(header, in: plain) else {
            return counters.probes.increase()
        }
        guard count(feedback.restored(original.rawValue, by: header.ssrc.rawValue, at: now), into: records) else { return }
        counters.packets.increase()
        if isSampled(every) { check(plain, at: now, into: records) }
    }

    /// - Returns: whether the packet was not there yet.
    @inline(__always)
    private func count(_ arrival: ReceiverFeedback.Arrival, into records: DelayRecords) -> Bool {
        switch arrival {
        case .new(let count): counters.expected.increase(by: UInt64(count))
        case .repaired(let nanoseconds):
            counters.repaired.increase()
            records.repairs.record(nanoseconds)
        case .late: break
        case .repeated:
            counters.repeated.increase()
            return false
        }
        return true
    }

    /// One of so many, and all at first: SRTP's roll-over count goes on from the first packets, and is not guessed right without them where a server begins
    /// just below 2^16 (RFC 3711 §3.3.1).
    @inline(__always)
    private func isSampled(_ every: Int) -> Bool {
        sampled += 1
        guard sampled >= every || counters.packets.load(ordering: .relaxed) <= Self.firstPackets else { return false }
        sampled = 0
        return true
    }

    private func check(_ plain: UnsafeRawBufferPointer, at now: Int64, into records: DelayRecords) {
        guard let header = try? RTPHeader(parsing: plain) else { return counters.undecryptable.increase() }
        switch ContentStamp.read(endOf: UnsafeRawBufferPointer(rebasing: plain[header.payloadRange])) {
        case .intact(let stamp):
            counters.intact.increase()
            records.delays.record(now - stamp.sentNanoseconds)
        case .altered: counters.altered.increase()
        case .absent: counters.unstamped.increase()
        }
    }

    /// Sender reports are answered in our reports; keyframe requests and NACKs are the send thread's to answer.
    func receiveRTCP(_ packet: UnsafeMutableRawBufferPointer, at now: Int64) {
        counters.rtcp.increase()
        guard let length = srtp?.unprotectRTCP(packet) else { return }
        var reader = RTCPReader(UnsafeRawBufferPointer(rebasing: packet[..<length]))
        while let message = reader.nextValid() {
            switch message {
            case .senderReport(let report): feedback.senderReportArrived(report, at: now)
            case .pictureLossIndication(let request): published(request.media)?.requestKeyframe()
            case .fullIntraRequest(let request): for entry in request { published(entry.ssrc)?.requestKeyframe() }
            case .genericNACK(let request):
                guard let stream = published(request.media) else { break }
                for number in request { stream.repair.requests.add(number.rawValue) }
            default: break
            }
        }
    }

    private func published(_ ssrc: SSRC) -> SendStream? { published.first { $0.ssrc == ssrc } }

    // MARK: What is said

    func sendReport(at now: Int64) { sendRTCP { feedback.writeReport(to: &$0, at: now) } }

    /// Those that are due. Called after each batch, so that a gap is told of at once, and at each turn.
    @inline(__always)
    func sendNACKs(at now: Int64) {
        guard now >= feedback.nextNACK else { return }
        sendRTCP { counters.asked.increase(by: UInt64(feedback.writeNACKs(to: &$0, at: now))) }
    }

    private func sendRTCP(_ write: (inout RTCPWriter) -> Void) {
        guard let srtp else { return }
        withUnsafeTemporaryAllocation(byteCount: Self.reportBytes + 64, alignment: 16) { buffer in
            var writer = RTCPWriter(UnsafeMutableRawBufferPointer(rebasing: buffer[..<Self.reportBytes]))
            write(&writer)
            guard writer.count > 0, let length = srtp.protectRTCP(buffer, length: writer.count) else { return }
            if send(descriptor, buffer.baseAddress, length, 0) == length { counters.reports.increase() }
        }
    }
}

import RTP
import SFU

/// One outgoing media stream and its RTX stream, numbered as libwebrtc numbers them.
package final class SendStream {
    package struct Parameters {
        package var ssrc: UInt32
        package var rtxSSRC: UInt32?
        package var payloadType: UInt8
        package var rtxPayloadType: UInt8?
        package var clockRate: Int
        package var mid: String
        package var rid: String?

        package init(
            ssrc: UInt32, rtxSSRC: UInt32?, payloadType: UInt8, rtxPayloadType: UInt8?, clockRate: Int, mid: String, rid: String?
        ) {
            self.ssrc = ssrc
            self.rtxSSRC = rtxSSRC
            self.payloadType = payloadType
            self.rtxPayloadType = rtxPayloadType
            self.clockRate = clockRate
            self.mid = mid
            self.rid = rid
        }
    }

    /// Packets kept for NACK: about two seconds of the highest layer.
    private static let historyBound = 512

    package private(set) var parameters: Parameters
    package private(set) var packets: UInt32 = 0
    package private(set) var octets: UInt32 = 0
    package private(set) var resent = 0
    /// MID and RID ride on every packet until a receiver report names the stream (measured in both browsers).
    package var isKnownToReceiver = false
    private var nextNumber: UInt16
    private var nextRTXNumber: UInt16
    private var timestampAtZero: UInt32
    private var history: [UInt16: WirePacket] = [:]
    private var historyOrder: [UInt16] = []

    package init(_ parameters: Parameters, plan: PeerPlan, random: inout RandomSource) {
        self.parameters = parameters
        nextNumber = plan.firstSequenceNumber ?? UInt16(random.integer(in: 1...32_767))
        nextRTXNumber = UInt16(random.integer(in: 1...32_767))
        let offset = UInt32(truncatingIfNeeded: random.next())
        timestampAtZero = plan.ticksBeforeTimestampWrap.map { 0 &- $0 } ?? offset
    }

    /// The stream goes on under another SSRC, as after a client rebuilt its sender; MID and RID are on its packets again.
    package func changeSSRC(_ random: inout RandomSource) {
        parameters.ssrc = UInt32(truncatingIfNeeded: random.next()) | 1
        parameters.rtxSSRC = parameters.rtxSSRC.map { _ in UInt32(truncatingIfNeeded: random.next()) | 1 }
        nextNumber = UInt16(random.integer(in: 1...32_767))
        nextRTXNumber = UInt16(random.integer(in: 1...32_767))
        timestampAtZero = UInt32(truncatingIfNeeded: random.next())
        (isKnownToReceiver, packets, octets) = (false, 0, 0)
        (history, historyOrder) = ([:], [])
    }

    /// The RTP timestamp of an instant.
    package func timestamp(at instant: Instant) -> UInt32 {
        let ticks = instant.nanoseconds / 1_000 * Int64(parameters.clockRate) / 1_000_000
        return timestampAtZero &+ UInt32(truncatingIfNeeded: ticks)
    }

    /// The next media packet, remembered for retransmission.
    package func packet(payload: [UInt8], timestamp: UInt32, marker: Bool, audioLevel: UInt8? = nil, payloadType: UInt8? = nil)
        -> WirePacket
    {
        var packet = WirePacket()
        packet.payloadType = payloadType ?? parameters.payloadType
        packet.marker = marker
        packet.sequenceNumber = nextNumber
        packet.timestamp = timestamp
        packet.ssrc = parameters.ssrc
        packet.payload = payload[...]
        let ids = Negotiated.extensions
        // RFC 6464: the voice activity bit, then -dBov.
        if let audioLevel { packet.extensions.append(.init(id: ids.audioLevel, bytes: [(audioLevel < 60 ? 0x80 : 0) | audioLevel])) }
        if !isKnownToReceiver { packet.extensions += identifiers(ridElement: ids.rid) }
        nextNumber &+= 1
        packets &+= 1
        octets &+= UInt32(payload.count)
        if parameters.rtxSSRC != nil { remember(packet) }
        return packet
    }

    private func identifiers(ridElement: UInt8) -> [WirePacket.Element] {
        var elements = [WirePacket.Element(id: Negotiated.extensions.mid, bytes: Array(parameters.mid.utf8))]
        if let rid = parameters.rid { elements.append(.init(id: ridElement, bytes: Array(rid.utf8))) }
        return elements
    }

    private func remember(_ packet: WirePacket) {
        history[packet.sequenceNumber] = packet
        historyOrder.append(packet.sequenceNumber)
        if historyOrder.count > Self.historyBound { history[historyOrder.removeFirst()] = nil }
    }

    /// The packet again on the RTX stream (RFC 4588 §4), MID and repaired RID always with it; `nil` if it is forgotten.
    package func retransmission(of number: UInt16) -> WirePacket? {
        guard let original = history[number], let ssrc = parameters.rtxSSRC, let payloadType = parameters.rtxPayloadType else { return nil }
        var packet = original
        packet.ssrc = ssrc
        packet.payloadType = payloadType
        packet.sequenceNumber = nextRTXNumber
        packet.extensions = identifiers(ridElement: Negotiated.extensions.repairedRID)
        var payload: [UInt8] = []
        payload.append(big: number)
        payload += original.payload
        packet.payload = payload[...]
        nextRTXNumber &+= 1
        resent += 1
        return packet
    }

    /// Padding on the RTX stream, as libwebrtc probes with before the first media packet.
    package func probe(timestamp: UInt32, padding: UInt8) -> WirePacket? {
        guard let ssrc = parameters.rtxSSRC, let payloadType = parameters.rtxPayloadType else { return nil }
        var packet = WirePacket()
        packet.payloadType = payloadType
        packet.sequenceNumber = nextRTXNumber
        packet.timestamp = timestamp
        packet.ssrc = ssrc
        packet.extensions = identifiers(ridElement: Negotiated.extensions.repairedRID)
        packet.padding = padding
        nextRTXNumber &+= 1
        return packet
    }
}

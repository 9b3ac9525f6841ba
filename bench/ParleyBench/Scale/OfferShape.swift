import LoadGenerator
import RTP

/// What a visitor offers: a microphone and six slots to hear others in; a camera and slots to see others in besides; or everything that the page
/// offers.
enum OfferShape: String, Codable {
    case audio
    /// Camera in three layers.
    case camera
    /// The page's 26 sections (docs/voice-gateway.md, layout of the PeerConnection).
    case page

    private static let audioSlots = 6
    private static let cameraSlots = 5
    private static let streamsPerPerson = 4

    /// What a person sends: a microphone where somebody speaks, and the camera where there is one.
    func streams(of person: Int, speaks: Bool) -> [SendStream] {
        let first = UInt32(person * Self.streamsPerPerson + 1)
        func stream(_ index: Int, _ type: Int, _ shape: TrafficShape, mid: String, rid: String?) -> SendStream {
            SendStream(
                number: first + UInt32(index), ssrc: SSRC(UInt32.random(in: 1...UInt32.max)), payloadType: PayloadType(UInt8(type)),
                shape: shape,
                labels: .init(mid: mid, rid: rid, ids: SessionOffer.extensions),
                phase: Int64.random(in: 0..<1_000_000_000 / Int64(shape.framesPerSecond)))
        }
        let microphone = speaks ? [stream(0, SessionOffer.audioPayloadType, .audio(), mid: RoomShape.audioMid, rid: nil)] : []
        guard self == .camera else { return microphone }
        return microphone
            + TrafficShape.simulcast.enumerated().map { index, layer in
                stream(index + 1, SessionOffer.videoPayloadType, layer.shape, mid: RoomShape.videoMid, rid: layer.rid)
            }
    }

    /// Op 1, as JSON.
    func selectProtocol(_ endpoint: Endpoint, fingerprint: String) -> String {
        let sections = sections(endpoint)
        let sdp = SessionOffer(endpoint: endpoint, fingerprint: fingerprint, sections: sections.map(\.section)).text()
        func map(_ direction: SessionOffer.Direction) -> String {
            sections.filter { $0.section.direction == direction }.map { "\"\($0.section.mid)\":\"\($0.purpose)\"" }.joined(separator: ",")
        }
        return #"{"op":1,"d":{"protocol":"webrtc","negotiation":1,"sdp":"\#(Self.escaped(sdp))","publish":{\#(map(.sendonly))},"#
            + #""slots":{\#(map(.recvonly))}}}"#
    }

    private func sections(_ endpoint: Endpoint) -> [(section: SessionOffer.Section, purpose: String)] {
        var sections: [(section: SessionOffer.Section, purpose: String)] = []
        func add(_ kind: SessionOffer.Kind, _ direction: SessionOffer.Direction, _ purpose: String, _ count: Int = 1) {
            for _ in 0..<count {
                var section = SessionOffer.Section(kind: kind, direction: direction, mid: "\(sections.count)")
                let isAudio = kind == .audio
                if purpose == "microphone" || purpose == "camera" {
                    section.streams = endpoint.published.filter { ($0.shape.pattern == .audio) == isAudio }
                }
                sections.append((section, purpose))
            }
        }
        add(.audio, .sendonly, "microphone")
        if self != .audio { add(.video, .sendonly, "camera") }
        guard self == .page else {
            add(.audio, .recvonly, "audio", Self.audioSlots)
            if self == .camera { add(.video, .recvonly, "video", Self.cameraSlots) }
            return sections
        }
        add(.video, .sendonly, "screen")
        add(.audio, .sendonly, "screen-audio")
        add(.audio, .recvonly, "audio", Self.audioSlots)
        add(.video, .recvonly, "video", 12)
        add(.video, .recvonly, "screen", 2)
        add(.audio, .recvonly, "screen-audio", 2)
        return sections
    }

    /// The answer's head and its first section, out of op 4: all sections share its transport, and reading all of them a thousand times a second
    /// would be the generator's greatest cost.
    static func firstSection(ofAnswer message: String) -> String {
        let bytes = Array(message.utf8)
        guard let start = Self.position(of: #""sdp":""#, in: bytes, from: 0).map({ $0 + 7 }) else { return "" }
        let first = Self.position(of: "\\nm=", in: bytes, from: start) ?? start
        let end = Self.position(of: "\\nm=", in: bytes, from: first + 1) ?? Self.position(of: "\"", in: bytes, from: first) ?? bytes.count
        var text: [UInt8] = []
        var at = start
        while at < end {
            if bytes[at] == UInt8(ascii: "\\"), at + 1 < end {
                at += 1
                switch bytes[at] {
                case UInt8(ascii: "n"): text.append(10)
                case UInt8(ascii: "r"): text.append(13)
                default: text.append(bytes[at])
                }
            } else {
                text.append(bytes[at])
            }
            at += 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func position(of pattern: StaticString, in bytes: [UInt8], from start: Int) -> Int? {
        let count = pattern.utf8CodeUnitCount
        var at = start
        while at + count <= bytes.count {
            var length = 0
            while length < count, bytes[at + length] == pattern.utf8Start[length] { length += 1 }
            if length == count { return at }
            at += 1
        }
        return nil
    }

    private static func escaped(_ sdp: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sdp.utf8.count * 5 / 4)
        for byte in sdp.utf8 {
            switch byte {
            case 10: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 13: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

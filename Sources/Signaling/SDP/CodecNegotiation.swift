import RTP
import SFU

/// The codecs, repair formats and feedback agreed on for one section, and the lines that say so.
///
/// Publishers are answered VP8, VP9 profile 0, H264 Constrained Baseline in this order; the first is what a browser then sends. Slots
/// keep every codec that we forward, in the offer's order. What publishers may send is thus the same everywhere in a room, and a viewer
/// that offers any H264 with packetization mode 1 can decode what comes.
struct CodecNegotiation {
    var codecs: [CodecParameters] = []
    var feedback: FeedbackParameters = []
    /// Payload types for the m-line.
    var formats: [String] = []
    /// `a=rtpmap`, `a=rtcp-fb` and `a=fmtp`.
    var attributes: [SDPAttribute] = []

    private let section: OfferedSection
    private let role: SectionRole
    private let policy: NegotiationPolicy
    private let words: [(word: String, parameter: FeedbackParameters)]

    init(_ section: OfferedSection, role: SectionRole, policy: NegotiationPolicy, hasTransportSequenceNumbers: Bool) {
        self.section = section
        self.role = role
        self.policy = policy
        words = Self.feedbackWords(role, hasTransportSequenceNumbers)
        for (codec, format) in chosen() { agree(on: codec, format) }
    }

    /// Slots are answered without transport-cc, because a browser that has it sends no REMB, and Auto follows REMB.
    private static func feedbackWords(_ role: SectionRole, _ hasTransportSequenceNumbers: Bool) -> [(String, FeedbackParameters)] {
        // Audio is not repaired: Opus carries its own FEC, and 20 ms are over before a NACK is answered.
        var words: [(String, FeedbackParameters)] = []
        if role.kind == .video { words = [("nack", .nack), ("nack pli", .pli), ("ccm fir", .fir), ("goog-remb", .remb)] }
        if case .publish = role, hasTransportSequenceNumbers { words.append(("transport-cc", .transportCC)) }
        return words
    }

    private func chosen() -> [(Codec, OfferedFormat)] {
        guard role.kind == .video else { return first(.opus).map { [(.opus, $0)] } ?? [] }
        let preferred: [Codec] = [.vp8, .vp9, .h264]
        let found = preferred.compactMap { codec in first(codec).map { (codec, $0) } }
        guard case .slot = role else { return found }
        let order = section.formats.map(\.payloadType)
        return found.sorted { order.firstIndex(of: $0.1.payloadType) ?? 0 < order.firstIndex(of: $1.1.payloadType) ?? 0 }
    }

    private func first(_ codec: Codec) -> OfferedFormat? {
        let usable = section.formats.filter { !$0.collidesWithRTCP && $0.clockRate == codec.clockRate && $0.name == codec.encodingName }
        switch codec {
        case .opus: return usable.first { $0.channels == 2 }
        case .vp8: return usable.first
        // RFC 9628 §6: absent means profile 0. Firefox leaves it out.
        case .vp9: return usable.first { ($0.parameters["profile-id"] ?? "0") == "0" }
        case .h264:
            let ranked = usable.filter { $0.parameters["packetization-mode"] == "1" }
                .compactMap { format in H264Profile(profileLevelID: format.parameters["profile-level-id"]).map { ($0, format) } }
            if case .publish = role { return ranked.first { $0.0 == .constrainedBaseline }?.1 }
            return ranked.min { $0.0 < $1.0 }?.1
        }
    }

    private mutating func agree(on codec: Codec, _ format: OfferedFormat) {
        let parameters = formatParameters(codec, format)
        let redundancy = redundancy(for: codec, format)
        // Chromium sends RED only where RED is preferred to Opus.
        if let redundancy { add(redundancy, "red/48000/2", fmtp: "\(format.payloadType.rawValue)/\(format.payloadType.rawValue)") }
        add(format, codec.mapValue, fmtp: parameters.text, feedbackOf: format)
        let repair = repair(for: codec, format)
        if let repair { add(repair, "rtx/\(codec.clockRate)", fmtp: "apt=\(format.payloadType.rawValue)") }
        codecs.append(
            CodecParameters(
                codec: codec, payloadType: format.payloadType, rtxPayloadType: repair?.payloadType,
                redPayloadType: redundancy?.payloadType, formatParameters: parameters.text))
    }

    /// RFC 4588; GStreamer offers it for Opus too.
    private func repair(for codec: Codec, _ format: OfferedFormat) -> OfferedFormat? {
        guard codec.kind == .video else { return nil }
        return section.formats.first {
            $0.associatedPayloadType == format.payloadType && $0.clockRate == codec.clockRate && !$0.collidesWithRTCP
        }
    }

    private func redundancy(for codec: Codec, _ format: OfferedFormat) -> OfferedFormat? {
        guard policy.allowsRED, codec == .opus else { return nil }
        return section.formats.first {
            $0.name == "red" && $0.clockRate == 48_000 && !$0.collidesWithRTCP
                && ($0.parameters.text.fields(separatedBy: UInt8(ascii: "/")).allSatisfy { $0 == String(format.payloadType.rawValue) })
        }
    }

    private mutating func add(_ format: OfferedFormat, _ map: String, fmtp: String, feedbackOf main: OfferedFormat? = nil) {
        let number = format.payloadType.rawValue
        formats.append(String(number))
        attributes.append(SDPAttribute("rtpmap", "\(number) \(map)"))
        for (word, parameter) in words where main?.feedback.contains(word) == true {
            feedback.insert(parameter)
            attributes.append(SDPAttribute("rtcp-fb", "\(number) \(word)"))
        }
        if !fmtp.isEmpty { attributes.append(SDPAttribute("fmtp", "\(number) \(fmtp)")) }
    }

    /// Our side of `a=fmtp`. An offer's limits (`max-fs`, sprop sets) describe the offerer and are not repeated.
    private func formatParameters(_ codec: Codec, _ format: OfferedFormat) -> FormatParameters {
        var answer = FormatParameters()
        switch codec {
        case .opus: answer = opusParameters(format)
        case .vp8: break
        case .vp9: if format.parameters["profile-id"] != nil { answer.append("profile-id", "0") }
        case .h264:
            if format.parameters["level-asymmetry-allowed"] == "1" { answer.append("level-asymmetry-allowed", "1") }
            answer.append("packetization-mode", "1")
            if let profile = format.parameters["profile-level-id"] { answer.append("profile-level-id", profile) }
        }
        return answer
    }

    /// RFC 7587 §7: each side says what it would like to receive, so in the answer to a publisher this steers its encoder.
    private func opusParameters(_ format: OfferedFormat) -> FormatParameters {
        var answer = FormatParameters("minptime=10;useinbandfec=1")
        var isStereo = format.parameters["stereo"] == "1"
        if case .publish(let source) = role {
            // Screen sound is programme material; a microphone is stereo only if its owner asks.
            if source == .screenAudio { isStereo = true }
            if source == .microphone, policy.usesDTX { answer.append("usedtx", "1") }
            // RFC 7587 §6.1: 6000…510000 bit/s.
            answer.append("maxaveragebitrate", String(min(max(policy.audioBitrate, 6_000), 510_000)))
        }
        if isStereo { answer.append("stereo", "1") }
        return answer
    }
}

extension Codec {
    /// In small letters, as `OfferedFormat.name`.
    var encodingName: String { rawValue.asciiLowercased }

    /// Value of `a=rtpmap` after the payload type.
    var mapValue: String { self == .opus ? "opus/48000/2" : "\(rawValue)/90000" }
}

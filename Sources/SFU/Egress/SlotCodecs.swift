import RTP

/// Which payload types a slot uses for a publisher's codecs: the two sides negotiated their own numbers, and perhaps not the same codecs.
struct SlotCodecs {
    /// By the publisher's codec index.
    private var payloadTypes = InlineArray<32, UInt8>(repeating: SlotCodecs.none)
    private var redPayloadTypes = InlineArray<32, UInt8>(repeating: SlotCodecs.none)
    /// A bit each for those that are VP9.
    private var vp9: UInt32 = 0
    private static let none: UInt8 = 0xFF
    /// None of the publisher's codecs can be shown in this slot.
    private(set) var isUnsupported = true

    init() {}

    init(publisher: [CodecParameters], slot: [CodecParameters]) {
        for (index, offered) in publisher.enumerated().prefix(32) {
            guard let match = slot.first(where: { Self.match($0, offered) }) else { continue }
            payloadTypes[index] = match.payloadType.rawValue
            redPayloadTypes[index] = match.redPayloadType?.rawValue ?? Self.none
            if offered.codec == .vp9 { vp9 |= 1 << UInt32(index) }
            isUnsupported = false
        }
    }

    func payloadType(of codecIndex: UInt8) -> UInt8? {
        let value = payloadTypes[Int(codecIndex & 31)]
        return value == Self.none ? nil : value
    }

    func redPayloadType(of codecIndex: UInt8) -> UInt8? {
        let value = redPayloadTypes[Int(codecIndex & 31)]
        return value == Self.none ? nil : value
    }

    /// Whether the publisher's codec is VP9, and the slot has it too.
    @inline(__always)
    func isVP9(_ codecIndex: UInt8) -> Bool { vp9 & (1 << UInt32(codecIndex & 31)) != 0 }

    /// Same codec, and for those with several kinds the same kind: VP9's profile (absent is 0, RFC 9628 §6.1), H264's packetization mode
    /// and profile (RFC 6184 §8.2.2; the level may differ).
    static func match(_ a: CodecParameters, _ b: CodecParameters) -> Bool {
        guard a.codec == b.codec else { return false }
        switch a.codec {
        case .opus, .vp8: return true
        case .vp9: return (value("profile-id", a) ?? "0") == (value("profile-id", b) ?? "0")
        case .h264:
            return (value("packetization-mode", a) ?? "0") == (value("packetization-mode", b) ?? "0") && profile(a) == profile(b)
        }
    }

    /// profile_idc and the constraint bits of `profile-level-id`; constrained baseline where absent.
    private static func profile(_ codec: CodecParameters) -> String {
        String((value("profile-level-id", codec) ?? "42e01f").lowercased().prefix(3))
    }

    private static func value(_ name: String, _ codec: CodecParameters) -> String? {
        for parameter in codec.formatParameters.split(separator: ";") {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, trimmed(pair[0]) == name else { continue }
            return trimmed(pair[1])
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String { String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}

import RTP

/// One payload type of an offered section with all that is said about it.
struct OfferedFormat: Equatable, Sendable {
    var payloadType: PayloadType
    /// Encoding name in small letters; empty where no `a=rtpmap` was given (static types, which we never use).
    var name = ""
    var clockRate = 0
    var channels = 1
    var parameters = FormatParameters()
    /// `nack`, `nack pli`, `ccm fir`, `goog-remb`, `transport-cc` … as written after the payload type.
    var feedback: [String] = []

    init(payloadType: PayloadType) { self.payloadType = payloadType }

    /// The payload type that this RTX format repairs (RFC 4588 §8.1).
    var associatedPayloadType: PayloadType? {
        guard name == "rtx", let number = parameters["apt"]?.decimal(as: UInt8.self), number < 128 else { return nil }
        return PayloadType(number)
    }

    /// RFC 5761 §4: with RTP and RTCP on one port these numbers look like RTCP packet types 192…223.
    var collidesWithRTCP: Bool { (64...95).contains(payloadType.rawValue) }

    /// Keeps one `a=rtcp-fb` word. The bound stops `a=rtcp-fb:*` lines from multiplying; browsers write five.
    mutating func takeFeedback(_ word: String) {
        if feedback.count < 16, !feedback.contains(word) { feedback.append(word) }
    }

    /// `<encoding name>/<clock rate>[/<channels>]`.
    mutating func readMap(_ text: String) -> Bool {
        let fields = text.fields(separatedBy: UInt8(ascii: "/"))
        guard fields.count == 2 || fields.count == 3, fields[0].isToken, let rate = fields[1].decimal(as: Int.self) else { return false }
        guard let channels = fields.count == 3 ? fields[2].decimal(as: Int.self) : 1 else { return false }
        (name, clockRate, self.channels) = (fields[0].asciiLowercased, rate, channels)
        return true
    }
}

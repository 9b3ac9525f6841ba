/// What a description and ours agree on about feedback (RFC 4585, RFC 5506, RFC 4588).
public struct FeedbackTerms: Equatable, Sendable {
    /// `a=rtcp-fb:… nack`.
    public var nack = false
    /// `a=rtcp-fb:… goog-remb`.
    public var remb = false
    /// `a=rtcp-rsize`: feedback may stand without a report before it.
    public var reducedSize = false
    /// The payload type of retransmissions; none: lost packets are sent again as they were.
    public var rtxPayloadType: UInt8?
    /// SSRC of retransmissions → SSRC of what they repair (`a=ssrc-group:FID`, RFC 4588 §8).
    public var repairs: [UInt32: UInt32] = [:]

    /// Nothing agreed.
    public init() {}

    /// Reads a whole description: servers here say the same in all video sections.
    init(sdp lines: [Substring]) {
        for line in lines where line.hasPrefix("a=") {
            let words = line.dropFirst(2).split(separator: " ")
            guard let name = words.first else { continue }
            if name == "rtcp-rsize" { reducedSize = true }
            if name.hasPrefix("rtcp-fb:"), words.count == 2 {
                nack = nack || words[1] == "nack"
                remb = remb || words[1] == "goog-remb"
            }
            if name.hasPrefix("rtpmap:"), words.count == 2, words[1].lowercased() == "rtx/90000" {
                rtxPayloadType = rtxPayloadType ?? UInt8(name.dropFirst(7))
            }
            if name == "ssrc-group:FID", words.count == 3, let media = UInt32(words[1]), let repair = UInt32(words[2]) {
                repairs[repair] = media
            }
        }
    }
}

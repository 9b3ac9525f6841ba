import LoadGenerator
import RTP

/// The generator's side in SDP: its media sections, all on one transport.
struct SessionOffer {
    enum Direction: String {
        case sendonly, recvonly
    }

    enum Kind: String {
        case audio, video
    }

    struct Section {
        var kind: Kind
        var direction: Direction
        var mid: String
        /// Streams that it sends; with rids they are told apart by those.
        var streams: [SendStream] = []
        /// Retransmissions on a stream of their own (RFC 4588), for video. Not of what is sent in layers: each would need a repaired RID.
        var offersRTX = true

        var hasRTX: Bool { kind == .video && offersRTX && rids.isEmpty }

        var rids: [String] { streams.compactMap(\.labels.rid) }
    }

    static let videoPayloadType = Int(SendStream.videoType)
    static let rtxPayloadType = 97
    static let audioPayloadType = Int(SendStream.audioType)
    static let extensions = SendStream.extensions

    var endpoint: Endpoint
    var fingerprint: String
    var sections: [Section]

    /// - Parameter setup: `actpass` in an offer; what we are in an answer.
    func text(setup: String = "actpass") -> String {
        let bundle = sections.map(\.mid).joined(separator: " ")
        let head = ["v=0", "o=- 1 1 IN IP4 \(endpoint.address)", "s=-", "t=0 0", "a=group:BUNDLE \(bundle)", "a=msid-semantic:WMS *"]
        return (head + sections.flatMap { lines($0, setup: setup) }).map { $0 + "\r\n" }.joined()
    }

    private func lines(_ section: Section, setup: String) -> [String] {
        let isVideo = section.kind == .video
        let type = isVideo ? Self.videoPayloadType : Self.audioPayloadType
        var lines = [
            "m=\(section.kind) \(endpoint.port) UDP/TLS/RTP/SAVPF \(type)\(section.hasRTX ? " \(Self.rtxPayloadType)" : "")",
            "c=IN IP4 \(endpoint.address)", "a=mid:\(section.mid)",
            "a=\(section.direction)", "a=rtcp-mux", "a=rtcp-rsize", "a=ice-ufrag:\(endpoint.ufrag)", "a=ice-pwd:\(endpoint.password)",
            "a=fingerprint:sha-256 \(fingerprint)", "a=setup:\(setup)",
            "a=extmap:\(Self.extensions.mid) urn:ietf:params:rtp-hdrext:sdes:mid",
        ]
        lines +=
            isVideo
            ? [
                "a=rtpmap:\(type) VP8/90000", "a=rtcp-fb:\(type) nack", "a=rtcp-fb:\(type) nack pli", "a=rtcp-fb:\(type) ccm fir",
                "a=rtcp-fb:\(type) goog-remb",
            ]
            : [
                "a=rtpmap:\(type) opus/48000/2", "a=fmtp:\(type) minptime=10;useinbandfec=1",
                "a=extmap:\(Self.extensions.audioLevel) urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            ]
        if section.hasRTX { lines += ["a=rtpmap:\(Self.rtxPayloadType) rtx/90000", "a=fmtp:\(Self.rtxPayloadType) apt=\(type)"] }
        if section.direction == .sendonly { lines += sources(section) }
        lines += [
            "a=candidate:1 1 UDP 2122317823 \(endpoint.address) \(endpoint.port) typ host", "a=end-of-candidates",
        ]
        return lines
    }

    private func sources(_ section: Section) -> [String] {
        let identifier = "a=msid:bench \(section.kind)"
        guard section.rids.isEmpty else {
            return [identifier, "a=extmap:\(Self.extensions.rid) urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"]
                + section.rids.map { "a=rid:\($0) send" } + ["a=simulcast:send \(section.rids.joined(separator: ";"))"]
        }
        return [identifier]
            + section.streams.flatMap { stream -> [String] in
                let source = "a=ssrc:\(stream.ssrc.rawValue) cname:bench"
                guard section.hasRTX, let repair = stream.repair.ssrc else { return [source] }
                return [
                    "a=ssrc-group:FID \(stream.ssrc.rawValue) \(repair.rawValue)", source, "a=ssrc:\(repair.rawValue) cname:bench",
                ]
            }
    }
}

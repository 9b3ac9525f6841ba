import LoadGenerator

/// The generator's side in SDP: one section for each kind of stream, on one transport.
struct SessionOffer {
    enum Direction: String {
        case sendonly, recvonly
    }

    static let videoPayloadType = 96
    static let audioPayloadType = 111
    static let midExtension: UInt8 = 4
    static let levelExtension: UInt8 = 1
    static let ridExtension: UInt8 = 10

    var endpoint: Endpoint
    var fingerprint: String
    var direction: Direction
    var hasAudio: Bool
    /// Layers of the one video section; empty without simulcast.
    var rids: [String] = []

    /// - Parameter setup: `actpass` in an offer; what we are in an answer.
    /// - Parameter mids: of an offer that this answers, in its order.
    func text(setup: String = "actpass", mids: [String] = ["0", "1"]) -> String {
        var sections: [String] = []
        var names = mids
        sections += section("video", mid: names.removeFirst(), setup: setup)
        if hasAudio, !names.isEmpty { sections += section("audio", mid: names.removeFirst(), setup: setup) }
        let bundle = mids.prefix(hasAudio ? 2 : 1).joined(separator: " ")
        let head = ["v=0", "o=- 1 1 IN IP4 \(endpoint.address)", "s=-", "t=0 0", "a=group:BUNDLE \(bundle)", "a=msid-semantic:WMS *"]
        return (head + sections).map { $0 + "\r\n" }.joined()
    }

    private func section(_ kind: String, mid: String, setup: String) -> [String] {
        let isVideo = kind == "video"
        let type = isVideo ? Self.videoPayloadType : Self.audioPayloadType
        var lines = [
            "m=\(kind) \(endpoint.port) UDP/TLS/RTP/SAVPF \(type)", "c=IN IP4 \(endpoint.address)", "a=mid:\(mid)",
            "a=\(direction.rawValue)", "a=rtcp-mux", "a=rtcp-rsize", "a=ice-ufrag:\(endpoint.ufrag)", "a=ice-pwd:\(endpoint.password)",
            "a=fingerprint:sha-256 \(fingerprint)", "a=setup:\(setup)",
            "a=extmap:\(Self.midExtension) urn:ietf:params:rtp-hdrext:sdes:mid",
        ]
        lines +=
            isVideo
            ? ["a=rtpmap:\(type) VP8/90000", "a=rtcp-fb:\(type) nack", "a=rtcp-fb:\(type) nack pli", "a=rtcp-fb:\(type) ccm fir"]
            : [
                "a=rtpmap:\(type) opus/48000/2", "a=fmtp:\(type) minptime=10;useinbandfec=1",
                "a=extmap:\(Self.levelExtension) urn:ietf:params:rtp-hdrext:ssrc-audio-level",
            ]
        if direction == .sendonly { lines += sources(isVideo) }
        lines += [
            "a=candidate:1 1 UDP 2122317823 \(endpoint.address) \(endpoint.port) typ host", "a=end-of-candidates",
        ]
        return lines
    }

    private func sources(_ isVideo: Bool) -> [String] {
        let track = isVideo ? "video" : "audio"
        if isVideo, !rids.isEmpty {
            return ["a=msid:bench \(track)", "a=extmap:\(Self.ridExtension) urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"]
                + rids.map { "a=rid:\($0) send" } + ["a=simulcast:send \(rids.joined(separator: ";"))"]
        }
        return ["a=msid:bench \(track)"]
            + endpoint.published.filter { ($0.shape.pattern == .audio) != isVideo }.map { "a=ssrc:\($0.ssrc.rawValue) cname:bench" }
    }
}

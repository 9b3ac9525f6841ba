import RTP
import SFU

/// The header extensions agreed on for one section.
///
/// Deliberately left out: `urn:3gpp:video-orientation`, so that senders turn their pictures themselves (Firefox does not offer it and
/// would show a phone's picture lying down); the dependency descriptor, until something reads it; toffset, content type, timing.
struct ExtensionNegotiation {
    var ids = HeaderExtensionIDs()
    /// `a=extmap` lines in the offer's order.
    var attributes: [SDPAttribute] = []

    init(_ section: OfferedSection, role: SectionRole, allowsMixed: Bool) {
        let wanted = Self.wanted(section, role)
        for offered in section.extensions {
            guard let path = wanted[offered.uri], ids[keyPath: path] == 0 else { continue }
            guard let id = UInt8(exactly: offered.id), id <= 14 || (allowsMixed && id >= 16) else { continue }
            let direction = offered.direction ?? .sendrecv
            guard role.weReceive ? direction.sends : direction.receives else { continue }
            ids[keyPath: path] = id
            attributes.append(SDPAttribute("extmap", "\(id)\(offered.direction.map { Self.suffix($0, role) } ?? "") \(offered.uri)"))
        }
    }

    /// Firefox offers `9/sendonly` and is answered `9/recvonly`; an offer without a direction is answered without one.
    private static func suffix(_ offered: MediaDirection, _ role: SectionRole) -> String {
        offered == .sendrecv ? "/sendrecv" : role.weReceive ? "/recvonly" : "/sendonly"
    }

    private static func wanted(_ section: OfferedSection, _ role: SectionRole) -> [String: WritableKeyPath<HeaderExtensionIDs, UInt8>] {
        var wanted: [String: WritableKeyPath<HeaderExtensionIDs, UInt8>] = [
            ExtensionURI.mid: \.mid, ExtensionURI.absCaptureTime: \.absCaptureTime,
        ]
        if role.kind == .audio { wanted[ExtensionURI.audioLevel] = \.audioLevel }
        switch role {
        case .publish:
            if role.kind == .video {
                wanted[ExtensionURI.rid] = \.rid
                wanted[ExtensionURI.repairedRID] = \.repairedRID
            }
            // One clock of arrival is enough: abs-send-time only where the sender knows no transport-wide numbers (aiortc, GStreamer).
            let hasTransportCC =
                section.formats.contains { $0.feedback.contains("transport-cc") }
                && section.extensions.contains { $0.uri == ExtensionURI.transportSequenceNumber }
            if hasTransportCC {
                wanted[ExtensionURI.transportSequenceNumber] = \.transportSequenceNumber
            } else {
                wanted[ExtensionURI.absSendTime] = \.absSendTime
            }
        case .slot:
            // Without abs-send-time a browser's first REMB comes after 5 s, with it after 250 ms.
            wanted[ExtensionURI.absSendTime] = \.absSendTime
            if role.kind == .video { wanted[ExtensionURI.playoutDelay] = \.playoutDelay }
        }
        return wanted
    }
}

/// Names of header extensions in `a=extmap`.
enum ExtensionURI {
    static let audioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    static let absSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
    static let transportSequenceNumber = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
    static let mid = "urn:ietf:params:rtp-hdrext:sdes:mid"
    static let rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
    static let repairedRID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
    static let playoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
    static let absCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"
}

extension SectionRole {
    var weReceive: Bool {
        if case .publish = self { return true }
        return false
    }
}

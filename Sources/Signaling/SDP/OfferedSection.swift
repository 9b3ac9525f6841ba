import RTP
import SFU

/// One m-line of an offer, understood as far as an answer needs it.
struct OfferedSection: Sendable {
    var media: MediaDescription
    var mid: String?
    var isBundleOnly = false
    /// `nil` where the section does not say; then the session's word counts, and then sendrecv.
    var direction: MediaDirection?
    var formats: [OfferedFormat] = []
    var extensions: [ExtensionMap] = []
    var transport = OfferedTransport()
    var hasRTCPMux = false
    var hasReducedSizeRTCP = false
    var allowsMixedExtensions = false
    /// Restriction ids declared with direction `send`.
    var sendRIDs: [String] = []
    /// The `send` list of `a=simulcast`, in the offer's order; of alternatives the first (RFC 8853 §5.1).
    var simulcastRIDs: [String] = []
    /// Sources in their order, without those that are RTX of another.
    var sources: [DeclaredSSRC] = []

    init(_ media: MediaDescription, limits: SDPLimits) throws(SDPError) {
        self.media = media
        if isRTP {
            for format in media.formats {
                guard let number = format.decimal(as: UInt8.self), number < 128,
                    !formats.contains(where: { $0.payloadType.rawValue == number })
                else { throw SDPError(.badPayloadType, line: media.line) }
                formats.append(OfferedFormat(payloadType: PayloadType(number)))
            }
        }
        for attribute in media.attributes { try take(attribute, limits: limits) }
    }

    /// RFC 8866 calls many transports RTP; these are the ones WebRTC uses (RFC 8829 §5.1.2).
    var isRTP: Bool {
        ["UDP/TLS/RTP/SAVPF", "TCP/DTLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/DTLS/RTP/SAVP"].contains(media.transport)
    }

    /// Port 0 stops a section unless it is bundle-only: Firefox writes its live bundled sections so in re-offers.
    var isLive: Bool { media.port != 0 || isBundleOnly }

    var kind: MediaKind? { isRTP ? MediaKind(rawValue: media.media) : nil }

    private mutating func take(_ attribute: SDPAttribute, limits: SDPLimits) throws(SDPError) {
        if try transport.take(attribute) { return }
        switch attribute.name {
        case "mid":
            guard mid == nil else { throw SDPError(.duplicateAttribute, line: attribute.line) }
            mid = try identifier(attribute.value ?? "", attribute, limits)
        case "bundle-only": isBundleOnly = true
        case "rtcp-mux": hasRTCPMux = true
        case "rtcp-rsize": hasReducedSizeRTCP = true
        case "extmap-allow-mixed": allowsMixedExtensions = true
        case "extmap": extensions.append(try ExtensionMap(attribute))
        case "rtpmap", "fmtp", "rtcp-fb": if isRTP { try takeFormat(attribute) }
        case "rid": try takeRID(attribute, limits)
        case "simulcast": try takeSimulcast(attribute, limits)
        case "ssrc": try takeSource(attribute, limits)
        case "ssrc-group": try takeGroup(attribute, limits)
        default: if let word = MediaDirection(rawValue: attribute.name) { direction = word }
        }
    }

    private func identifier(_ text: String, _ attribute: SDPAttribute, _ limits: SDPLimits) throws(SDPError) -> String {
        guard text.isToken, text.utf8.count <= limits.identifierBytes else { throw SDPError(.badIdentifier, line: attribute.line) }
        return text
    }

    /// `<payload type> <rest>`; words about payload types that the m-line does not list are skipped, as JSEP §5.10 allows.
    private mutating func takeFormat(_ attribute: SDPAttribute) throws(SDPError) {
        guard let parts = (attribute.value ?? "").cut(at: UInt8(ascii: " ")) else { throw SDPError(.badAttribute, line: attribute.line) }
        if attribute.name == "rtcp-fb", parts.head == "*" {
            for index in formats.indices { formats[index].takeFeedback(parts.tail) }
            return
        }
        guard let number = parts.head.decimal(as: UInt8.self), number < 128 else {
            throw SDPError(.badPayloadType, line: attribute.line)
        }
        guard let index = formats.firstIndex(where: { $0.payloadType.rawValue == number }) else { return }
        switch attribute.name {
        case "rtpmap": guard formats[index].readMap(parts.tail) else { throw SDPError(.badAttribute, line: attribute.line) }
        case "fmtp": formats[index].parameters = FormatParameters(parts.tail)
        default: formats[index].takeFeedback(parts.tail)
        }
    }

    /// `a=rid:<id> <direction> [restrictions]` (RFC 8851 §4). Restrictions bind the sender, not us, and are not read.
    private mutating func takeRID(_ attribute: SDPAttribute, _ limits: SDPLimits) throws(SDPError) {
        let fields = (attribute.value ?? "").fields()
        guard fields.count >= 2, fields[1] == "send" || fields[1] == "recv" else { throw SDPError(.badAttribute, line: attribute.line) }
        let rid = try identifier(fields[0], attribute, limits)
        if fields[1] == "send", !sendRIDs.contains(rid) { sendRIDs.append(rid) }
    }

    /// `a=simulcast:send q;h,h2;~f recv …`.
    private mutating func takeSimulcast(_ attribute: SDPAttribute, _ limits: SDPLimits) throws(SDPError) {
        let fields = (attribute.value ?? "").fields()
        guard simulcastRIDs.isEmpty, fields.count == 2 || fields.count == 4 else { throw SDPError(.badAttribute, line: attribute.line) }
        for position in stride(from: 0, to: fields.count, by: 2) where fields[position] == "send" {
            for alternatives in fields[position + 1].fields(separatedBy: UInt8(ascii: ";")) {
                guard var rid = alternatives.fields(separatedBy: UInt8(ascii: ",")).first else { continue }
                if rid.utf8.first == UInt8(ascii: "~") { rid.removeFirst() }
                rid = try identifier(rid, attribute, limits)
                if !simulcastRIDs.contains(rid) { simulcastRIDs.append(rid) }
            }
        }
    }

    /// `a=ssrc:<id> <attribute>` (RFC 5576 §4.1).
    private mutating func takeSource(_ attribute: SDPAttribute, _ limits: SDPLimits) throws(SDPError) {
        guard let number = (attribute.value ?? "").fields(maxSplits: 1).first?.decimal(as: UInt32.self) else {
            throw SDPError(.badAttribute, line: attribute.line)
        }
        guard !sources.contains(where: { $0.ssrc.rawValue == number || $0.rtx?.rawValue == number }) else { return }
        guard sources.count < limits.sources else { throw SDPError(.tooManySources, line: attribute.line) }
        sources.append(DeclaredSSRC(ssrc: SSRC(number)))
    }

    /// `a=ssrc-group:FID <primary> <rtx>` (RFC 5576 §4.2, RFC 4588 §8.4); other semantics say nothing we need.
    private mutating func takeGroup(_ attribute: SDPAttribute, _ limits: SDPLimits) throws(SDPError) {
        let fields = (attribute.value ?? "").fields()
        guard fields.first == "FID" else { return }
        guard fields.count == 3, let primary = fields[1].decimal(as: UInt32.self), let rtx = fields[2].decimal(as: UInt32.self),
            primary != rtx
        else { throw SDPError(.badAttribute, line: attribute.line) }
        sources.removeAll { $0.ssrc.rawValue == rtx }
        if let index = sources.firstIndex(where: { $0.ssrc.rawValue == primary }) {
            sources[index].rtx = SSRC(rtx)
        } else {
            guard sources.count < limits.sources else { throw SDPError(.tooManySources, line: attribute.line) }
            sources.append(DeclaredSSRC(ssrc: SSRC(primary), rtx: SSRC(rtx)))
        }
    }
}

import RTP
import SFU

/// One m-line of the answer: what was decided, and its lines.
struct AnsweredSection {
    enum Outcome {
        case receive(ReceiveSection)
        case slot(SlotSection)
        /// Agreed, but the client neither sends nor receives at present.
        case inactive
        case rejected
    }

    var outcome = Outcome.rejected
    let mid: String?
    var media: String { offered.media.media }
    private let offered: OfferedSection
    private var codecs: CodecNegotiation?
    private var extensions: ExtensionNegotiation?
    private let allowsReducedSizeRTCP: Bool

    init(_ offered: OfferedSection, offer: OfferedSession, state: NegotiationState, policy: NegotiationPolicy) {
        self.offered = offered
        mid = offered.mid
        allowsReducedSizeRTCP = offered.hasReducedSizeRTCP || offer.tagged?.hasReducedSizeRTCP == true
        guard offered.isLive, let mid, let memory = state.sections[mid] else { return }
        let extensions = ExtensionNegotiation(
            offered, role: memory.role, allowsMixed: offer.allowsMixedExtensions || offered.allowsMixedExtensions)
        let codecs = CodecNegotiation(
            offered, role: memory.role, policy: policy, hasTransportSequenceNumbers: extensions.ids.transportSequenceNumber != 0)
        guard !codecs.codecs.isEmpty else { return }
        self.codecs = codecs
        self.extensions = extensions
        let direction = offered.direction ?? offer.direction ?? .sendrecv
        switch memory.role {
        case .publish(let source): outcome = direction.sends ? .receive(receive(mid, source, codecs, extensions, policy)) : .inactive
        case .slot(let purpose, let pinned):
            outcome = direction.receives ? .slot(slot(mid, purpose, pinned, memory, codecs, extensions)) : .inactive
        }
    }

    var isAccepted: Bool {
        if case .rejected = outcome { return false }
        return true
    }

    private func receive(
        _ mid: String, _ source: TrackSource, _ codecs: CodecNegotiation, _ extensions: ExtensionNegotiation, _ policy: NegotiationPolicy
    ) -> ReceiveSection {
        // Layers are told apart by MID and RID in the packets; without both there is no simulcast.
        let canBind = extensions.ids.mid != 0 && extensions.ids.rid != 0 && source.kind == .video
        let rids = canBind ? offered.simulcastRIDs.filter(offered.sendRIDs.contains).prefix(policy.maxEncodings) : []
        return ReceiveSection(
            mid: mid, source: source, codecs: codecs.codecs, extensions: extensions.ids, feedback: codecs.feedback, rids: Array(rids),
            ssrcs: rids.isEmpty ? offered.sources : [])
    }

    private func slot(
        _ mid: String, _ purpose: SlotPurpose, _ pinned: TrackID?, _ memory: NegotiationState.Section, _ codecs: CodecNegotiation,
        _ extensions: ExtensionNegotiation
    ) -> SlotSection {
        let hasRTX = codecs.codecs.contains { $0.rtxPayloadType != nil }
        return SlotSection(
            mid: mid, purpose: purpose, index: memory.index, ssrc: memory.ssrc, rtx: hasRTX ? memory.rtx : nil, codecs: codecs.codecs,
            extensions: extensions.ids, feedback: codecs.feedback, pinned: pinned)
    }

    // MARK: Lines

    func description(credentials: ICECredentials, fingerprint: Fingerprint, candidates: [SDPAttribute]) -> MediaDescription {
        guard isAccepted, let mid, let codecs, let extensions else { return rejection }
        var attributes = [SDPAttribute("mid", mid), SDPAttribute(direction.rawValue)]
        if offered.allowsMixedExtensions { attributes.append(SDPAttribute("extmap-allow-mixed")) }
        attributes += extensions.attributes
        attributes += [
            SDPAttribute("ice-ufrag", credentials.ufrag), SDPAttribute("ice-pwd", credentials.password),
            SDPAttribute("fingerprint", fingerprint.attributeValue), SDPAttribute("setup", SetupRole.passive.rawValue),
            SDPAttribute("rtcp-mux"),
        ]
        if allowsReducedSizeRTCP { attributes.append(SDPAttribute("rtcp-rsize")) }
        attributes += codecs.attributes + ownAttributes + candidates
        return MediaDescription(
            media: offered.media.media, port: 9, transport: offered.media.transport, formats: codecs.formats, lines: Self.noAddress,
            attributes: attributes)
    }

    /// RFC 3264 §6: port 0. The mid stays out of the bundle, which the caller sees to.
    private var rejection: MediaDescription {
        var attributes = [SDPAttribute(MediaDirection.inactive.rawValue)]
        if let mid { attributes.insert(SDPAttribute("mid", mid), at: 0) }
        return MediaDescription(
            media: offered.media.media, port: 0, transport: offered.media.transport, formats: offered.media.formats,
            lines: Self.noAddress, attributes: attributes)
    }

    /// The addresses are in the candidates (RFC 8840 §4.1.1).
    private static let noAddress = [SDPLine("c", "IN IP4 0.0.0.0")]

    private var direction: MediaDirection {
        switch outcome {
        case .receive: .recvonly
        case .slot: .sendonly
        case .inactive, .rejected: .inactive
        }
    }

    private var ownAttributes: [SDPAttribute] {
        switch outcome {
        case .receive(let section): simulcastAttributes(section.rids)
        case .slot(let section): sourceAttributes(section)
        case .inactive, .rejected: []
        }
    }

    /// RFC 8853 §5.3, in the offer's order.
    private func simulcastAttributes(_ rids: [String]) -> [SDPAttribute] {
        guard !rids.isEmpty else { return [] }
        return rids.map { SDPAttribute("rid", "\($0) recv") } + [SDPAttribute("simulcast", "recv \(rids.joined(separator: ";"))")]
    }

    /// Audio and video of one index share a stream, and a screen and its sound do, because browsers lip-sync inside a stream only.
    private func sourceAttributes(_ slot: SlotSection) -> [SDPAttribute] {
        let stream = slot.purpose == .audio || slot.purpose == .video ? "slot" : "screen"
        var attributes = [SDPAttribute("msid", "\(stream)-\(slot.index) \(slot.purpose.rawValue)-\(slot.index)")]
        let sources = [slot.ssrc, slot.rtx].compactMap(\.self)
        if sources.count == 2 {
            attributes.append(SDPAttribute("ssrc-group", "FID \(sources[0].rawValue) \(sources[1].rawValue)"))
        }
        return attributes + sources.map { SDPAttribute("ssrc", "\($0.rawValue) cname:\(Answerer.cname)") }
    }
}

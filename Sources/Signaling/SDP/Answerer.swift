import RTP
import SFU

/// Answers offers (RFC 8829, RFC 3264). The client always offers; this side is ICE-lite, DTLS-passive and puts everything on one
/// transport. A value without state: what must be remembered is handed back as `Negotiation.state`.
///
/// Sections on which the client sends are answered `recvonly`, sections on which it receives are slots and answered `sendonly` with
/// their sources declared: without `a=ssrc` and its FID group Firefox freezes at the first lost packet (docs/rtp.md).
package struct Answerer: Sendable {
    /// CNAME of every slot, in SDP and in the senders' SDES.
    package static let cname = "parley"

    package var policy: NegotiationPolicy
    package var endpoint: AnswerEndpoint
    package var limits: SDPLimits

    package init(policy: NegotiationPolicy, endpoint: AnswerEndpoint, limits: SDPLimits = SDPLimits()) {
        self.policy = policy
        self.endpoint = endpoint
        self.limits = limits
    }

    /// Answers the text of an offer.
    ///
    /// - Parameters:
    ///   - roles: what each section is for; a mid that had a role keeps it, and a section without one is answered with port 0.
    ///   - state: of the last answer to this client, `nil` for its first offer.
    ///   - generator: the source of credentials and SSRCs; `SystemRandomNumberGenerator` outside tests.
    package func answer(
        _ offer: String, roles: SectionRoles, state: NegotiationState? = nil, using generator: inout some RandomNumberGenerator
    ) throws(AnswerRefusal) -> Negotiation {
        try answer(try Self.parse(offer, limits: limits), roles: roles, state: state, using: &generator)
    }

    /// Reads an offer, with the error an answer would give.
    package static func parse(_ offer: String, limits: SDPLimits = SDPLimits()) throws(AnswerRefusal) -> SessionDescription {
        do throws(SDPError) { return try SessionDescription(parsing: offer, limits: limits) } catch { throw .malformed(error) }
    }

    /// Answers an offer that was read before.
    package func answer(
        _ description: SessionDescription, roles: SectionRoles, state: NegotiationState? = nil,
        using generator: inout some RandomNumberGenerator
    ) throws(AnswerRefusal) -> Negotiation {
        let offer = try understand(description)
        try offer.check()
        let peer = try offer.agreedTransport()
        var next = state ?? NegotiationState(remote: peer.credentials, fingerprint: peer.fingerprint, using: &generator)
        guard next.fingerprint == peer.fingerprint else { throw .fingerprintChanged }
        let isICERestart = next.heard(peer.credentials, using: &generator)
        next.version &+= 1
        try assignRoles(offer, roles, &next, using: &generator)
        let answered = offer.sections.map { AnsweredSection($0, offer: offer, state: next, policy: policy) }
        guard state != nil || answered.contains(where: \.isAccepted) else { throw .nothingUsable }
        let accepted = Set(answered.filter(\.isAccepted).compactMap(\.mid))
        next.keepSections(accepted)
        // Chromium refuses an answer whose group names a section that the offer's does not; rejected ones stay out too.
        next.bundle = (offer.bundle ?? []).filter(accepted.contains)
        next.tagMedia = answered.first { $0.mid == next.bundle.first }?.media ?? next.tagMedia
        return Negotiation(
            answer: write(answered, offer, next), sections: answered.sections, localICE: next.localICE, remoteICE: next.remoteICE,
            remoteFingerprint: next.fingerprint, isICERestart: isICERestart, state: next)
    }

    private func understand(_ description: SessionDescription) throws(AnswerRefusal) -> OfferedSession {
        do throws(SDPError) { return try OfferedSession(description, limits: limits) } catch { throw .malformed(error) }
    }

    /// Gives every live section its role, forgets those that are gone, and finds sources for new slots.
    private func assignRoles(
        _ offer: OfferedSession, _ roles: SectionRoles, _ state: inout NegotiationState, using generator: inout some RandomNumberGenerator
    ) throws(AnswerRefusal) {
        let live = offer.sections.filter { $0.isLive && $0.kind != nil }
        state.keepSections(Set(live.compactMap(\.mid)))
        let declared = Set(offer.sections.flatMap(\.sources).flatMap { [$0.ssrc.rawValue, $0.rtx?.rawValue].compactMap(\.self) })
        var published: Set<TrackSource> = []
        for section in live {
            guard let mid = section.mid, let role = try role(of: section, mid, roles, state) else { continue }
            guard offer.bundle?.contains(mid) == true else { throw .notBundled(mid: mid) }
            if case .publish(let source) = role, !published.insert(source).inserted { throw .duplicateSource(source) }
            guard state.sections[mid] == nil else { continue }
            if case .slot(let purpose, _) = role {
                state.addSlot(mid: mid, role: role, purpose: purpose, avoiding: declared, using: &generator)
            } else {
                state.sections[mid] = NegotiationState.Section(role: role)
            }
        }
    }

    private func role(
        of section: OfferedSection, _ mid: String, _ roles: SectionRoles, _ state: NegotiationState
    ) throws(AnswerRefusal) -> SectionRole? {
        let former = state.sections[mid]?.role
        guard let role = former ?? roles[mid] else { return nil }
        if let former, let named = roles[mid], named != former { throw .roleChanged(mid: mid) }
        guard role.kind == section.kind else { throw .roleKind(mid: mid) }
        return role
    }

    private func write(_ answered: [AnsweredSection], _ offer: OfferedSession, _ state: NegotiationState) -> String {
        let bundle = state.bundle
        var attributes = [SDPAttribute("ice-lite")]
        if !bundle.isEmpty { attributes.append(SDPAttribute("group", (["BUNDLE"] + bundle).joined(separator: " "))) }
        if offer.allowsMixedExtensions { attributes.append(SDPAttribute("extmap-allow-mixed")) }
        attributes.append(SDPAttribute("msid-semantic", "WMS *"))
        var description = SessionDescription(origin: "- \(state.sessionID) \(state.version) IN IP4 0.0.0.0", attributes: attributes)
        description.media = answered.map { section in
            section.description(
                credentials: state.localICE, fingerprint: endpoint.fingerprint,
                candidates: section.mid == bundle.first && section.isAccepted ? endpoint.attributes : [])
        }
        return description.write()
    }
}

extension [AnsweredSection] {
    /// What the media plane is told, in the order of the m-lines.
    fileprivate var sections: Sections {
        var sections = Sections()
        for section in self {
            switch section.outcome {
            case .receive(let receive): sections.receive.append(receive)
            case .slot(let slot): sections.slots.append(slot)
            case .inactive, .rejected: break
            }
        }
        return sections
    }
}

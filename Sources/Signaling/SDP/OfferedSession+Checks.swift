import SFU

/// What must hold for an offer before its sections are looked at one by one.
extension OfferedSession {
    /// One bundle, unambiguous mids and extension ids, and multiplexed RTCP.
    func check() throws(AnswerRefusal) {
        if isICELite { throw .iceLiteOffer }
        guard bundle != nil else { throw .bundleRequired }
        guard bundleGroups == 1 else { throw .severalBundles }
        try checkMids()
        try checkExtensionIDs()
        // JSEP §5.2.1: in a bundle only the tagged section has to carry it, and that may be a data channel, which has no RTCP; so one
        // section that says it speaks for all.
        guard sections.contains(where: { $0.isLive && $0.hasRTCPMux }) || !sections.contains(where: { $0.isLive && $0.kind != nil }) else {
            throw .rtcpMuxRequired
        }
    }

    private func checkMids() throws(AnswerRefusal) {
        var seen: Set<String> = []
        for section in sections {
            guard let mid = section.mid else {
                if section.isLive, section.kind != nil { throw .missingMid(line: section.media.line) }
                continue
            }
            guard seen.insert(mid).inserted else { throw .duplicateMid(mid) }
        }
    }

    private func checkExtensionIDs() throws(AnswerRefusal) {
        var uris: [UInt16: String] = [:]
        for section in sections where section.isLive && section.kind != nil {
            for offered in section.extensions where offered.id < 256 {
                guard uris.updateValue(offered.uri, forKey: offered.id) ?? offered.uri == offered.uri else {
                    throw .extensionConflict(id: offered.id)
                }
            }
        }
    }

    /// How the client is reached and known: the words of the tagged section, else of the first bundled section that has any.
    func agreedTransport() throws(AnswerRefusal) -> (credentials: ICECredentials, fingerprint: Fingerprint) {
        let bundled = (bundle ?? []).lazy.compactMap { mid in sections.first { $0.mid == mid && $0.isLive } }
        let words = bundled.map { $0.transport.completed(by: transport) }.first { $0.ufrag != nil } ?? transport
        guard let credentials = words.credentials else { throw .missingCredentials }
        guard let fingerprint = words.fingerprint else { throw .missingFingerprint }
        // RFC 8842 §5.2: the answerer picks; we are always passive, so the offerer must be able to be active. Absent means active
        // (RFC 4145 §4.1).
        switch words.setup ?? .active {
        case .active, .actpass: return (credentials, fingerprint)
        case .passive, .holdconn: throw .setupPassive
        }
    }
}

import SFU

/// An `application/trickle-ice-sdpfrag` (RFC 8840 §9): what WHIP clients PATCH, and what they get back when they restart ICE.
///
/// Candidates of the client are counted and otherwise ignored: an ICE-lite agent answers checks from wherever they come.
package struct SDPFragment: Equatable, Sendable {
    /// Credentials in the fragment, at either level; `nil` where it names none.
    package var credentials: ICECredentials?
    package var candidateCount = 0
    package var hasEndOfCandidates = false

    /// Reads a fragment: attributes, and m-lines with mids, which only say where candidates belong.
    ///
    /// Throws `SDPError` for what cannot be a fragment, among it a ufrag without a password and malformed credentials.
    package init(parsing text: String, limits: SDPLimits = .fragment) throws(SDPError) {
        var reader = try SDPReader(text, limits: limits)
        var session = SessionDescription(origin: "", lines: [])
        try reader.readRest { (line, limits) throws(SDPError) in try session.take(line, limits: limits) }
        var words = OfferedTransport()
        for attribute in session.attributes + session.media.flatMap(\.attributes) {
            switch attribute.name {
            case "candidate": candidateCount += 1
            case "end-of-candidates": hasEndOfCandidates = true
            default: _ = try words.take(attribute)
            }
        }
        guard words.ufrag != nil || words.password != nil else { return }
        guard let credentials = words.credentials else { throw SDPError(.badAttribute, line: 0) }
        self.credentials = credentials
    }
}

extension Answerer {
    /// The fragment that answers an ICE restart (RFC 9725 §4.3.3): new credentials, and the addresses once more.
    /// Empty where nothing was agreed on.
    package func restartFragment(for state: NegotiationState) -> String {
        var attributes = [SDPAttribute("ice-lite")]
        guard let tag = state.bundle.first else { return "" }
        attributes.append(SDPAttribute("group", (["BUNDLE"] + state.bundle).joined(separator: " ")))
        // RFC 8840 §9: a pseudo m-line whose only use is to hold the mid.
        let media = MediaDescription(
            media: state.tagMedia, port: 9, transport: "UDP/TLS/RTP/SAVPF", formats: ["0"],
            attributes: [
                SDPAttribute("mid", tag), SDPAttribute("ice-ufrag", state.localICE.ufrag), SDPAttribute("ice-pwd", state.localICE.password),
            ] + endpoint.attributes)
        var text = ""
        SessionDescription.write([], attributes, to: &text)
        media.write(to: &text)
        return text
    }
}

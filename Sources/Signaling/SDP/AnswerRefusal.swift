import SFU

/// Why an offer gets no answer. The description is written for whoever made the offer.
package enum AnswerRefusal: Error, Equatable, Sendable {
    case malformed(SDPError)
    /// No `a=group:BUNDLE`, or more than one: everything must share one transport.
    case bundleRequired
    case severalBundles
    case notBundled(mid: String)
    case missingMid(line: Int)
    case duplicateMid(String)
    case rtcpMuxRequired
    /// Both sides ICE-lite: nobody would send checks.
    case iceLiteOffer
    case missingCredentials
    case missingFingerprint
    /// A new certificate on a live association (RFC 8842 §4): the client has to open a new PeerConnection.
    case fingerprintChanged
    /// The client wants to be the DTLS server, as we always are.
    case setupPassive
    /// One header extension id means two things in the bundle (RFC 8843 §9.2).
    case extensionConflict(id: UInt16)
    /// The role given beside the offer does not fit the m-line's kind.
    case roleKind(mid: String)
    /// A mid keeps the role it had first.
    case roleChanged(mid: String)
    case duplicateSource(TrackSource)
    /// Nothing in a first offer can be used.
    case nothingUsable

    /// A stable word for programs.
    package var code: String {
        switch self {
        case .malformed: "malformed"
        case .bundleRequired: "bundle-required"
        case .severalBundles: "several-bundles"
        case .notBundled: "not-bundled"
        case .missingMid: "missing-mid"
        case .duplicateMid: "duplicate-mid"
        case .rtcpMuxRequired: "rtcp-mux-required"
        case .iceLiteOffer: "ice-lite-offer"
        case .missingCredentials: "missing-credentials"
        case .missingFingerprint: "missing-fingerprint"
        case .fingerprintChanged: "fingerprint-changed"
        case .setupPassive: "setup-passive"
        case .extensionConflict: "extension-conflict"
        case .roleKind: "role-kind"
        case .roleChanged: "role-changed"
        case .duplicateSource: "duplicate-source"
        case .nothingUsable: "nothing-usable"
        }
    }
}

extension AnswerRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let error): "The session description cannot be read: \(error)."
        case .bundleRequired: "All m-lines must be in one a=group:BUNDLE (bundlePolicy \"max-bundle\")."
        case .severalBundles: "The offer has more than one a=group:BUNDLE."
        case .notBundled(let mid): "The section with mid \(mid) is not in a=group:BUNDLE."
        case .missingMid(let line): "The m-line at line \(line) has no a=mid."
        case .duplicateMid(let mid): "Two m-lines have the mid \(mid)."
        case .rtcpMuxRequired: "The offer must contain a=rtcp-mux."
        case .iceLiteOffer: "The offer is ICE-lite and so is this server; one side must be a full ICE agent."
        case .missingCredentials: "The offer has no well-formed a=ice-ufrag and a=ice-pwd."
        case .missingFingerprint: "The offer has no a=fingerprint with sha-256, sha-384 or sha-512."
        case .fingerprintChanged: "The certificate fingerprint differs from the first offer's; open a new PeerConnection."
        case .setupPassive: "The offer must allow the client to be the DTLS client (a=setup:actpass or active)."
        case .extensionConflict(let id): "Header extension id \(id) is mapped to two URIs within the bundle."
        case .roleKind(let mid): "The role given for mid \(mid) does not fit its m-line."
        case .roleChanged(let mid): "The mid \(mid) had another role before."
        case .duplicateSource(let source): "Two sections publish the source \(source.rawValue)."
        case .nothingUsable: "No m-line of the offer can be used: no role, no codec in common, or no audio or video at all."
        }
    }
}

import CSRTPOpenSSL

/// Where a session's cipher and authenticator for RTP are. Every packet needs them; libsrtp comes to them last, by way of its streams.
struct SRTPParts {
    private let parts: parley_srtp_parts

    /// - Returns: what `make` made, and where its parts are.
    static func noted<Session>(_ make: () -> Session) -> (Session, SRTPParts) {
        var parts = parley_srtp_parts()
        let session = withUnsafeMutablePointer(to: &parts) { parts in
            parley_srtp_note_parts(parts)
            defer { parley_srtp_note_parts(nil) }
            return make()
        }
        return (session, SRTPParts(parts: parts))
    }

    /// Whether our plug-in made them. AES-GCM needs no authenticator.
    var areKnown: Bool { parts.cipher != nil && parts.context != nil }

    @inline(__always)
    func prefetch() {
        if let cipher = parts.cipher { Prefetch.memory(cipher, bytes: parts.cipher_bytes) }
        if let context = parts.context { Prefetch.memory(context, bytes: parts.context_bytes) }
        if let mode = parts.mode { Prefetch.memory(mode, bytes: parts.mode_bytes) }
        if let authenticator = parts.authenticator { Prefetch.memory(authenticator, bytes: parts.authenticator_bytes) }
    }
}

import Control

/// Who made a WHIP or WHEP session, and with what. Only its maker may touch it, and it ends when the credential is revoked.
struct MediaOwner: Equatable, Sendable {
    enum Credential: Equatable, Sendable {
        /// An access token of this sign-in session.
        case session(Snowflake)
        case streamKey(Snowflake)
    }

    var user: Snowflake
    var credential: Credential

    /// A person may end from the page what an encoder of theirs began; a key opens nothing but what was made with it.
    func mayTouch(_ resource: MediaResource) -> Bool {
        switch credential {
        case .session: resource.owner.user == user
        case .streamKey: resource.owner == self
        }
    }
}

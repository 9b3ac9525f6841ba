import Control
import HTTPTypes
import Hummingbird

/// Who asks for media in a channel, and what they may do there.
struct MediaAccess: Sendable {
    let services: ControlServices
    let request: Request
    let context: APIContext

    func channel() throws(APIError) -> Snowflake { try context.id("channel_id") }

    /// The bearer of an access token, or the maker of a stream key.
    ///
    /// - Throws: 401; 403 for a key to another channel.
    func owner() async throws -> MediaOwner {
        if let principal = context.principal { return MediaOwner(user: principal.userID, credential: .session(principal.sessionID)) }
        guard let token else { throw APIError.needsCredential }
        guard let key = try await services.authenticator.authenticate(streamKey: token) else { throw APIError.unauthorized }
        guard key.channelID == (try channel()) else { throw APIError.foreignStreamKey }
        return MediaOwner(user: key.userID, credential: .streamKey(key.keyID))
    }

    func publisher() async throws -> MediaOwner { try await owner() }

    /// - Throws: 403 for a stream key: whoever finds one in an encoder's settings must not hear the channel.
    func viewer() async throws -> MediaOwner {
        let owner = try await owner()
        guard case .session = owner.credential else { throw APIError.streamKeyCannotWatch }
        return owner
    }

    /// - Throws: 404 for an unknown channel, 403 for one that the user cannot see, 400 for one without voice.
    func rights(of user: Snowflake) async throws -> (guild: Snowflake, rights: VoiceRights) {
        let id = try channel()
        return try await services.store.read { db in
            let (access, channel) = try GuildAccess.require(db, channel: id, user: user)
            guard channel.kind == .voice else { throw APIError.wrongChannelKind }
            return (access.guild.id, try access.voiceRights(in: channel, db))
        }
    }

    /// Whether the credential has not been revoked since `owner()` took it.
    func isStillGood(_ owner: MediaOwner) async throws -> Bool {
        guard let token else { return false }
        switch owner.credential {
        case .session: return try await services.authenticator.authenticate(accessToken: token) != nil
        case .streamKey: return try await services.authenticator.authenticate(streamKey: token) != nil
        }
    }

    private var token: String? {
        let fields = (request.headers[.authorization] ?? "").fields()
        return fields.count == 2 && fields[0].asciiLowercased == "bearer" ? fields[1] : nil
    }
}

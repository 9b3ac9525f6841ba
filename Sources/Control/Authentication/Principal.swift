/// Who a request or socket acts for.
package struct Principal: Sendable, Equatable {
    package let userID: Snowflake
    package let username: String
    /// The session (token family) it came in by: what `DomainEvent.sessionsRevoked` names.
    package let sessionID: Snowflake
    /// When the access token ends. What was opened with it outlives it, and ends with the session: revoked, or run out without a refresh.
    package let expiresAt: Timestamp
}

/// What a stream key opens: publishing into one channel, with its maker's rights as of now.
package struct StreamKeyPrincipal: Sendable, Equatable {
    package let keyID: Snowflake
    package let userID: Snowflake
    package let guildID: Snowflake
    package let channelID: Snowflake
}

/// A person, or a bot, with an account on this server.
package struct User: Sendable, Equatable {
    package let id: Snowflake
    /// Unique without regard to case; see `NameRules`.
    package var username: String
    /// Unique without regard to case. Never shown to anyone but its owner.
    package var email: String
    /// The name shown instead of the username.
    package var globalName: String?
    package var avatar: String?
    package var isBot: Bool
    /// The first account of a server; it keeps the server running.
    package var isOperator: Bool
    package let createdAt: Timestamp
    package var updatedAt: Timestamp
}

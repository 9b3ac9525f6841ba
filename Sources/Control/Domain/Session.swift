/// One sign-in on one device, and every token that descends from it.
///
/// Its id is the `sid` of access tokens. Refresh tokens of one session form a family: each use replaces the token, and a replaced token that
/// turns up again means it was copied, so the whole family goes.
package struct Session: Sendable, Equatable {
    package let id: Snowflake
    package let userID: Snowflake
    package let createdAt: Timestamp
    /// When the youngest refresh token of the family expires.
    package var expiresAt: Timestamp
    package var revokedAt: Timestamp?
}

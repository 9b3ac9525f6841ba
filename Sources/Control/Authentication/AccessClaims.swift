import JWTKit

/// What an access token says (RFC 7519 §4.1). Nothing secret: anyone who holds the token can read it.
struct AccessClaims: JWTPayload, Equatable {
    /// Times in whole seconds since 1970.
    let exp: Int64
    let iat: Int64
    let aud: String
    let iss: String
    /// Unique per token.
    let jti: String
    /// The session; see `Session`.
    let sid: String
    /// The user's id.
    let sub: String
    let username: String

    /// The clock is ours, not jwt-kit's: `AccessTokens` checks times and names.
    func verify(using algorithm: some JWTAlgorithm) async throws {}
}

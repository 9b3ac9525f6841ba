import Crypto
import Foundation
import JWTKit

/// Issues and checks access tokens: JWT signed with RS256, by jwt-kit.
///
/// Checking is stricter than the standard asks, because nobody but us issues tokens. The encoded header must be, byte for byte, the one that we write.
/// That leaves no room for another algorithm, for a key that the token brings along (`jku`, `jwk`, `x5u`, `x5c`), for another `kid`, for `crit`,
/// or for doubled keys. The payload must likewise be the canonical encoding of what it says.
package struct AccessTokens: Sendable {
    /// Ours have some 700 bytes. Longer ones are refused unread.
    static let maximumBytes = 8192
    /// A second server's clock may be ahead by this much.
    private static let clockSkewSeconds: Int64 = 5

    private let keys: JWTKeyCollection
    private let keyID: JWKIdentifier
    private let header: String
    private let issuer: String
    private let lifetime: Duration
    private let clock: Clock
    /// Tokens seen before.
    let verified = VerifiedTokens()

    package init(key: SigningKey, issuer: String, lifetime: Duration, clock: Clock) async throws {
        let rsa = try Insecure.RSA.PrivateKey(pem: key.pem)
        keyID = JWKIdentifier(string: key.id)
        let encoder = CanonicalEncoder()
        let parser = DefaultJWTParser()
        keys = await JWTKeyCollection(defaultJWTParser: parser, defaultJWTSerializer: DefaultJWTSerializer(jsonEncoder: encoder))
            .add(rsa: rsa, digestAlgorithm: .sha256, kid: keyID, parser: parser, serializer: DefaultJWTSerializer(jsonEncoder: encoder))
        self.issuer = issuer
        self.lifetime = lifetime
        self.clock = clock
        let fields = JWTHeader(fields: ["alg": .string("RS256"), "kid": .string(key.id), "typ": .string("JWT")])
        header = Base64URL.encode(try encoder.encode(fields))
    }

    func issue(user: User, session: Snowflake) async throws -> String {
        let now = clock.now()
        var random = SystemRandomNumberGenerator()
        let claims = AccessClaims(
            exp: now.seconds + lifetime.components.seconds, iat: now.seconds, aud: issuer, iss: issuer,
            jti: String(random.next(), radix: 36) + String(random.next(), radix: 36), sid: session.description, sub: user.id.description,
            username: user.username)
        return try await keys.sign(claims, kid: keyID)
    }

    /// Who the token speaks for; `nil` for whatever is not a token of ours that is good now. Does not know about revocation; see `Authenticator`.
    func verify(_ token: String) async -> Principal? {
        guard token.utf8.count <= Self.maximumBytes else { return nil }
        var token = token
        let hash = token.withUTF8 { SHA256.hash(data: UnsafeRawBufferPointer($0)) }
        if let claims = verified.claims(hash) { return principal(claims) }
        guard let claims = await claims(in: token) else { return nil }
        let principal = principal(claims)
        if principal != nil { verified.insert(claims, hash) }
        return principal
    }

    /// What a token says that is ours, byte for byte.
    private func claims(in token: String) async -> AccessClaims? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == header, !parts[2].isEmpty, Base64URL.decode(parts[2]) != nil else { return nil }
        guard let claims = try? await keys.verify(token, as: AccessClaims.self) else { return nil }
        guard let canonical = try? CanonicalEncoder().encode(claims), Base64URL.encode(canonical) == parts[1] else { return nil }
        return claims
    }

    /// Who claims of ours speak for, now.
    private func principal(_ claims: AccessClaims) -> Principal? {
        let now = clock.now().seconds
        guard claims.iss == issuer, claims.aud == issuer, claims.exp > now, claims.iat <= now + Self.clockSkewSeconds,
            claims.exp - claims.iat <= lifetime.components.seconds, let user = Snowflake(claims.sub), let session = Snowflake(claims.sid)
        else { return nil }
        return Principal(
            userID: user, username: claims.username, sessionID: session, expiresAt: Timestamp(milliseconds: claims.exp * 1000))
    }
}

/// JSON with sorted keys and nothing escaped without need: one spelling for one value.
private struct CanonicalEncoder: JWTJSONEncoder {
    func encode<T: Encodable>(_ value: T) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }
}

import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import Control

/// B17: every way to forge or bend an access token that was ever published gets 401.
///
/// The table signs with the server's own key wherever that makes a case stronger, so that nothing but the check under test can refuse it.
/// Guards broken once to see red: the header comparison (algorithms, key references, doubled keys), the payload comparison alone
/// (doubled name, spaces, nbf), each claim check (aud alone too).
struct ForgedTokenTests {
    private struct Forge {
        let key: _RSA.Signing.PrivateKey
        let header: JSONObject
        let claims: JSONObject

        func rs256(_ header: String, _ payload: String) throws -> String {
            let input = Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
            let signature = try key.signature(for: SHA256.hash(data: Data(input.utf8)), padding: .insecurePKCS1v1_5)
            return input + "." + Base64URL.encode(signature.rawRepresentation)
        }

        /// Claims changed, header as it should be.
        func with(_ changes: [String: JSONValue?]) throws -> String {
            try rs256(JSONValue.object(header).text, JSONValue.object(apply(changes, to: claims)).text)
        }

        /// Header changed, claims as they should be.
        func header(_ changes: [String: JSONValue?]) throws -> String {
            try rs256(JSONValue.object(apply(changes, to: header)).text, JSONValue.object(claims).text)
        }

        /// Another signature over a changed header.
        func signed(_ changes: [String: JSONValue?], _ sign: (Data) throws -> Data) throws -> String {
            let input =
                Base64URL.encode(JSONValue.object(apply(changes, to: header)).bytes) + "."
                + Base64URL.encode(JSONValue.object(claims).bytes)
            return input + "." + Base64URL.encode(try sign(Data(input.utf8)))
        }

        /// Keys stay sorted, as in our own tokens.
        private func apply(_ changes: [String: JSONValue?], to object: JSONObject) -> JSONObject {
            var members = Dictionary(uniqueKeysWithValues: object.members.map { ($0.key, $0.value) })
            for (key, value) in changes { members[key] = value }
            return JSONObject(members.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) })
        }
    }

    @Test func everyForgeryIsRefused() async throws {
        try await TestServer.run { server in
            let ada = try await server.register("ada")
            let parts = ada.token.split(separator: ".").map(String.init)
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: SharedKey.pem.get())
            guard case .object(let header) = try JSONValue(parsing: try #require(Base64URL.decode(parts[0]))),
                case .object(let claims) = try JSONValue(parsing: try #require(Base64URL.decode(parts[1])))
            else { throw TestFailure("token") }
            let forge = Forge(key: key, header: header, claims: claims)
            let now = server.clock.now.seconds
            // The control: the same tools make a good token, so a refusal below is for the reason named.
            #expect(try await server.get("users/@me", token: forge.with([:])).status == 200, "control")

            func hs256(_ secret: Data) throws -> String {
                try forge.signed(["alg": "HS256"]) { Data(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: secret))) }
            }
            let ec = P256.Signing.PrivateKey()
            let other = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            let headerText = JSONValue.object(header).text
            let claimsText = JSONValue.object(claims).text
            let doubledClaims = #"{"sub":"1","# + claimsText.dropFirst()
            // Of two user names neither is looked at: nothing but the spelling of the payload speaks against this token.
            let doubledName = #"{"username":"root","# + claimsText.dropFirst()
            let doubledHeader = #"{"alg":"none","# + headerText.dropFirst()
            let forgeries: [(String, String)] = [
                ("none", try forge.signed(["alg": "none"]) { _ in Data() }),
                ("None", try forge.signed(["alg": "None"]) { _ in Data() }),
                ("nOnE", try forge.signed(["alg": "nOnE"]) { _ in Data() }),
                ("none with our signature", try forge.header(["alg": "none"])),
                ("HS256 with the public key's PEM", try hs256(Data(key.publicKey.pemRepresentation.utf8))),
                ("HS256 with the public key's DER", try hs256(key.publicKey.derRepresentation)),
                ("HS256 with nothing", try hs256(Data())),
                ("empty signature", parts[0] + "." + parts[1] + "."),
                ("no signature", parts[0] + "." + parts[1]),
                (
                    "RS384",
                    try forge.signed(["alg": "RS384"]) {
                        try key.signature(for: SHA384.hash(data: $0), padding: .insecurePKCS1v1_5).rawRepresentation
                    }
                ),
                (
                    "RS512",
                    try forge.signed(["alg": "RS512"]) {
                        try key.signature(for: SHA512.hash(data: $0), padding: .insecurePKCS1v1_5).rawRepresentation
                    }
                ),
                (
                    "PS256",
                    try forge.signed(["alg": "PS256"]) {
                        try key.signature(for: SHA256.hash(data: $0), padding: .PSS).rawRepresentation
                    }
                ),
                ("ES256", try forge.signed(["alg": "ES256"]) { try ec.signature(for: $0).rawRepresentation }),
                (
                    "another RSA key",
                    try forge.signed([:]) {
                        try other.signature(for: SHA256.hash(data: $0), padding: .insecurePKCS1v1_5).rawRepresentation
                    }
                ),
                ("jku", try forge.header(["jku": "https://evil.example/jwks.json"])),
                ("jwk", try forge.header(["jwk": ["kty": "RSA", "n": "AQAB", "e": "AQAB"]])),
                ("x5u", try forge.header(["x5u": "https://evil.example/cert.pem"])),
                ("x5c", try forge.header(["x5c": ["MIIB"]])),
                ("kid traversal", try forge.header(["kid": "../../../../dev/null"])),
                ("kid missing", try forge.header(["kid": .some(nil)])),
                ("crit", try forge.header(["crit": ["exp"]])),
                ("typ", try forge.header(["typ": "at+jwt"])),
                ("expired", try forge.with(["exp": .int(now), "iat": .int(now - 3600)])),
                ("no exp", try forge.with(["exp": .some(nil)])),
                ("exp a string", try forge.with(["exp": .string(String(now + 60))])),
                ("too long a life", try forge.with(["exp": .int(now + 1_000_000)])),
                ("nbf in the future", try forge.with(["nbf": .int(now + 600)])),
                ("iat in the future", try forge.with(["iat": .int(now + 600), "exp": .int(now + 700)])),
                ("no iat", try forge.with(["iat": .some(nil)])),
                ("aud", try forge.with(["aud": "elsewhere"])),
                ("no aud", try forge.with(["aud": .some(nil)])),
                ("iss", try forge.with(["iss": "elsewhere"])),
                ("another's sub", try forge.with(["sub": "42"])),
                ("sub no id", try forge.with(["sub": "ada"])),
                ("sid unknown", try forge.with(["sid": "42"])),
                ("no sid", try forge.with(["sid": .some(nil)])),
                ("doubled claim", try forge.rs256(headerText, doubledClaims)),
                ("doubled claim that nothing else refuses", try forge.rs256(headerText, doubledName)),
                ("doubled header", try forge.rs256(doubledHeader, claimsText)),
                ("spaces in the payload", try forge.rs256(headerText, claimsText.replacing(":", with: ": "))),
                ("more than 8 KiB", try forge.with(["username": .string(String(repeating: "a", count: 9000))])),
                ("four parts", ada.token + ".AAAA"),
                ("padded", ada.token + "="),
                ("another alphabet", parts[0] + "." + parts[1] + "." + parts[2].replacing("-", with: "+").replacing("_", with: "/") + "+"),
                ("a flipped bit", parts[0] + "." + parts[1] + "." + flipped(parts[2])),
                ("a refresh token", ada.refresh),
                ("empty", ""),
                ("dots", ".."),
                ("not UTF-8 base64", "____.____.____"),
            ]
            for (name, token) in forgeries {
                let answer = try await server.get("users/@me", token: token)
                #expect(answer.status == 401, "\(name)")
                #expect(answer.text == #"{"message":"401: Unauthorized","code":0}"#, "\(name): one answer for all")
                #expect(try await server.services.authenticator.authenticate(accessToken: token) == nil, "\(name): the gateway's door")
            }
            #expect(try await server.get("users/@me", token: ada.token).status == 200)
        }
    }

    private func flipped(_ signature: String) -> String {
        var bytes = Base64URL.decode(signature) ?? []
        if !bytes.isEmpty { bytes[bytes.count / 2] ^= 1 }
        return Base64URL.encode(bytes)
    }
}

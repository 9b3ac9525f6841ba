import Control
import Foundation
import GRDB
import Testing

@testable import Control
@testable import Signaling

/// B24: no secret in what a running server sends. Everything that one person's sockets get is recorded and searched for the secrets of the
/// others, and for those of the server.
@Suite struct SecretsTests {
    /// Guards: `User.payload` without the address (with `ownPayload` in its place READY's guilds, VOICE_STATE_UPDATE and op 8 name it), the admission's
    /// token going to its own session alone, `StreamKey` events staying inside.
    @Test func nothingThatGraceIsSentHoldsASecretOfOthers() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let place = try await server.makeGuild(ada, members: [grace])
            let http = HTTPMediaClient(server: server)
            let key = try await http.streamKey(ada, place.voice)
            let adaOnline = try await server.signIn(ada)
            let graceOnline = try await server.signIn(grace)
            let adaVoice = try await server.join(adaOnline, ada, place)
            let graceVoice = try await server.join(graceOnline, grace, place)
            // Events of all kinds that speak of ada: her voice, her name, a key of hers, and a password of hers.
            _ = try await http.streamKey(ada, place.voice)
            _ = try await server.request(
                .patch, "users/@me", ["global_name": "Ada L.", "email": "ada2@example.org", "password": "correct horse battery"],
                token: ada.token)
            // What was committed before this question is sent before its answer.
            graceOnline.socket.send(op: 8, ["guild_id": .id(place.guild), "query": "", "limit": 0])
            _ = try await graceOnline.socket.event("GUILD_MEMBERS_CHUNK")
            graceVoice.socket.send(op: 106, [:])
            _ = try await graceVoice.socket.expect(op: 106)

            let sent = (graceOnline.socket.transcript + graceVoice.socket.transcript).map(\.text).joined(separator: "\n")
            for shown in [
                "READY", "GUILD_CREATE", "VOICE_STATE_UPDATE", "VOICE_SERVER_UPDATE", "resume_token", "Ada L.", "grace@example.org",
            ] {
                #expect(sent.contains(shown), "the recording lacks \(shown)")
            }
            let adasVoiceToken = adaOnline.socket.transcript.first { $0["t"] == "VOICE_SERVER_UPDATE" }?["d"]?["token"]?.asString
            let secrets =
                try await [
                    "ada@example.org", "ada2@example.org", "correct horse", "argon2", "password", "PRIVATE KEY", ada.token, ada.refresh,
                    grace.token,
                    grace.refresh, key.secret, adasVoiceToken.orFail("token"),
                    adaVoice.ready["resume_token"]?.asString.orFail("token") ?? "",
                ] + stored(server)
            for secret in secrets {
                #expect(!secret.isEmpty && !sent.contains(secret), "\(secret.prefix(24)) was sent")
            }
            // Of an issued token's claims, none is an address or another secret.
            let claims = try #require(Base64URL.decode(ada.token.split(separator: ".")[1]))
            for secret in secrets where secret != ada.token { #expect(!String(decoding: claims, as: UTF8.self).contains(secret)) }
        }
    }

    /// What the database keeps of secrets, as it might be written out.
    private func stored(_ server: LiveServer) async throws -> [String] {
        try await server.services.store.read { db in
            let passwords = try String.fetchAll(db, sql: "SELECT password_hash FROM users")
            let hashes = try Data.fetchAll(db, sql: "SELECT hash FROM refresh_tokens UNION ALL SELECT hash FROM stream_keys")
            let hex = hashes.map { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
            return passwords + hex + hashes.map { $0.base64EncodedString() } + hashes.map { Base64URL.encode($0) }
        }
    }
}

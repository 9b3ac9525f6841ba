import Control
import Testing

@testable import Signaling

/// How long that lives which was opened with an access token: as long as the sign-in session, neither an hour nor for ever.
@Suite struct SessionLifetimeTests {
    private static let hour = Duration.seconds(3600)
    private static let day = Duration.seconds(24 * 3600)

    /// Guard: `Accounts.endExpired`, whose event ends sockets, voice and media like a revocation. Without it the wait for 4004 ends at its limit.
    @Test func socketsAndMediaLiveAsLongAsTheSession() async throws {
        let time = MovableClock()
        var options = LiveServer.Options()
        options.clock = time.clock
        try await LiveServer.run(options) { server in
            let ada = try await server.register("ada")
            let place = try await server.makeGuild(ada)
            let http = HTTPMediaClient(server: server)
            let key = try await http.streamKey(ada, place.voice)
            let online = try await server.signIn(ada)
            let voice = try await server.join(online, ada, place)
            #expect(try await http.whip(place.voice, "?source=screen", token: ada.token).status == 201)
            #expect(try await http.whip(place.voice, "?source=camera", token: key.secret).status == 201)
            let (screen, camera) = (server.media.opened[0].id, server.media.opened[1].id)

            // The access token ends. Nothing that was opened with it does.
            time.advance(by: Self.hour + .seconds(1))
            #expect(try await server.services.accounts.endExpired() == 0)
            #expect(try await server.services.authenticator.authenticate(accessToken: ada.token) == nil)
            try await answersHeartbeats(online.socket)

            // A refresh on the sixth day: the sockets live on beyond the seventh.
            time.advance(by: Self.day * 6)
            let renewed = try await server.request(.post, "auth/refresh", ["refresh_token": .string(ada.refresh)])
            #expect(renewed["access_token"] != nil)
            time.advance(by: Self.day * 2)
            #expect(try await server.services.accounts.endExpired() == 0)
            try await answersHeartbeats(online.socket)
            #expect(server.media.closed.isEmpty)

            // Seven days after that refresh the session has run out.
            time.advance(by: Self.day * 5)
            #expect(try await server.services.accounts.endExpired() == 1)
            #expect(try await online.socket.closeCode() == 4004)
            #expect(try await voice.socket.closeCode() == 4014)
            try await server.eventually("the screen is closed") { server.media.closed == [screen] }
            #expect(server.media.rights(of: camera) != nil, "a stream key is good until it is revoked")
        }
    }

    private func answersHeartbeats(_ socket: TestSocket) async throws {
        socket.send(op: 1, .null)
        _ = try await socket.expect(op: 11)
    }
}

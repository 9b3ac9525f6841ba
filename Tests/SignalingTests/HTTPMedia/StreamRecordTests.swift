import Control
import GRDB
import SFU
import Testing

@testable import Signaling

/// Each camera and screen that is shown is a row of `streams`, whoever shows it.
@Suite struct StreamRecordTests {
    private struct Shown: Equatable, Sendable {
        var source: String
        var isOpen: Bool
    }

    private func rows(_ server: LiveServer, _ user: Snowflake) async throws -> [Shown] {
        try await server.services.store.read { db in
            try Row.fetchAll(db, sql: "SELECT source, ended_at FROM streams WHERE user_id = ? ORDER BY id", arguments: [user])
                .map { Shown(source: $0["source"], isOpen: $0["ended_at"] == nil) }
        }
    }

    /// Guard: the reports of `VoicePlane.trackStarted` and `removeTrack`. Before them `streams` stayed empty.
    @Test func aPublisherWithoutAPageIsOnRecord() async throws {
        try await HTTPMediaClient.live { server, http, ada, place async throws in
            let answer = try await http.whip(place.voice, "?source=screen", token: ada.token)
            let peer = try server.media.opened.first.orFail("peer").id
            let room = RoomID(place.voice.rawValue)
            let track = { TrackID(participant: ParticipantID(ada.id.rawValue), source: $0) }
            server.doors.mediaEvents.publish([
                .connected(peer), .trackStarted(room, track(.screenAudio), peer), .trackStarted(room, track(.screen), peer),
            ])
            try await server.eventually("a row is opened") { try await rows(server, ada.id) == [Shown(source: "screen", isOpen: true)] }
            // A second report of the same track is no second stream.
            server.doors.mediaEvents.publish([.trackStarted(room, track(.screen), peer)])
            #expect(try await http.delete(answer.location, token: ada.token).status == 200)
            server.doors.mediaEvents.publish([
                .trackStopped(room, track(.screenAudio), peer), .trackStopped(room, track(.screen), peer), .disconnected(peer, .closed),
            ])
            try await server.eventually("it is closed") { try await rows(server, ada.id) == [Shown(source: "screen", isOpen: false)] }
        }
    }

    @Test func aCameraOfThePageIsOnRecordUntilItsOwnerLeaves() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let place = try await server.makeGuild(ada)
            let online = try await server.signIn(ada)
            let voice = try await server.join(online, ada, place)
            voice.socket.send(op: 1, try PageOffer().selectProtocol())
            _ = try await voice.socket.expect(op: 4)
            let peer = try server.media.opened.first.orFail("peer").id
            let camera = TrackID(participant: ParticipantID(ada.id.rawValue), source: .camera)
            server.doors.mediaEvents.publish([.trackStarted(RoomID(place.voice.rawValue), camera, peer)])
            try await server.eventually("a row is opened") { try await rows(server, ada.id) == [Shown(source: "camera", isOpen: true)] }
            voice.socket.close()
            try await server.eventually("it is closed") { try await rows(server, ada.id) == [Shown(source: "camera", isOpen: false)] }
        }
    }
}

import Control
import NIOCore
import SFU
import Testing

@testable import Signaling

/// What clients, the API and media see when a gateway does not keep up. Here it does not run at all until the test lets it.
@Suite struct OverloadTests {
    /// Guards: `SocketDoor.turnAway`, `WriteAdmission`. Without the one nothing closes the socket, without the other the guild is made.
    @Test(arguments: ["/gateway", "/voice"]) func aSocketIsClosedAndNothingIsWrittenUntilThereIsRoom(path: String) async throws {
        var options = LiveServer.Options()
        options.doors = SignalingDoors(gatewayCapacity: 4, voiceCapacity: 4)
        options.startsByItself = false
        try await LiveServer.run(options) { server in
            let ada = try await server.register("ada")
            let patient = try await server.socket(path)
            let talkative = try await server.socket(path)
            for _ in 0..<4 { talkative.send(op: path == "/voice" ? 3 : 1, .null) }
            #expect(try await talkative.closeCode() == 1013)
            if path == "/gateway" {
                await #expect(throws: TestFailure.self) { try await server.request(.post, "guilds", ["name": "Guild"], token: ada.token) }
                _ = try await server.request(.get, "users/@me", token: ada.token)
            }
            server.begin()
            // What was taken before is answered; what was refused can be said again.
            _ = try await patient.expect(op: path == "/voice" ? 8 : 10)
            try await server.eventually("room") { server.doors.gatewayEvents.hasRoom }
            _ = try await server.makeGuild(ada)
        }
    }

    /// Guard: the cases of `MediaEvents.tellVoice`.
    @Test func aPeerThatCannotTellIsEndedAndEndsAreTold() {
        let voice = VoiceMailbox(capacity: 2)
        let (events, media) = (MediaEvents(voice), RecordingMedia())
        events.attach(media)
        let track = TrackID(participant: ParticipantID(1), source: .camera)
        events.publish([.connected(PeerID(1)), .trackStarted(RoomID(1), track, PeerID(1))])
        #expect(voice.mailbox.waiting == 2)
        events.publish([.speaking(RoomID(1), []), .layers(PeerID(1), [])])
        #expect(voice.mailbox.waiting == 2 && media.commands.isEmpty, "superseded by the next")
        events.publish([.trackStarted(RoomID(1), track, PeerID(2)), .slots(PeerID(3), [])])
        #expect(voice.mailbox.waiting == 2 && media.closed == [PeerID(2), PeerID(3)])
        events.publish([.trackStopped(RoomID(1), track, PeerID(1)), .disconnected(PeerID(2), .closed), .statistics(ticket: 1, nil)])
        #expect(voice.mailbox.waiting == 5)
    }

    /// Guard: `LoadingGuild.isOverfull`. Were the events merely dropped, the guild would stay as it was when the first reading began.
    @Test func aGuildThatChangesTooFastWhileItIsReadIsReadAgain() {
        var loading = LoadingGuild(limit: 2)
        for id in 1...2 { loading.keep(.roleDeleted(guild: Snowflake(1), role: Snowflake(UInt64(id)))) }
        #expect(loading.events.count == 2 && !loading.isOverfull)
        loading.keep(.roleDeleted(guild: Snowflake(1), role: Snowflake(3)))
        #expect(loading.events.isEmpty && loading.isOverfull)
        loading.keep(.roleDeleted(guild: Snowflake(1), role: Snowflake(4)))
        #expect(loading.events.isEmpty)
    }
}

import Control
import SFU
import Testing

@testable import Signaling

/// Joining a voice channel over both gateways, on real sockets with real offers; the media server is a recording one.
struct VoiceJoinTests {
    @Test func twoPeopleJoinAndLearnOfEachOther() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let place = try await server.makeGuild(ada, members: [grace])
            let adaOnline = try await server.signIn(ada)
            let graceOnline = try await server.signIn(grace)
            let adaVoice = try await server.join(adaOnline, ada, place)
            #expect(adaVoice.ready["slots"] == ["audio": 6, "video": 12, "screen": 2])
            #expect(adaVoice.ready["media_port"] == 8089)
            #expect(adaVoice.ready["voice_bitrate"] == 64_000)
            #expect(adaVoice.ready["stream_tiers"]?.asArray?.count == 3)
            #expect(adaVoice.ready["stream_tiers"]?.asArray?.first?["may_publish"] == true)
            #expect(adaVoice.ready["participants"]?.asArray?.map { $0["username"] } == ["ada"])
            let seen = try await graceOnline.socket.event("VOICE_STATE_UPDATE")
            #expect(seen["user_id"] == .id(ada.id))
            #expect(seen["session_id"]?.asString == adaOnline.sessionID)
            #expect(seen["member"]?["user"]?["username"] == "ada")
            let graceVoice = try await server.join(graceOnline, grace, place)
            #expect(graceVoice.ready["participants"]?.asArray?.map { $0["username"] } == ["ada", "grace"])
            let connected = try await adaVoice.socket.expect(op: 11)
            #expect(connected["participants"]?.asArray?.first?["user_id"] == .id(grace.id))
        }
    }

    @Test func anOfferIsAnsweredAndMediaOpensWithTheMembersRights() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let place = try await server.makeGuild(ada)
            let online = try await server.signIn(ada)
            let voice = try await server.join(online, ada, place)
            let page = PageOffer()
            voice.socket.send(op: 1, try page.selectProtocol(negotiation: 7))
            let answer = try await voice.socket.expect(op: 4)
            #expect(answer["negotiation"] == 7)
            #expect(answer["sdp"]?.asString?.hasPrefix("v=0\r\n") == true)
            let peer = try server.media.opened.first.orFail("peer")
            #expect(peer.room == RoomID(place.voice.rawValue))
            #expect(peer.participant == ParticipantID(ada.id.rawValue))
            #expect(peer.rights.speak && peer.rights.stream && peer.rights.listen)
            #expect(peer.rights.publishCeiling == VideoCeiling(height: 1080, framerate: 30, bitrate: 2_500_000))
            let hint = try await voice.socket.expect(op: 104)
            #expect(hint["source"] == "camera")
            #expect(hint["max_height"] == 1080)
        }
    }
}

import Foundation
import Control
import SFU
import Testing

@testable import Signaling

/// Watching by WHEP.
@Suite struct WHEPTests {
    @Test func aViewerGetsTheSourceAndItsSound() async throws {
        try await HTTPMediaClient.live { server, http, ada, place async throws in
            let answer = try await http.whep(place.voice, "?user=\(ada.id)&source=screen", token: ada.token)
            #expect(answer.status == 201)
            #expect(answer.location.contains("/whep/"))
            let peer = try server.media.opened.first.orFail("peer")
            let participant = ParticipantID(ada.id.rawValue)
            #expect(peer.sections.receive.isEmpty)
            #expect(
                peer.sections.slots.map(\.pinned) == [
                    TrackID(participant: participant, source: .screen), TrackID(participant: participant, source: .screenAudio),
                ])
            #expect(peer.rights.listen && peer.rights.watchCeiling.height > 0)
            #expect(try await http.delete(answer.location, token: ada.token).status == 200)
            #expect(server.media.closed == [peer.id])
            // The same id under the other name is nothing.
            let second = try await http.whep(place.voice, "?user=\(ada.id)", token: ada.token)
            #expect(try await http.delete(second.location.replacingOccurrences(of: "whep", with: "whip"), token: ada.token).status == 404)
        }
    }

    @Test func whomToWatchMustBeSaid() async throws {
        try await HTTPMediaClient.live { server, http, ada, place async throws in
            #expect(try await http.whep(place.voice, "?source=camera", token: ada.token).status == 400)
            #expect(try await http.whep(place.voice, "?user=ada", token: ada.token).status == 400)
            let stranger = try await server.register("stranger")
            #expect(try await http.whep(place.voice, "?user=\(stranger.id)", token: ada.token).status == 404)
            #expect(try await http.whep(place.voice, "?user=\(ada.id)", token: stranger.token).status == 403)
            // A publisher's offer watches nothing.
            #expect(try await http.whep(place.voice, "?user=\(ada.id)", .obs, token: ada.token).status == 406)
            #expect(server.media.opened.isEmpty)
        }
    }

    /// Guard: as `lostRightsReachMediaAndKickedMembersEnd`.
    @Test func aViewerWhoMayNoLongerConnectIsClosed() async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let grace = try await server.register("grace")
            let place = try await server.makeGuild(ada, members: [grace])
            let http = HTTPMediaClient(server: server)
            #expect(try await http.whep(place.voice, "?user=\(ada.id)", token: grace.token).status == 201)
            let peer = try server.media.opened.first.orFail("peer").id
            _ = try await server.request(
                .put, "channels/\(place.voice)/permissions/\(place.guild)", ["type": 0, "allow": "0", "deny": "1048576"], token: ada.token)
            try await server.eventually("her peer is closed") { server.media.closed == [peer] }
        }
    }
}

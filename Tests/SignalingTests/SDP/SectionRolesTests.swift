import SFU
import Testing

@testable import Signaling

@Suite struct SectionRolesTests {
    @Test func aCameraBringsTheMicrophoneAndAScreenItsSound() throws {
        let offer = try OfferFixture.obs.description
        #expect(SectionRoles(publishing: .camera, in: offer).publish == ["0": .microphone, "1": .camera])
        #expect(SectionRoles(publishing: .screen, in: offer).publish == ["0": .screenAudio, "1": .screen])
    }

    @Test func aViewerIsPinnedToTheSourceAndItsSound() throws {
        let roles = SectionRoles(watching: .screen, of: ParticipantID(3), in: try OfferFixture.gstreamerRecv.description)
        #expect(roles.slots == ["video0": .screen, "audio1": .screenAudio])
        #expect(roles.pinned["audio1"] == TrackID(participant: ParticipantID(3), source: .screenAudio))
    }

    @Test func onlyTheFirstLineOfEachKindGetsARole() throws {
        let (text, _) = try PageOffer(audioSlots: 1, videoSlots: 1, screens: 0).build()
        #expect(SectionRoles(publishing: .camera, in: try SessionDescription(parsing: text)).publish == ["0": .microphone, "1": .camera])
    }
}

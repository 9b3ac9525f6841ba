import Foundation
import RTP
import SFU
import Testing

@testable import Signaling

/// What one exchange leaves for the next (interop.md §10).
@Suite struct ReofferTests {
    private let answerer = Answerer.test()

    private func page(_ change: (inout PageOffer) -> Void = { _ in }) throws -> (text: String, roles: SectionRoles) {
        var offer = PageOffer(audioSlots: 2, videoSlots: 2, screens: 1)
        change(&offer)
        return try offer.build()
    }

    private func edit(_ text: String, _ change: (inout SessionDescription) -> Void) throws -> String {
        var description = try SessionDescription(parsing: text)
        change(&description)
        let live = description.media.filter { $0.port != 0 || $0["bundle-only"] != nil }.compactMap { $0["mid"] }
        description.attributes = description.attributes.map {
            $0.name == "group" ? SDPAttribute("group", "BUNDLE \(live.joined(separator: " "))") : $0
        }
        return description.write()
    }

    @Test func theSameOfferAgainKeepsEverythingButTheVersion() throws {
        let (text, roles) = try page()
        let first = try answerer.answer(text, roles: roles)
        let second = try answerer.answer(text, roles: SectionRoles(), state: first.state, seed: 99)
        #expect(second.sections == first.sections)
        #expect(second.localICE == first.localICE)
        #expect(!second.isICERestart)
        let origins = try [first, second].map { try $0.parsed.origin.split(separator: " ") }
        #expect(origins[0][1] == origins[1][1])
        #expect(origins[0][2] == "1" && origins[1][2] == "2")
    }

    @Test func newSectionsAtTheEndLeaveTheOldOnesAlone() throws {
        let (text, roles) = try page()
        let first = try answerer.answer(text, roles: roles)
        let more = try edit(text) { description in
            for (index, mid) in [(8, "10"), (9, "11")] {
                var section = description.media[index]
                section.attributes = section.attributes.map { $0.name == "mid" ? SDPAttribute("mid", mid) : $0 }
                description.media.append(section)
            }
        }
        let second = try answerer.answer(
            more, roles: SectionRoles(slots: ["10": .screen, "11": .screenAudio]), state: first.state, seed: 2)
        #expect(second.sections.receive == first.sections.receive)
        #expect(Array(second.sections.slots.dropLast(2)) == first.sections.slots)
        #expect(second.sections.slots.suffix(2).map(\.index) == [1, 1])
    }

    @Test func aStoppedSectionIsAnsweredPortZeroOutsideTheBundleAndItsMLineComesBackWithANewMid() throws {
        let (text, roles) = try page()
        let first = try answerer.answer(text, roles: roles)
        let stopped = try edit(text) { $0.media[6].port = 0 }
        let second = try answerer.answer(stopped, roles: roles, state: first.state)
        #expect(try second.section("6")?.port == 0)
        #expect(try second.section("6")?["inactive"] != nil)
        #expect(try second.section("6")?.formats == SessionDescription(parsing: text).media[6].formats)
        #expect(try second.parsed["group"]?.contains("6") == false)
        #expect(second.sections.slots.contains { $0.mid == "6" } == false)

        let reused = try edit(text) {
            $0.media[6].attributes = $0.media[6].attributes.map { $0.name == "mid" ? SDPAttribute("mid", "77") : $0 }
        }
        let third = try answerer.answer(reused, roles: SectionRoles(slots: ["77": .video]), state: second.state, seed: 3)
        let old = try #require(first.sections.slots.first { $0.mid == "6" })
        let new = try #require(third.sections.slots.first { $0.mid == "77" })
        #expect(new.index == old.index)
        #expect(new.ssrc != old.ssrc && new.rtx != old.rtx)
        #expect(third.sections.slots.filter { $0.mid != "77" } == first.sections.slots.filter { $0.mid != "6" })
    }

    /// Firefox re-offers live sections with port 0 and bundle-only.
    @Test func bundleOnlySectionsWithPortZeroStayAlive() throws {
        let text = try OfferFixture.firefoxSimulcast.text
        let roles = try OfferFixture.firefoxSimulcast.roles
        let first = try answerer.answer(text, roles: roles)
        let again = try edit(text) {
            $0.media[1].port = 0
            $0.media[1].attributes.append(SDPAttribute("bundle-only"))
            // JSEP §5.2.1: transport words may then be missing from it.
            $0.media[1].attributes.removeAll { ["ice-ufrag", "ice-pwd", "setup", "rtcp-mux", "rtcp-rsize"].contains($0.name) }
        }
        let second = try answerer.answer(again, roles: roles, state: first.state)
        #expect(second.sections.receive == first.sections.receive)
        #expect(try second.section("1")?.port == 9)
    }

    @Test func pausedSectionsAreAnsweredInactiveAndRememberTheirSources() throws {
        let (text, roles) = try page()
        let first = try answerer.answer(text, roles: roles)
        func turn(_ mid: Int, _ word: String) throws -> String {
            try edit(text) {
                $0.media[mid].attributes = $0.media[mid].attributes.map {
                    MediaDirection(rawValue: $0.name) == nil ? $0 : SDPAttribute(word)
                }
            }
        }
        let paused = try answerer.answer(try turn(6, "inactive"), roles: roles, state: first.state)
        #expect(try paused.section("6")?["inactive"] != nil)
        #expect(try paused.section("6")?.port == 9)
        #expect(paused.sections.slots.contains { $0.mid == "6" } == false)
        let resumed = try answerer.answer(text, roles: roles, state: paused.state, seed: 4)
        #expect(resumed.sections == first.sections)
        let muted = try answerer.answer(try turn(0, "recvonly"), roles: roles, state: first.state)
        #expect(muted.sections.receive.contains { $0.mid == "0" } == false)
    }

    @Test func aRestartedICEGetsNewCredentialsOnceAndKeepsItsSections() throws {
        let (text, roles) = try page()
        let first = try answerer.answer(text, roles: roles)
        let restarted = text.replacingOccurrences(of: "a=ice-ufrag:dtIo", with: "a=ice-ufrag:NEWU")
            .replacingOccurrences(of: "a=ice-pwd:DJPx5V78qQczcB9zuUV6kP43", with: "a=ice-pwd:NEWPx5V78qQczcB9zuUV6kP43")
            .replacingOccurrences(of: "a=ice-ufrag:yrGC", with: "a=ice-ufrag:NEWU")
        let second = try answerer.answer(restarted, roles: roles, state: first.state, seed: 8)
        #expect(second.isICERestart)
        #expect(second.localICE != first.localICE)
        #expect(second.remoteICE.ufrag == "NEWU")
        #expect(second.sections == first.sections)
        let third = try answerer.answer(restarted, roles: roles, state: second.state, seed: 9)
        #expect(!third.isICERestart)
        #expect(third.localICE == second.localICE)
    }

    /// A rolled-back offer: its mids are gone from the next one, and if it restarted ICE the client goes on with the former pair.
    @Test func whatARolledBackOfferTaughtIsForgotten() throws {
        let (text, roles) = try page()
        let first = try answerer.answer(text, roles: roles)
        let extra = try edit(text) { description in
            var section = description.media[7]
            section.attributes = section.attributes.map { $0.name == "mid" ? SDPAttribute("mid", "7x") : $0 }
            description.media.append(section)
            for index in description.media.indices {
                description.media[index].attributes = description.media[index].attributes.map {
                    switch $0.name {
                    case "ice-ufrag": SDPAttribute("ice-ufrag", "ROLL")
                    case "ice-pwd": SDPAttribute("ice-pwd", "rolledBackrolledBackrolled")
                    default: $0
                    }
                }
            }
        }
        let rolledBack = try answerer.answer(extra, roles: SectionRoles(slots: ["7x": .video]), state: first.state, seed: 5)
        #expect(rolledBack.isICERestart)
        #expect(rolledBack.sections.slots.contains { $0.mid == "7x" && $0.index == 2 })
        let next = try edit(extra) { description in
            description.media[description.media.count - 1].attributes =
                description.media.last?.attributes.map {
                    $0.name == "mid" ? SDPAttribute("mid", "8x") : $0
                } ?? []
            for index in description.media.indices {
                description.media[index].attributes = description.media[index].attributes.map {
                    switch $0.name {
                    case "ice-ufrag": SDPAttribute("ice-ufrag", first.remoteICE.ufrag)
                    case "ice-pwd": SDPAttribute("ice-pwd", first.remoteICE.password)
                    default: $0
                    }
                }
            }
        }
        let after = try answerer.answer(next, roles: SectionRoles(slots: ["8x": .video]), state: rolledBack.state, seed: 6)
        #expect(after.localICE == first.localICE)
        #expect(after.isICERestart)
        #expect(after.sections.slots.contains { $0.mid == "7x" } == false)
        #expect(after.sections.slots.contains { $0.mid == "8x" && $0.index == 2 })
        #expect(after.sections.slots.filter { $0.mid != "8x" } == first.sections.slots)
        // The other way to go back: the state from before is a value.
        let fromBefore = try answerer.answer(next, roles: SectionRoles(slots: ["8x": .video]), state: first.state, seed: 6)
        #expect(!fromBefore.isICERestart)
        #expect(fromBefore.localICE == first.localICE)
    }

    @Test func aSectionKeepsItsRole() throws {
        let (text, roles) = try page()
        let first = try answerer.answer(text, roles: roles)
        #expect(throws: AnswerRefusal.roleChanged(mid: "6")) {
            try answerer.answer(text, roles: SectionRoles(slots: ["6": .screen]), state: first.state)
        }
    }

    /// RFC 8842 §4: another certificate is another association. Guard: removed by hand once, red.
    @Test func anotherCertificateIsRefused() throws {
        let text = try OfferFixture.chromiumPlain.text
        let roles = try OfferFixture.chromiumPlain.roles
        let first = try answerer.answer(text, roles: roles)
        let forged = text.replacingOccurrences(of: "sha-256 27:03", with: "sha-256 28:03")
        #expect(forged != text)
        #expect(throws: AnswerRefusal.fingerprintChanged) { try answerer.answer(forged, roles: roles, state: first.state) }
    }

    @Test func everySectionMayStopInAReoffer() throws {
        let text = try OfferFixture.chromiumPlain.text
        let first = try answerer.answer(text, roles: try OfferFixture.chromiumPlain.roles)
        var description = try SessionDescription(parsing: text)
        for index in description.media.indices { description.media[index].port = 0 }
        description.attributes.append(SDPAttribute("ice-ufrag", first.remoteICE.ufrag))
        description.attributes.append(SDPAttribute("ice-pwd", first.remoteICE.password))
        description.attributes.append(SDPAttribute("fingerprint", first.remoteFingerprint.attributeValue))
        let second = try answerer.answer(description.write(), roles: SectionRoles(), state: first.state)
        #expect(second.sections == Sections())
        #expect(try second.parsed["group"] == nil)
    }
}

import Foundation
import SFU
import Testing

@testable import Signaling

/// Re-offers as browsers wrote them after an answer of ours: mid 6 stopped, then its m-line used again under mid 7.
@Suite struct CapturedReofferTests {
    private let answerer = Answerer.test()
    private let roles = SectionRoles(
        publish: ["0": .microphone, "1": .camera, "2": .screen, "3": .screenAudio], slots: ["4": .audio, "5": .video, "6": .video])

    private func text(_ browser: String, _ name: String) throws -> String {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        return try String(contentsOf: here.appending(path: "../../Fixtures/SDP/\(browser)-reoffer-\(name).sdp"), encoding: .utf8)
    }

    @Test(arguments: ["chromium", "firefox"]) func aStoppedSectionGoesAndItsMLineComesBackUnderANewMid(_ browser: String) throws {
        let stopped = try text(browser, "stopped")
        let reused = try text(browser, "reused")
        #expect(try SessionDescription(parsing: stopped).write() == stopped)
        #expect(try SessionDescription(parsing: reused).write() == reused)

        let first = try answerer.answer(stopped, roles: roles)
        #expect(try first.parsed.media.map(\.port) == [9, 9, 9, 9, 9, 9, 0])
        #expect(try first.parsed["group"] == "BUNDLE 0 1 2 3 4 5")
        #expect(first.sections.receive.map(\.source) == [.microphone, .camera, .screen, .screenAudio])
        #expect(first.sections.receive[1].rids == ["q", "h", "f"])
        #expect(first.sections.slots.map(\.mid) == ["4", "5"])

        let second = try answerer.answer(reused, roles: SectionRoles(slots: ["7": .video]), state: first.state, seed: 2)
        #expect(try second.parsed.media.map(\.port) == [9, 9, 9, 9, 9, 9, 9])
        #expect(try second.parsed["group"] == "BUNDLE 0 1 2 3 4 5 7")
        #expect(!second.isICERestart)
        #expect(second.sections.receive == first.sections.receive)
        #expect(Array(second.sections.slots.dropLast()) == first.sections.slots)
        #expect(second.sections.slots.last?.mid == "7")
        #expect(second.sections.slots.last?.index == 1)
    }
}

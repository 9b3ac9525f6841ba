import Foundation
import SFU
import Signaling

/// The answer to Chromium's offer of a microphone and a camera, from text to text.
final class AnswerWork {
    private let offer: String
    private let roles: SectionRoles
    private let answerer: Answerer
    private var generator = SystemRandomNumberGenerator()

    /// - Throws: where it is not run in the repository's root, or the offer cannot be answered.
    init(fixture: String = "Tests/Fixtures/SDP/chromium-plain.sdp") throws {
        offer = try String(contentsOfFile: fixture, encoding: .utf8)
        roles = SectionRoles(publishing: .camera, in: try Answerer.parse(offer))
        answerer = Answerer(
            policy: NegotiationPolicy(),
            endpoint: AnswerEndpoint(
                candidates: [AnswerCandidate(address: "192.0.2.1", port: 8089, priority: 2_130_706_431)],
                fingerprint: Fingerprint(algorithm: .sha256, bytes: (0..<32).map { UInt8($0) })))
        _ = try answerer.answer(offer, roles: roles, using: &generator)
    }

    func run(_ count: Int) -> UInt64 {
        var sum: UInt64 = 0
        for _ in 0..<count { sum &+= UInt64((try? answerer.answer(offer, roles: roles, using: &generator).answer.utf8.count) ?? 0) }
        return sum
    }
}

// sources: Sources/RTP Sources/SFU/Parameters Sources/Signaling/SDP
// seeds: Tests/Fixtures/SDP
import RTP
import SFU
import Signaling

/// An offer is answered or refused, what is answered can be read again and has the offer's m-lines, and a second answer keeps the slots.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let text = String(decoding: inputBytes(data, count), as: UTF8.self)
    _ = try? SDPFragment(parsing: text)
    guard let offer = try? SessionDescription(parsing: text) else { return 0 }
    precondition((try? SessionDescription(parsing: offer.write())) == offer, "what is written reads as the same")
    for roles in [SectionRoles(publishing: .camera, in: offer), SectionRoles(watching: .screen, of: ParticipantID(1), in: offer)] {
        answer(offer, roles)
    }
    return 0
}

private func answer(_ offer: SessionDescription, _ roles: SectionRoles) {
    let answerer = Answerer(
        policy: NegotiationPolicy(allowsRED: true),
        endpoint: AnswerEndpoint(
            candidates: [AnswerCandidate(address: "192.0.2.1", port: 8089, priority: 1)],
            fingerprint: Fingerprint(algorithm: .sha256, bytes: Array(repeating: 7, count: 32))))
    var generator = ConstantGenerator()
    guard let first = try? answerer.answer(offer, roles: roles, using: &generator) else { return }
    let parsed = try? SessionDescription(parsing: first.answer)
    precondition(parsed?.media.count == offer.media.count, "an answer has the offer's m-lines")
    let again = try? answerer.answer(offer, roles: roles, state: first.state, using: &generator)
    precondition(again?.sections == first.sections && again?.isICERestart == false, "the same offer again changes nothing")
    _ = try? SDPFragment(parsing: answerer.restartFragment(for: first.state))
}

/// The worst generator: it always says the same.
private struct ConstantGenerator: RandomNumberGenerator {
    mutating func next() -> UInt64 { 0 }
}

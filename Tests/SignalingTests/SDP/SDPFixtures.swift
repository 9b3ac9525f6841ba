import Foundation
import RTP
import SFU

@testable import Signaling

/// Offers of real clients from Tests/Fixtures/SDP (its README says where each comes from).
enum OfferFixture: String, CaseIterable {
    case chromiumPlain = "chromium-plain"
    case chromiumSimulcast = "chromium-simulcast"
    case chromiumScreen = "chromium-screen"
    case chromiumRecvonly = "chromium-recvonly"
    case firefoxPlain = "firefox-plain"
    case firefoxSimulcast = "firefox-simulcast"
    case firefoxScreen = "firefox-screen"
    case firefoxRecvonly = "firefox-recvonly"
    case aiortc
    case gstreamerSend = "gstreamer-send"
    case gstreamerRecv = "gstreamer-recv"
    case obs = "obs-composed"
    case chromiumDatachannel = "chromium-datachannel"
    case firefoxDatachannel = "firefox-datachannel"

    static var withMedia: [OfferFixture] { allCases.filter { !$0.rawValue.hasSuffix("datachannel") } }

    var text: String {
        get throws {
            let here = URL(filePath: #filePath).deletingLastPathComponent()
            return try String(contentsOf: here.appending(path: "../../Fixtures/SDP/\(rawValue).sdp"), encoding: .utf8)
        }
    }

    var description: SessionDescription { get throws { try SessionDescription(parsing: text) } }

    /// Roles as our page, WHIP or WHEP would name them.
    var roles: SectionRoles {
        get throws {
            switch self {
            case .chromiumScreen, .firefoxScreen: SectionRoles(publishing: .screen, in: try description)
            case .chromiumRecvonly, .firefoxRecvonly: SectionRoles(slots: ["0": .audio, "1": .video])
            case .gstreamerRecv: SectionRoles(watching: .camera, of: ParticipantID(7), in: try description)
            default: SectionRoles(publishing: .camera, in: try description)
            }
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension Answerer {
    static func test(policy: NegotiationPolicy = NegotiationPolicy()) -> Answerer {
        Answerer(
            policy: policy,
            endpoint: AnswerEndpoint(
                candidates: [
                    AnswerCandidate(address: "192.0.2.1", port: 8089, priority: 2_130_706_431),
                    AnswerCandidate(address: "2001:db8::1", port: 8089, priority: 2_130_706_175),
                ], fingerprint: Fingerprint(algorithm: .sha256, bytes: Array(0..<32))))
    }

    func answer(_ offer: String, roles: SectionRoles, state: NegotiationState? = nil, seed: UInt64 = 1) throws -> Negotiation {
        var generator = SeededGenerator(seed)
        return try answer(offer, roles: roles, state: state, using: &generator)
    }
}

extension Negotiation {
    var parsed: SessionDescription { get throws { try SessionDescription(parsing: answer) } }

    func section(_ mid: String) throws -> MediaDescription? { try parsed.media.first { $0["mid"] == mid } }
}

extension MediaDescription {
    /// `name` or `name:value` of every attribute, in order.
    var words: [String] { attributes.map { attribute in attribute.value.map { "\(attribute.name):\($0)" } ?? attribute.name } }

    func values(_ name: String) -> [String] { attributes.filter { $0.name == name }.map { $0.value ?? "" } }
}

/// The offer with other lines: what a client would have written had it been in another mood.
extension String {
    func replacing(line: String, with other: String?) -> String {
        replacingOccurrences(of: line + "\r\n", with: other.map { $0 + "\r\n" } ?? "")
    }
}

import Foundation
import Testing

@testable import Signaling

/// Damaged offers: an answer or a typed refusal, never a trap (reliability.md B9). Libfuzzer goes further under `make fuzz`.
@Suite struct SDPMutationTests {
    /// One seed per case so that they run side by side; 13 × 8,000 = 104,000 offers.
    @Test(arguments: 0..<13) func mutatedOffersNeverTrap(_ seed: Int) throws {
        let answerer = Answerer.test()
        let fixture = OfferFixture.allCases[seed]
        let roles = try fixture.roles
        var mutator = SDPMutator(seed: UInt64(seed), corpus: try Self.corpus(fixture))
        let state = try? answerer.answer(try fixture.text, roles: roles).state
        var answered = 0
        for round in 0..<8_000 {
            let text = mutator.next()
            var generator = SeededGenerator(UInt64(round))
            switch answer(answerer, text, roles, round % 2 == 0 ? state : nil, &generator) {
            case .success(let negotiation):
                answered += 1
                // What we write we can read, and it has as many m-lines as the offer.
                guard round % 16 == 0 else { continue }
                #expect(try SessionDescription(parsing: negotiation.answer).media.count == SessionDescription(parsing: text).media.count)
            case .failure(let refusal):
                #expect(!refusal.code.isEmpty)
            }
            if round % 8 == 0 { _ = try? SDPFragment(parsing: text) }
        }
        // The mutator must not be so rough that nothing gets past the parser.
        if state != nil { #expect(answered > 100) }
    }

    private func answer(
        _ answerer: Answerer, _ text: String, _ roles: SectionRoles, _ state: NegotiationState?, _ generator: inout SeededGenerator
    ) -> Result<Negotiation, AnswerRefusal> {
        do throws(AnswerRefusal) {
            return .success(try answerer.answer(text, roles: roles, state: state, using: &generator))
        } catch { return .failure(error) }
    }

    /// Small sections, so that 100,000 rounds are quick in a debug build: lines that the answerer does not read are left out.
    private static func corpus(_ fixture: OfferFixture) throws -> String {
        var kept: [String] = []
        for line in try fixture.text.components(separatedBy: "\r\n") where !line.isEmpty {
            if line.hasPrefix("a=candidate") || line.contains("rtcp-xr") || line.contains(" msid:") { continue }
            if kept.count > 40, line.hasPrefix("a=rtcp-fb") || line.hasPrefix("a=rtpmap") || line.hasPrefix("a=fmtp"), kept.count % 3 != 0 {
                kept.append("a=x")
                continue
            }
            kept.append(line)
        }
        return kept.filter { $0 != "a=x" }.joined(separator: "\r\n") + "\r\n"
    }
}

/// Cuts, doubles, swaps and damages lines and bytes of one description, by a seed.
struct SDPMutator {
    private var generator: SeededGenerator
    private let lines: [[UInt8]]

    init(seed: UInt64, corpus: String) {
        generator = SeededGenerator(seed)
        lines = corpus.components(separatedBy: "\r\n").filter { !$0.isEmpty }.map { Array($0.utf8) }
    }

    mutating func next() -> String {
        var changed = lines
        for _ in 0..<(1 + pick(3)) { mutate(&changed) }
        var bytes: [UInt8] = []
        for line in changed { bytes += line + [13, 10] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func pick(_ bound: Int) -> Int { Int(generator.next(upperBound: UInt64(max(bound, 1)))) }

    private mutating func mutate(_ lines: inout [[UInt8]]) {
        guard !lines.isEmpty else { return }
        let index = pick(lines.count)
        switch pick(9) {
        case 0: lines.remove(at: index)
        case 1: lines.insert(lines[index], at: pick(lines.count))
        case 2: lines.swapAt(index, pick(lines.count))
        case 3: lines.removeSubrange(index...)
        case 4: lines[index] = Array(lines[index].prefix(pick(lines[index].count + 1)))
        case 5: if !lines[index].isEmpty { lines[index][pick(lines[index].count)] = UInt8(truncatingIfNeeded: generator.next()) }
        case 6: lines[index] += Array([" ", ";", ":", "/", ",", "~", "=", "99999999999999999999", "-1", "\u{301}"][pick(10)].utf8)
        case 7: replaceNumber(&lines[index])
        default: lines[index] = lines[index].filter { $0 != UInt8(ascii: [" ", ":", "/", ";"][pick(4)]) }
        }
    }

    private mutating func replaceNumber(_ line: inout [UInt8]) {
        guard let start = line.firstIndex(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return }
        let end = line[start...].firstIndex { $0 < 0x30 || $0 > 0x39 } ?? line.count
        let number = ["0", "1", "15", "127", "128", "255", "256", "4096", "65535", "65536", "4294967295", "4294967296"][pick(12)]
        line.replaceSubrange(start..<end, with: Array(number.utf8))
    }
}

import Foundation
import SFU
import Simulation
import Testing

/// Whole rooms in virtual time, a few seeds of them; `make sim` runs all.
@Suite struct SimulatedRoomTests {
    static let quick: [Seeds.Fixed] = [
        .init("audio-pair", 1), .init("audio-mute", 1), .init("video-pair", 1), .init("video-room", 2), .init("remaps", 1),
        .init("ice-restart", 1), .init("ssrc-hijack", 1), .init("one-or-four", 1), .init("video-pair", 1, workers: 2),
    ]

    @Test(arguments: quick.indices) func aSeedPasses(index: Int) throws {
        let fixed = Self.quick[index]
        let outcome = try #require(fixed.run())
        #expect(outcome.passed, "\(fixed.scenario) seed \(fixed.seed): \(outcome.failures.joined(separator: "; "))")
    }

    /// Negative controls: each bound set to nothing makes its oracle fail, so the oracle looks.
    @Test(arguments: [
        (\Bounds.longestGap, "gap of"), (\Bounds.age, "old"), (\Bounds.firstPicture, "first picture after"),
    ])
    func aBoundOfZeroFails(bound: WritableKeyPath<Bounds, Duration> & Sendable, complaint: String) throws {
        var bounds = Bounds()
        bounds[keyPath: bound] = .zero
        let outcome = try #require(Seeds.scenario(named: "screen")).run(1, bounds)
        #expect(outcome.failures.contains { $0.contains(complaint) })
    }

    @Test func hearingMoreThanEverybodyFails() throws {
        var bounds = Bounds()
        bounds.hearing = 1.01
        let outcome = try #require(Seeds.scenario(named: "audio-pair")).run(1, bounds)
        #expect(outcome.failures.contains { $0.contains("heard right") })
    }

    @Test func aLayerSwitchInNoTimeFails() throws {
        var bounds = Bounds()
        bounds.layerSwitch = .zero
        let outcome = try #require(Seeds.scenario(named: "layer-wishes")).run(1, bounds)
        #expect(outcome.failures.contains { $0.contains("was met after") })
    }

    /// Two processes have two hash seeds. The same room must send the same bytes at the same times in both.
    @Test(.enabled(if: Self.runner != nil)) func hashSeedsDoNotReachTheWire() throws {
        let digests = try (0..<2).map { _ in try Self.digests(of: ["--scenario", "remaps", "--seed", "3"]) }
        #expect(digests[0] == digests[1])
        #expect(digests[0].count == 1)
        let other = try Self.digests(of: ["--scenario", "remaps", "--seed", "4"])
        #expect(digests[0] != other)
    }

    /// `parley-sim` as it was built beside these tests.
    private static let runner: URL? = {
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        let candidates = [URL(fileURLWithPath: path), URL(fileURLWithPath: CommandLine.arguments[0])]
        return candidates.map { $0.deletingLastPathComponent().appendingPathComponent("parley-sim") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    private static func digests(of arguments: [String]) throws -> [Substring] {
        let process = Process()
        let executable: URL = try #require(runner)
        process.executableURL = executable
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return output.split(separator: " ").filter { $0.hasPrefix("digest=") }
    }
}

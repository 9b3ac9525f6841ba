import RTP

/// What a scenario gave: the digest of everything that was sent, key figures, and what was wrong.
package struct Outcome: Sendable {
    package var digest = Digest()
    package var virtualSeconds = 0.0
    package var figures: [(name: String, value: String)] = []
    package var failures: [String] = []
    /// What happened, line by line, for `--verbose`.
    package var timeline: [String] = []

    package init() {}

    package var passed: Bool { failures.isEmpty }

    package mutating func expect(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { failures.append(message()) }
    }

    package mutating func figure(_ name: String, _ value: some CustomStringConvertible) {
        figures.append((name, value.description))
    }

    /// Figures in one line.
    package var summary: String {
        figures.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    }
}

/// A room with a script, wholly given by its seed.
package struct Scenario: Sendable {
    package let name: String
    package let run: @Sendable (_ seed: UInt64, _ bounds: Bounds) -> Outcome

    package init(_ name: String, _ run: @escaping @Sendable (UInt64, Bounds) -> Outcome) {
        self.name = name
        self.run = run
    }
}

/// How much a viewer has to put up with. Tests set each to zero once and see the oracle fail.
package struct Bounds: Sendable {
    /// Part of the 200 ms windows in which exactly the right people are heard, at no loss; loss takes off its own share.
    package var hearing = 0.97
    /// At a commanded layer switch or in a steady picture (reliability.md F 27).
    package var longestGap = Duration.milliseconds(500)
    package var freezes = 2
    /// Capture to picture, 95 % of the pictures. Includes one-way delays of both paths.
    package var age = Duration.milliseconds(300)
    /// Slot map to first picture.
    package var firstPicture = Duration.milliseconds(500)
    /// From the wish to a picture of the new size.
    package var layerSwitch = Duration.milliseconds(2000)

    package init() {}
}

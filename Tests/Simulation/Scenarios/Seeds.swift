/// Every scenario, and the seeds that are run on every change. A seed that once found a bug stays, with what it found.
///
/// Seeds 1 and 2 found the first ones: `remaps` 1 a rate meter that trapped after an idle second, `layer-wishes` 1 a ladder that overflowed at an
/// unlimited frame rate, `limited-viewer` 1 a picture that stood for five seconds, `video-pair` 1 a layer that flapped on an unlimited path.
package enum Seeds {
    package struct Fixed: Sendable {
        package var scenario: String
        package var seed: UInt64
        /// What this seed found; empty for those that were there from the start.
        package var found: String
        /// On how many workers the room is spread, participant by participant.
        package var workers: Int
        package var traits: ServerTraits
        package init(_ scenario: String, _ seed: UInt64, found: String = "", workers: Int = 1, traits: ServerTraits = []) {
            self.scenario = scenario
            self.seed = seed
            self.found = found
            self.workers = workers
            self.traits = traits
        }

        /// `nil` if there is no such scenario.
        package func run(_ bounds: Bounds = Bounds()) -> Outcome? {
            guard let scenario = Seeds.scenario(named: scenario) else { return nil }
            return World.$workers.withValue(workers) { World.$traits.withValue(traits) { scenario.run(seed, bounds) } }
        }
    }

    package static let scenarios =
        AudioScenarios.all + VideoScenarios.all + JoinScenarios.all + ChangeScenarios.all + NetworkScenarios.all + IsolationScenarios.all
        + ContinuityScenarios.all + CodecScenarios.all + SpreadScenarios.all

    /// Two seeds of every scenario, the first also with the room spread over four workers; some with frames evened out or regular work gathered; and
    /// those that found something.
    package static let fixed: [Fixed] =
        scenarios.flatMap { [Fixed($0.name, 1), Fixed($0.name, 2), Fixed($0.name, 1, workers: 4)] }
        + ["video-pair", "video-lossy", "screen", "h264-room", "vp9-room", "layer-wishes"].map { Fixed($0, 1, traits: .evensFrames) }
        + ["audio-room", "video-lossy", "join-rush", "layer-wishes", "capacity-steps", "hold-camera", "video-large"].map {
            Fixed($0, 1, traits: .gathersWork)
        } + found

    private static let found: [Fixed] = [
        Fixed("screen", 104, found: "a screen took the whole first estimate, and the camera beside it stood still for 1.9 s"),
        Fixed("screen", 102, found: "a screen was withheld until the first REMB: 660 ms to its first picture"),
        Fixed("bad-receiver", 102, found: "a viewer's looking at a rate meter changed what another viewer's probe measured"),
        Fixed("bad-receiver", 107, found: "as 102, for two viewers"),
        Fixed("bad-receiver", 109, found: "as 102, and the estimate after it"),
        Fixed("join-rush", 4, found: "who came soon after others waited 1.1 s for a keyframe that could not be asked for yet"),
        Fixed("join-rush", 5, found: "as 4, for three of eight viewers, one for 1.3 s"),
        Fixed("capacity-steps", 1009, found: "not back at the top eleven seconds after the path was"),
        Fixed("capacity-steps", 1012, found: "probes succeeded, and the layer stayed where a former failure had put it"),
        Fixed("capacity-steps", 40_018, found: "a report of before the queue raised the estimate again: the layer went down after 4.1 s"),
        Fixed("rare-reports", 1, found: "a second report left before the probe's was answered: the top layer after 6 s"),
        Fixed("rare-reports", 13, found: "as 1, probe after probe: no top layer within ten seconds"),
        Fixed(
            "slow-publisher", 3,
            found: "whoever came to a publisher with room for its lowest layer alone saw nothing for eight to ten seconds"),
        Fixed("hold-camera", 3),
        Fixed("audio-mute", 500, found: "the last voice before a mute was queued, and its number left out", workers: 4),
        Fixed(
            "h264-room", 31_003,
            found: "parameter sets lost on the way to us: the slice behind them was taken for the beginning of a keyframe"),
        Fixed("h264-room", 31_006, found: "as 31003, for two viewers"),
        Fixed("h264-room", 31_014, found: "as 31003, at a viewer's first picture"),
        Fixed("audio-room", 104, found: "bursts on both paths: the bound of hearing had not counted them"),
    ]

    package static func scenario(named name: String) -> Scenario? {
        scenarios.first { $0.name == name }
    }
}

import RTP
import SFU

/// Rooms into which people come one upon the other.
package enum JoinScenarios {
    package static let all = [Scenario("join-rush", rush)]

    /// From coming to a picture that was taken after it: what a person who clicked would call joined.
    private static let liveBound = Duration.milliseconds(500)

    /// Eight viewers come to one camera, 0.2–0.9 s apart: nobody waits because others came just before, and the camera is not asked for more
    /// keyframes than its limit.
    @Sendable private static func rush(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        world.join(VideoScenarios.person(1, camera: .simulcast(), videoSlots: 0), uplink: AudioScenarios.path(&random, loss: 0))
        var time = 2000
        for index in 2...9 {
            let downlink = AudioScenarios.path(&random, loss: 0)
            world.at(.milliseconds(time)) { $0.join(VideoScenarios.viewer(index), downlink: downlink) }
            time += random.integer(in: 200...900)
        }
        let end = Duration.milliseconds(time + 2000)
        world.run(until: end)
        let viewers = Array(world.members.dropFirst())
        var outcome = Outcome()
        outcome.judgeAlways(world)
        // Who begins from an older stored keyframe sees a second of the past go by; what counts is how soon the present comes.
        var rush = bounds
        rush.age += .seconds(1)
        outcome.judgePictures(world, members: viewers, from: .zero, to: end, bounds: rush)
        outcome.judgeLiveness(world, of: viewers, bound: liveBound)
        outcome.judgePictures(world, members: viewers, from: end - .seconds(1), to: end, bounds: bounds)
        outcome.judgeKeyframeRequests(world, seconds: time / 1000 + 2)
        return outcome
    }
}

extension Outcome {
    /// Each of `members` sees, this soon after it came, a picture that was taken after it came.
    fileprivate mutating func judgeLiveness(_ world: World, of members: [Member], bound: Duration) {
        var slowest = Duration.zero
        for member in members {
            let came = (member.joinedAt - world.epoch).inMilliseconds
            let live = member.peer.videoSlots.flatMap(\.log.shown).filter { Int64($0.picture.captureMilliseconds) >= came }.map(\.at).min()
            let delay = live.map { $0 - member.joinedAt } ?? .seconds(99)
            slowest = max(slowest, delay)
            expect(delay <= bound, "peer \(member.peer.plan.index) saw nothing of its own time for \(delay)")
        }
        figure("live", "\(slowest.inMilliseconds)ms")
    }
}

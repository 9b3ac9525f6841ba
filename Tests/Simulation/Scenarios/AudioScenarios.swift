import RTP
import SFU

/// Rooms in which people only talk.
package enum AudioScenarios {
    package static let all = [
        Scenario("audio-pair", pair), Scenario("audio-room", room), Scenario("audio-mute", mute), Scenario("audio-turns", turns),
        Scenario("audio-everybody", everybody),
    ]

    static func talker(_ index: Int, isReal: Bool, amplitude: Double = 0.3) -> PeerPlan {
        var plan = PeerPlan(index: index)
        plan.microphone = AudioPlan(isReal: isReal, amplitude: amplitude)
        return plan
    }

    /// A path drawn from the seed: 5–60 ms one way, a little jitter, the given loss, singly or in bursts.
    static func path(_ random: inout RandomSource, loss: Double) -> LinkConditions {
        var conditions = LinkConditions()
        conditions.delay = .milliseconds(random.integer(in: 5...60))
        conditions.jitter = .milliseconds(random.integer(in: 0...4))
        let isBursty = random.chance(0.5)
        if loss > 0 { conditions.loss = isBursty ? .bursts(rate: loss, length: 2) : .random(loss) }
        return conditions
    }

    /// A window of ten frames is heard right if at least half of each talker's frames came. Loss on two paths takes its share: bounded
    /// generously, at one and a half times the loss for each talker.
    static func hearingBound(_ bounds: Bounds, loss: Double, speakers: Int) -> Double {
        bounds.hearing - min(0.6, loss * (1 + 1.5 * Double(speakers)))
    }

    /// Two people with real Opus hear each other and nothing else.
    @Sendable private static func pair(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 3]
        world.join(talker(1, isReal: true))
        world.join(talker(2, isReal: true))
        world.run(until: .seconds(6))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgeHearing(world, speakers: [1, 2], from: .seconds(1), to: .seconds(6), bound: bounds.hearing)
        for member in world.members {
            let concealed = member.peer.audioSlots.map(\.log.concealed).reduce(0, +)
            outcome.expect(concealed <= 4, "peer \(member.peer.plan.index) concealed \(concealed) frames on a perfect path")
        }
        return outcome
    }

    /// 2–20 people at 0–10 % loss; up to five talk. Six or fewer have real Opus.
    @Sendable private static func room(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        let count = random.integer(in: 2...20)
        let loss = Double(random.integer(in: 0...10)) / 100
        let speakers = min(count, random.integer(in: 1...5))
        world.candidates = Array(1...count)
        for index in 1...count {
            let plan = talker(index, isReal: count <= 6, amplitude: index <= speakers ? 0.3 : 0)
            world.join(plan, uplink: path(&random, loss: loss), downlink: path(&random, loss: loss))
        }
        world.run(until: .seconds(8))
        var outcome = Outcome()
        outcome.figure("people", count)
        outcome.figure("loss", "\(Int(loss * 100))%")
        outcome.judgeAlways(world)
        outcome.judgeHearing(
            world, speakers: Array(1...speakers), from: .seconds(3), to: .seconds(8),
            bound: hearingBound(bounds, loss: loss, speakers: speakers))
        return outcome
    }

    /// The server enforces mute and deafen within 300 ms, whatever the client sends.
    @Sendable private static func mute(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 3]
        let members = (1...3).map { world.join(talker($0, isReal: true)) }
        var muted = PeerRights()
        muted.speak = false
        var deaf = PeerRights()
        deaf.listen = false
        let first = members[0].peer.id
        world.at(.seconds(3)) { $0.send(.setRights(first, muted)) }
        world.at(.seconds(5)) { $0.send(.setRights(first, PeerRights())) }
        world.at(.seconds(7)) { $0.send(.setRights(first, deaf)) }
        world.run(until: .seconds(10))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgeHearing(world, speakers: [1, 2, 3], from: .seconds(1), to: .seconds(3), bound: bounds.hearing)
        // The jitter buffer and the window may hold up to 300 ms of what was sent before.
        outcome.judgeHearing(world, speakers: [2, 3], from: .milliseconds(3300), to: .seconds(5), bound: bounds.hearing)
        outcome.judgeHearing(world, speakers: [1, 2, 3], from: .milliseconds(5500), to: .seconds(7), bound: bounds.hearing)
        let heard = HearingFigures(
            members[0].peer.hearing, from: world.epoch + .milliseconds(7300), to: world.epoch + .seconds(10), expected: 0)
        outcome.expect(heard.rightShare == 1, "a deafened peer heard somebody in \(heard.extra) windows")
        let others = HearingFigures(
            members[1].peer.hearing, from: world.epoch + .milliseconds(7500), to: world.epoch + .seconds(10),
            expected: HearingFigures.mask([1, 3]))
        outcome.expect(others.rightShare >= bounds.hearing, "deafening one changed what another hears")
        return outcome
    }

    /// Ten people, two of whom talk at a time, taking turns every two seconds: the loudest get the slots.
    @Sendable private static func turns(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = Array(1...10)
        let members = (1...10).map { index in
            var plan = talker(index, isReal: false, amplitude: 0)
            plan.audioSlots = 3
            return world.join(plan)
        }
        for turn in 0..<5 {
            world.at(.seconds(2 * turn + 1)) { _ in
                for (index, member) in members.enumerated() {
                    member.peer.audio?.amplitude = index == 2 * turn || index == 2 * turn + 1 ? 0.3 : 0
                }
            }
        }
        world.run(until: .seconds(11))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        for turn in 0..<5 {
            outcome.judgeHearing(
                world, speakers: [2 * turn + 1, 2 * turn + 2], from: .milliseconds(2000 * turn + 1600), to: .seconds(2 * turn + 3),
                bound: bounds.hearing)
        }
        return outcome
    }

    /// Three to six people who all talk, each with a slot for everybody else: nobody is left out of the choice, for nobody hears themselves.
    @Sendable private static func everybody(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        let count = random.integer(in: 3...6)
        world.candidates = Array(1...count)
        for index in 1...count {
            var plan = talker(index, isReal: true)
            plan.audioSlots = count - 1
            world.join(plan, uplink: path(&random, loss: 0), downlink: path(&random, loss: 0))
        }
        world.run(until: .seconds(6))
        var outcome = Outcome()
        outcome.figure("people", count)
        outcome.judgeAlways(world)
        outcome.judgeHearing(world, speakers: Array(1...count), from: .seconds(2), to: .seconds(6), bound: bounds.hearing)
        return outcome
    }
}

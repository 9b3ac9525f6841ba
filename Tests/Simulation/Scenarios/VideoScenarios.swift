import RTP
import SFU

/// Rooms with cameras and screens.
package enum VideoScenarios {
    package static let all = [
        Scenario("video-pair", pair), Scenario("video-room", room), Scenario("video-lossy", lossy), Scenario("video-large", large),
        Scenario("screen", screen),
    ]

    /// A participant who talks, shows and watches.
    static func person(_ index: Int, camera: VideoPlan?, videoSlots: Int = 4, talks: Bool = true) -> PeerPlan {
        var plan = PeerPlan(index: index)
        if talks { plan.microphone = AudioPlan(isReal: false) }
        plan.camera = camera
        plan.videoSlots = videoSlots
        return plan
    }

    /// Nothing but watches.
    static func viewer(_ index: Int, videoSlots: Int = 1) -> PeerPlan {
        var plan = PeerPlan(index: index)
        plan.audioSlots = 2
        plan.videoSlots = videoSlots
        return plan
    }

    /// Two people, three real VP8 encodings each, decoded and read back; real Opus beside it.
    @Sendable private static func pair(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2]
        for index in 1...2 {
            var plan = person(index, camera: .simulcast(isReal: true))
            plan.microphone = AudioPlan(isReal: true)
            world.join(plan)
        }
        world.run(until: .seconds(6))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgeHearing(world, speakers: [1, 2], from: .seconds(1), to: .seconds(6), bound: bounds.hearing)
        outcome.judgePictures(world, members: world.members, from: .zero, to: .seconds(6), bounds: bounds)
        for member in world.members {
            let best = member.peer.videoSlots.compactMap { $0.log.shown.last?.picture.width }.max() ?? 0
            outcome.expect(best == 640, "peer \(member.peer.plan.index) ended at a width of \(best) on an unlimited path")
        }
        return outcome
    }

    /// 3–6 people with cameras on quiet paths: everybody sees everybody, smoothly.
    @Sendable private static func room(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        let count = random.integer(in: 3...6)
        world.candidates = Array(1...count)
        for index in 1...count {
            let camera = VideoPlan.simulcast(framerate: random.integer(in: 15...30), temporalLayers: random.integer(in: 1...3))
            let (up, down) = (AudioScenarios.path(&random, loss: 0), AudioScenarios.path(&random, loss: 0))
            world.join(person(index, camera: camera, videoSlots: 6), uplink: up, downlink: down)
        }
        world.run(until: .seconds(10))
        var outcome = Outcome()
        outcome.figure("people", count)
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: world.members, from: .zero, to: .seconds(10), bounds: bounds)
        outcome.judgeHearing(world, speakers: Array(1...count), from: .seconds(2), to: .seconds(10), bound: bounds.hearing - 0.05)
        outcome.judgeKeyframeRequests(world, seconds: 10)
        for member in world.members {
            let shown = Set(member.peer.videoSlots.compactMap { $0.log.assignments.last?.track?.participant })
            outcome.expect(shown.count == count - 1, "peer \(member.peer.plan.index) is shown \(shown.count) of \(count - 1) cameras")
        }
        return outcome
    }

    /// 2–5 people at 1–10 % loss both ways: pictures are always right, and move.
    @Sendable private static func lossy(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        let count = random.integer(in: 2...5)
        let loss = Double(random.integer(in: 1...10)) / 100
        world.candidates = Array(1...count)
        for index in 1...count {
            let camera = VideoPlan.simulcast(temporalLayers: random.integer(in: 1...3))
            var (up, down) = (AudioScenarios.path(&random, loss: loss), AudioScenarios.path(&random, loss: loss))
            (up.reorder, down.reorder) = (0.01, 0.01)
            (up.duplicate, down.duplicate) = (0.005, 0.005)
            world.join(person(index, camera: camera), uplink: up, downlink: down)
        }
        world.run(until: .seconds(12))
        var outcome = Outcome()
        outcome.figure("people", count)
        outcome.figure("loss", "\(Int(loss * 100))%")
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: world.members, from: .zero, to: .seconds(12), bounds: bounds.underLoss(loss))
        return outcome
    }

    /// Twenty cameras, twelve slots each.
    @Sendable private static func large(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = Array(1...20)
        var random = world.randomSource(1)
        for index in 1...20 {
            let camera = VideoPlan.simulcast(framerate: 15)
            let (up, down) = (AudioScenarios.path(&random, loss: 0), AudioScenarios.path(&random, loss: 0))
            world.join(person(index, camera: camera, videoSlots: 12, talks: index <= 3), uplink: up, downlink: down)
        }
        world.run(until: .seconds(5))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: world.members, from: .seconds(1), to: .seconds(5), bounds: bounds)
        outcome.judgeHearing(world, speakers: [1, 2, 3], from: .seconds(2), to: .seconds(5), bound: bounds.hearing - 0.05)
        for member in world.members {
            let filled = member.peer.videoSlots.count { $0.log.assignments.last?.track != nil }
            outcome.expect(filled == 12, "peer \(member.peer.plan.index) has \(filled) of 12 slots filled")
        }
        return outcome
    }

    /// A screen and a camera of one person: each comes in a slot of its purpose.
    @Sendable private static func screen(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 3]
        var sharer = person(1, camera: .simulcast())
        sharer.screen = .single(width: 640, height: 360, bitrate: 1_500_000, framerate: 15)
        world.join(sharer)
        for index in 2...3 {
            var plan = viewer(index, videoSlots: 2)
            plan.screenSlots = 1
            world.join(plan)
        }
        world.run(until: .seconds(6))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: world.members, from: .zero, to: .seconds(6), bounds: bounds)
        for member in world.members.dropFirst() {
            let screens = member.peer.videoSlots.filter { $0.section.purpose == .screen }
            let ids = Set(screens.flatMap { $0.log.shown.map(\.picture.id) })
            outcome.expect(ids == [0x81], "the screen slot of peer \(member.peer.plan.index) showed \(ids.sorted())")
        }
        return outcome
    }
}

extension Bounds {
    /// What is added for a path that loses `loss` each way: repairs take round trips, and at 10 % some need several.
    package func underLoss(_ loss: Double) -> Bounds {
        var bounds = self
        guard longestGap > .zero else { return bounds }
        bounds.longestGap += .milliseconds(Int64(loss * 20_000))
        bounds.age += .milliseconds(Int64(loss * 6_000))
        bounds.firstPicture += .milliseconds(Int64(loss * 15_000))
        bounds.freezes += Int(loss * 250)
        return bounds
    }
}

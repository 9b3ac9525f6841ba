import RTP
import SFU

/// Paths that are too narrow, and numbers that wrap.
package enum NetworkScenarios {
    package static let all = [
        Scenario("limited-viewer", limited), Scenario("auto-off", autoOff), Scenario("capacity-steps", steps),
        Scenario("uplink-wraps", uplinkWraps),
        Scenario("egress-wrap", egressWrap), Scenario("late-feedback", silentViewer), Scenario("rare-reports", rareReports),
    ]

    private static func narrow(_ rate: Int, delay: Int = 25) -> LinkConditions {
        var path = LinkConditions()
        path.rate = rate
        path.delay = .milliseconds(delay)
        return path
    }

    /// What Auto owes to a viewer whose path is narrow, once it has found its layer. It goes by REMB for now: the receiver's own detector lets a
    /// queue of 300 ms fill. Send-side estimation has its own targets (reliability.md D4), and will tighten these.
    private static func settled(_ bounds: Bounds) -> Bounds {
        var bounds = bounds
        guard bounds.longestGap > .zero else { return bounds }
        (bounds.longestGap, bounds.age, bounds.freezes) = (.milliseconds(1000), .milliseconds(750), 6)
        return bounds
    }

    /// A viewer with 250–800 kbit/s gets the layer that fits and keeps moving; one beside it gets the best.
    @Sendable private static func limited(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        var (world, viewer, other, rate) = limitedWorld(seed)
        world.run(until: .seconds(15))
        var outcome = Outcome()
        outcome.figure("rate", rate)
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: [viewer], from: .seconds(6), to: .seconds(15), bounds: settled(bounds))
        outcome.judgePictures(world, members: [other], from: .zero, to: .seconds(15), bounds: bounds)
        let best = other.peer.videoSlots[0].log.shown.last?.picture.width ?? 0
        outcome.expect(best == 640, "the unlimited viewer ended at a width of \(best)")
        rate = viewer.peer.videoSlots[0].log.shown.last?.picture.width ?? 0
        outcome.expect(rate == 160 || rate == 320, "the limited viewer ended at a width of \(rate)")
        return outcome
    }

    private static func limitedWorld(_ seed: UInt64) -> (World, Member, Member, Int) {
        let world = World(seed: seed)
        world.candidates = [1]
        var random = world.randomSource(1)
        let rate = random.integer(in: 250...800) * 1000
        world.join(VideoScenarios.person(1, camera: .simulcast(temporalLayers: random.integer(in: 1...3)), videoSlots: 0))
        let viewer = world.join(VideoScenarios.viewer(2), downlink: narrow(rate))
        let other = world.join(VideoScenarios.viewer(3))
        return (world, viewer, other, rate)
    }

    /// Negative control of `limited-viewer`, and of Auto itself: with Auto off the same viewer drowns, and the same judgement must say so.
    @Sendable private static func autoOff(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let (world, viewer, _, _) = limitedWorld(seed)
        world.at(.milliseconds(100)) { $0.send(.setAuto(viewer.peer.id, false)) }
        world.run(until: .seconds(12))
        var drowned = Outcome()
        drowned.judgePictures(world, members: [viewer], from: .seconds(6), to: .seconds(12), bounds: settled(bounds))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.expect(!drowned.passed, "the viewer did well without Auto: the path was not narrow")
        outcome.figure("complaints", drowned.failures.count)
        return outcome
    }

    /// 3 Mbit/s, then 400 kbit/s, then 3 Mbit/s again: down within four seconds, and back at the top within ten (by probing).
    @Sendable private static func steps(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        world.join(VideoScenarios.person(1, camera: .simulcast(temporalLayers: random.integer(in: 1...3)), videoSlots: 0))
        let viewer = world.join(VideoScenarios.viewer(2), downlink: narrow(3_000_000, delay: random.integer(in: 10...50)))
        world.at(.seconds(6)) { _ in viewer.downlink.conditions.rate = 400_000 }
        world.at(.seconds(14)) { _ in viewer.downlink.conditions.rate = 3_000_000 }
        world.run(until: .seconds(26))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        let log = viewer.peer.videoSlots[0].log
        func first(width: Int, after: Int) -> Duration {
            log.shown.first { $0.at >= world.epoch + .seconds(after) && $0.picture.width == width }.map {
                $0.at - world.epoch - .seconds(after)
            } ?? .seconds(99)
        }
        let (up, again) = (first(width: 640, after: 0), first(width: 640, after: 15))
        let down =
            log.shown.first { $0.at >= world.epoch + .seconds(6) && $0.picture.width < 640 }.map { $0.at - world.epoch - .seconds(6) }
            ?? .seconds(99)
        outcome.expect(up <= .seconds(5), "the top layer came after \(up)")
        outcome.expect(down <= .seconds(4), "the layer went down after \(down)")
        outcome.expect(again <= .seconds(9), "the top layer came back after \(again)")
        outcome.judgePictures(world, members: [viewer], from: .seconds(9), to: .seconds(26), bounds: settled(bounds))
        let times = log.shown.map(\.at).filter { $0 >= world.epoch + .seconds(6) && $0 < world.epoch + .seconds(14) }
        let stall = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .seconds(99)
        for (name, value) in [("up", up), ("down", down), ("stall", stall), ("again", again)] {
            outcome.figure(name, "\(value.inMilliseconds)ms")
        }
        return outcome
    }

    /// Publishers' sequence numbers and timestamps wrap while they speak, with loss around it (F 30).
    @Sendable private static func uplinkWraps(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 3]
        var random = world.randomSource(1)
        for index in 1...3 {
            var plan = VideoScenarios.person(index, camera: .simulcast(temporalLayers: index))
            plan.firstSequenceNumber = UInt16(65_535 - random.integer(in: 50...200))
            plan.ticksBeforeTimestampWrap = UInt32(random.integer(in: 120_000...400_000))
            world.join(plan, uplink: AudioScenarios.path(&random, loss: 0.02))
        }
        world.run(until: .seconds(10))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgeHearing(world, speakers: [1, 2, 3], from: .seconds(1), to: .seconds(10), bound: bounds.hearing - 0.05)
        outcome.judgePictures(world, members: world.members, from: .zero, to: .seconds(10), bounds: bounds.underLoss(0.02))
        return outcome
    }

    /// A stream fast enough that the numbers we send wrap, under loss: everything decrypts before and after (F 30).
    @Sendable private static func egressWrap(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        var camera = VideoPlan.single(width: 640, height: 360, bitrate: 12_000_000, framerate: 60)
        camera.keyframeInterval = 300
        world.join(VideoScenarios.person(1, camera: camera, videoSlots: 0))
        let viewer = world.join(VideoScenarios.viewer(2), downlink: AudioScenarios.path(&random, loss: 0.01))
        world.at(.milliseconds(50)) { $0.send(.setAuto(viewer.peer.id, false)) }
        var seconds = 0
        while viewer.watch.wraps == 0, seconds < 60 {
            seconds += 5
            world.run(until: .seconds(seconds))
        }
        world.run(until: .seconds(seconds + 2))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.expect(viewer.watch.wraps > 0, "no number wrapped in \(seconds) s and \(viewer.watch.longestStream) packets")
        outcome.judgePictures(world, members: [viewer], from: .seconds(1), to: .seconds(seconds + 2), bounds: bounds.underLoss(0.02))
        outcome.figure("packets", viewer.watch.longestStream)
        return outcome
    }

    /// Viewers with wide paths who report as seldom as libwebrtc may: a probe is answered after up to a second and a half, and its sender report is still
    /// the one that the answer names, though a report is due each second.
    @Sendable private static func rareReports(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        // Far above what the first estimate allows, so that it takes a probe.
        var camera = VideoPlan.simulcast()
        camera.layers[2].bitrate = 1_700_000
        world.join(VideoScenarios.person(1, camera: camera, videoSlots: 0))
        for index in 2...7 {
            var plan = VideoScenarios.viewer(index)
            plan.reportPause = 500...1_500
            world.join(plan, downlink: narrow(20_000_000))
        }
        world.run(until: .seconds(10))
        let viewers = Array(world.members.dropFirst())
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: viewers, from: .zero, to: .seconds(10), bounds: bounds)
        var slowest = Duration.zero
        for member in viewers {
            let top = member.peer.videoSlots[0].log.shown.first { $0.picture.width == 640 }.map { $0.at - member.joinedAt } ?? .seconds(99)
            slowest = max(slowest, top)
            outcome.expect(top <= .seconds(4), "peer \(member.peer.plan.index) saw the top layer after \(top)")
        }
        outcome.figure("top", "\(slowest.inMilliseconds)ms")
        return outcome
    }

    /// A viewer that never sends feedback still gets pictures, and harms nobody.
    @Sendable private static func silentViewer(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.join(VideoScenarios.person(1, camera: .simulcast(), videoSlots: 0))
        let silent = world.join(VideoScenarios.viewer(2))
        let other = world.join(VideoScenarios.viewer(3))
        silent.peer.reports = false
        world.run(until: .seconds(8))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: [silent, other], from: .zero, to: .seconds(8), bounds: bounds)
        return outcome
    }
}

import RTP
import SFU

/// Rooms in which something changes: wishes, slots, people, addresses.
package enum ChangeScenarios {
    package static let all = [
        Scenario("layer-wishes", wishes), Scenario("remaps", remaps), Scenario("churn", churn), Scenario("camera-off", cameraOff),
        Scenario("ice-restart", iceRestart), Scenario("address-change", addressChange), Scenario("silent-death", silentDeath),
        Scenario("slow-publisher", slowPublisher),
    ]

    private static func ceiling(height: Int) -> VideoCeiling {
        VideoCeiling(height: height, framerate: .max, bitrate: .max)
    }

    private static func camera(of index: Int) -> TrackID {
        TrackID(participant: PeerPlan(index: index).participant, source: .camera)
    }

    /// A viewer changes its mind about the layer every two seconds: each wish is met within two, without a gap.
    @Sendable private static func wishes(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        let layers = random.integer(in: 1...3)
        let path = AudioScenarios.path(&random, loss: 0)
        world.join(VideoScenarios.person(1, camera: .simulcast(temporalLayers: layers), videoSlots: 0), uplink: path)
        let viewer = world.join(VideoScenarios.viewer(2), downlink: path)
        let other = world.join(VideoScenarios.viewer(3))
        let heights = [90, 360, 180, 90, 180, 360]
        for (turn, height) in heights.enumerated() {
            world.at(.seconds(2 * turn + 2)) {
                $0.send(.subscribe(viewer.peer.id, [Subscription(track: camera(of: 1), ceiling: ceiling(height: height), priority: 100)]))
            }
        }
        world.run(until: .seconds(14))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: [viewer, other], from: .zero, to: .seconds(14), bounds: bounds)
        outcome.judgeKeyframeRequests(world, seconds: 14)
        var slowest = Duration.zero
        for (turn, height) in heights.enumerated() {
            let asked = world.epoch + .seconds(2 * turn + 2)
            let met = viewer.peer.videoSlots[0].log.shown.first { $0.at >= asked && $0.picture.height == height }
            let delay = met.map { $0.at - asked } ?? .seconds(99)
            slowest = max(slowest, delay)
            outcome.expect(delay <= bounds.layerSwitch, "wish \(turn + 1) for \(height) lines was met after \(delay)")
        }
        outcome.figure("switch", "\(slowest.inMilliseconds)ms")
        return outcome
    }

    /// Five cameras, two slots, wishes that rotate: slots are mapped anew every two seconds.
    @Sendable private static func remaps(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        for index in 1...5 {
            let camera = VideoPlan.simulcast(temporalLayers: random.integer(in: 1...3))
            world.join(VideoScenarios.person(index, camera: camera, videoSlots: 0), uplink: AudioScenarios.path(&random, loss: 0))
        }
        let viewer = world.join(VideoScenarios.viewer(6, videoSlots: 2), downlink: AudioScenarios.path(&random, loss: 0))
        for turn in 0..<6 {
            world.at(.seconds(2 * turn + 2)) {
                let wanted = [turn % 5 + 1, (turn + 1) % 5 + 1]
                let wishes = (1...5).map {
                    Subscription(track: camera(of: $0), priority: wanted.contains($0) ? 200 : 10, paused: !wanted.contains($0))
                }
                $0.send(.subscribe(viewer.peer.id, wishes))
            }
        }
        world.run(until: .seconds(14))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: [viewer], from: .zero, to: .seconds(14), bounds: bounds)
        let seen = Set(viewer.peer.videoSlots.flatMap { $0.log.shown.map(\.picture.id) })
        outcome.expect(seen == [1, 2, 3, 4, 5], "only \(seen.sorted()) were ever seen")
        outcome.figure("remaps", viewer.peer.videoSlots.map { $0.log.assignments.count }.reduce(0, +))
        return outcome
    }

    /// People come and go every 300–900 ms around two who stay.
    @Sendable private static func churn(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        world.candidates = Array(1...30)
        let stayers = (1...2).map { world.join(VideoScenarios.person($0, camera: .simulcast(), videoSlots: 4)) }
        var time = 1000
        for index in 3...18 {
            time += random.integer(in: 300...900)
            let stay = random.integer(in: 400...4000)
            let loss = random.chance(0.3) ? 0.03 : 0
            let camera: VideoPlan? = random.chance(0.7) ? .simulcast(temporalLayers: random.integer(in: 1...3)) : nil
            let (up, down) = (AudioScenarios.path(&random, loss: loss), AudioScenarios.path(&random, loss: loss))
            let vanishes = random.chance(0.2)
            world.at(.milliseconds(time)) { world in
                let member = world.join(
                    VideoScenarios.person(index, camera: camera, videoSlots: 3, talks: false), uplink: up, downlink: down)
                world.at((world.now - world.epoch) + .milliseconds(stay)) { vanishes ? $0.vanish(member) : $0.leave(member) }
            }
        }
        world.run(until: .seconds(14))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgeHearing(world, speakers: [1, 2], from: .seconds(1), to: .seconds(13), bound: bounds.hearing)
        // The two who stay see each other through it all. Slots of those who came and went may have been cut off at any point.
        for member in stayers {
            let partner = stayers.first { $0 !== member }?.peer.plan.index ?? 0
            let times = member.peer.videoSlots.flatMap { $0.log.shown }.filter { $0.picture.id == UInt8(partner) }.map(\.at).sorted()
            let gap = zip(times, times.dropFirst()).map { $1 - $0 }.max() ?? .seconds(99)
            outcome.expect(gap <= bounds.longestGap, "peer \(member.peer.plan.index) saw its partner stand still for \(gap)")
            outcome.figure("gap\(member.peer.plan.index)", "\(gap.inMilliseconds)ms")
        }
        return outcome
    }

    /// A camera goes off and on, by the client's word and by the server's; the track ends, and comes back with a keyframe.
    @Sendable private static func cameraOff(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        let publisher = world.join(VideoScenarios.person(1, camera: .simulcast(), videoSlots: 0))
        let viewer = world.join(VideoScenarios.viewer(2))
        world.at(.seconds(3)) {
            publisher.peer.videos[0].isStopped = true
            $0.send(.setInactive(publisher.peer.id, [.camera]))
        }
        world.at(.seconds(6)) {
            publisher.peer.videos[0].isStopped = false
            $0.send(.setInactive(publisher.peer.id, []))
        }
        var muted = PeerRights()
        muted.stream = false
        world.at(.seconds(9)) { $0.send(.setRights(publisher.peer.id, muted)) }
        world.at(.seconds(11)) { $0.send(.setRights(publisher.peer.id, PeerRights())) }
        world.run(until: .seconds(14))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: [viewer], from: .zero, to: .milliseconds(2900), bounds: bounds)
        outcome.judgePictures(world, members: [viewer], from: .milliseconds(6500), to: .milliseconds(8900), bounds: bounds)
        outcome.judgePictures(world, members: [viewer], from: .milliseconds(11_500), to: .seconds(14), bounds: bounds)
        let off = PictureFigures(
            viewer.peer.videoSlots[0].log, epoch: world.epoch, from: world.epoch + .milliseconds(9300), to: world.epoch + .seconds(11))
        outcome.expect(off.frames == 0, "\(off.frames) pictures came after the right to stream was withdrawn")
        return outcome
    }

    /// New credentials on both sides while media flows: nobody notices.
    @Sendable private static func iceRestart(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2]
        let members = (1...2).map { world.join(VideoScenarios.person($0, camera: .simulcast())) }
        for turn in 0..<3 {
            world.at(.seconds(2 * turn + 2)) { $0.restartICE(members[turn % 2]) }
        }
        world.run(until: .seconds(9))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: members, from: .zero, to: .seconds(9), bounds: bounds)
        outcome.judgeHearing(world, speakers: [1, 2], from: .seconds(1), to: .seconds(9), bound: bounds.hearing)
        return outcome
    }

    /// A client moves to another network: as soon as its first check from there has passed, media follows.
    @Sendable private static func addressChange(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2]
        let members = (1...2).map { world.join(VideoScenarios.person($0, camera: .simulcast())) }
        for turn in 0..<4 { world.at(.seconds(turn + 3)) { $0.changeAddress(members[turn % 2]) } }
        world.run(until: .seconds(9))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        var loose = bounds
        // What was under way to the old address is repaired from the new one, or asked for as a keyframe.
        if loose.longestGap > .zero { (loose.longestGap, loose.age, loose.freezes) = (.milliseconds(900), .milliseconds(600), 8) }
        outcome.judgePictures(world, members: members, from: .zero, to: .seconds(9), bounds: loose)
        return outcome
    }

    /// A client dies without a word: its tracks end when consent does, 30 s later, and the others never notice.
    @Sendable private static func silentDeath(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 3]
        let members = (1...3).map { world.join(AudioScenarios.talker($0, isReal: false)) }
        world.at(.seconds(3)) { $0.vanish(members[2]) }
        world.run(until: .seconds(38))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgeHearing(world, speakers: [1, 2, 3], from: .seconds(1), to: .seconds(3), bound: bounds.hearing)
        outcome.judgeHearing(world, speakers: [1, 2], from: .seconds(4), to: .seconds(38), bound: bounds.hearing)
        let end = members[2].peer.events.all.first { $0.event == .disconnected(members[2].peer.id, .consentExpired) }
        let stopped = world.roomEvents.first {
            if case .trackStopped(_, let track, _) = $0.event { track.participant.rawValue == 1003 } else { false }
        }
        outcome.expect(end != nil || stopped != nil, "the dead peer was never noticed")
        if let stopped {
            let after = stopped.at - (world.epoch + .seconds(3))
            outcome.expect(after >= .seconds(26) && after <= .seconds(34), "its track ended after \(after)")
            outcome.figure("ended", "\(after.inMilliseconds)ms")
        }
        return outcome
    }

    /// A publisher whose uplink carries one or two of three layers for twenty-four seconds, alone at first. Whoever comes sees at once what can be sent; the
    /// publisher is not told to stop and start what it cannot send, which would cost keyframes on the little that it can; and when there is room the best
    /// layer comes by itself.
    @Sendable private static func slowPublisher(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        let publisher = world.join(VideoScenarios.person(1, camera: .simulcast(), videoSlots: 0))
        let affordable = random.integer(in: 1...2)
        publisher.peer.videos[0].afford(affordable)
        world.at(.seconds(24)) { _ in publisher.peer.videos[0].afford(3) }
        for index in 2...4 {
            world.at(.milliseconds(random.integer(in: 4_000...9_000))) { $0.join(VideoScenarios.viewer(index)) }
        }
        world.run(until: .seconds(28))
        let (viewers, room) = (Array(world.members.dropFirst()), world.epoch + .seconds(24))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: viewers, from: .zero, to: .seconds(28), bounds: bounds)
        let told = publisher.peer.events.all.count { if case .watchedEncodings = $0.event, $0.at < room { true } else { false } }
        // That nobody watches; what the first viewer wishes, what it does without, and what it sees; and what it does not need of that.
        outcome.expect(told <= 8, "the publisher was told what is watched \(told) times in twenty-four seconds")
        outcome.figure("affordable", affordable)
        outcome.figure("told", told)
        for member in viewers {
            let top = member.peer.videoSlots[0].log.shown.first { $0.picture.width == 640 }.map { $0.at - room } ?? .seconds(99)
            outcome.expect(top <= .seconds(3), "peer \(member.peer.plan.index) saw the top layer \(top) after there was room")
        }
        return outcome
    }
}

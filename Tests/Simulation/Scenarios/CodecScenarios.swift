import RTP
import SFU

/// Rooms with other codecs than VP8, and with what Opus can do beside sounding.
package enum CodecScenarios {
    package static let all = [
        Scenario("vp9-room", vp9), Scenario("h264-room", h264), Scenario("codec-mix", mix), Scenario("audio-red", redundancy),
        Scenario("audio-dtx", discontinuous), Scenario("screen-sound", screenSound),
    ]

    /// Two layers, so that libvpx can keep up with it.
    private static func camera(_ codec: Codec, temporalLayers: Int = 1) -> VideoPlan {
        var plan = VideoPlan.simulcast(isReal: codec == .vp9, temporalLayers: temporalLayers)
        plan.layers.removeLast()
        plan.codec = codec
        return plan
    }

    private static func person(_ index: Int, _ camera: VideoPlan?, videoSlots: Int = 4) -> PeerPlan {
        var plan = VideoScenarios.person(index, camera: camera, videoSlots: videoSlots)
        plan.videoCodecs = Negotiated.videoCodecsOfAll
        return plan
    }

    /// Two publish, one watches and changes its mind about the layer; all pictures are right. `loss` is that of every path.
    private static func room(_ seed: UInt64, _ bounds: Bounds, camera: VideoPlan, loss: Double) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        for index in 1...2 {
            world.join(
                person(index, camera), uplink: AudioScenarios.path(&random, loss: loss),
                downlink: AudioScenarios.path(&random, loss: loss))
        }
        let viewer = world.join(person(3, nil, videoSlots: 2), downlink: AudioScenarios.path(&random, loss: loss))
        for (turn, height) in [90, 180, 90].enumerated() {
            world.at(.seconds(2 * turn + 2)) { world in
                let ceiling = VideoCeiling(height: height, framerate: .max, bitrate: .max)
                let wishes = (1...2).map {
                    Subscription(
                        track: TrackID(participant: PeerPlan(index: $0).participant, source: .camera), ceiling: ceiling, priority: 100)
                }
                world.send(.subscribe(viewer.peer.id, wishes))
            }
        }
        world.run(until: .seconds(8))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: world.members, from: .zero, to: .seconds(8), bounds: bounds.underLoss(loss))
        for slot in viewer.peer.videoSlots {
            for (from, height) in [(4, 180), (6, 90)] {
                let asked = world.epoch + .seconds(from)
                let met = slot.log.shown.first { $0.at >= asked && $0.picture.height == height }.map { $0.at - asked } ?? .seconds(99)
                outcome.expect(met <= bounds.layerSwitch, "the wish for \(height) lines was met after \(met)")
            }
        }
        return outcome
    }

    /// Real VP9 in one or two temporal layers, decoded by libvpx.
    @Sendable private static func vp9(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        var random = RandomSource(seed: seed)
        let loss = Double(random.integer(in: 0...3)) / 100
        return room(seed, bounds, camera: camera(.vp9, temporalLayers: random.integer(in: 1...2)), loss: loss)
    }

    /// H.264: parameter sets in a packet of their own, slices in fragments, no picture ids.
    @Sendable private static func h264(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        var random = RandomSource(seed: seed)
        return room(seed, bounds, camera: camera(.h264), loss: Double(random.integer(in: 0...5)) / 100)
    }

    /// Three cameras with three codecs take turns in one slot. Someone who cannot read H.264 is told so, and sent nothing of it.
    @Sendable private static func mix(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var random = world.randomSource(1)
        for (index, codec) in [Codec.vp8, .vp9, .h264].enumerated() {
            world.join(person(index + 1, camera(codec), videoSlots: 0), uplink: AudioScenarios.path(&random, loss: 0))
        }
        let viewer = world.join(person(4, nil, videoSlots: 1), downlink: AudioScenarios.path(&random, loss: 0))
        var plan = person(5, nil, videoSlots: 3)
        plan.videoCodecs = Array(Negotiated.videoCodecsOfAll.prefix(2))
        let limited = world.join(plan)
        for turn in 0..<6 {
            world.at(.milliseconds(1500 * turn + 2000)) { world in
                let wishes = (1...3).map {
                    Subscription(
                        track: TrackID(participant: PeerPlan(index: $0).participant, source: .camera),
                        priority: $0 == turn % 3 + 1 ? 200 : 10, paused: $0 != turn % 3 + 1)
                }
                world.send(.subscribe(viewer.peer.id, wishes))
            }
        }
        world.run(until: .milliseconds(11_500))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: [viewer], from: .zero, to: .milliseconds(11_500), bounds: bounds)
        let seen = Set(viewer.peer.videoSlots[0].log.shown.map(\.picture.id))
        outcome.expect(seen == [1, 2, 3], "only \(seen.sorted()) were ever seen")
        let asked = world.members[2].peer.videos[0].keyframeRequests
        outcome.expect(asked <= 5, "the camera that one viewer cannot read was asked for \(asked) keyframes")
        let others = Set(limited.peer.videoSlots.flatMap(\.log.shown).map(\.picture.id))
        outcome.expect(others == [1, 2], "who has no H.264 saw \(others.sorted())")
        let told = limited.peer.events.all.reversed().lazy.compactMap { entry in
            if case .slots(_, let assignments) = entry.event { assignments } else { nil }
        }.first
        let unsupported = (told ?? []).filter(\.codecUnsupported).compactMap(\.track?.participant)
        outcome.expect(unsupported == [PeerPlan(index: 3).participant], "told as unsupported: \(unsupported)")
        return outcome
    }

    /// Talkers send RED. Who negotiated it gets it, and misses next to nothing under loss; who did not gets Opus.
    @Sendable private static func redundancy(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 3, 4]
        var random = world.randomSource(1)
        let loss = Double(random.integer(in: 2...8)) / 100
        var path = AudioScenarios.path(&random, loss: 0)
        path.loss = .random(loss)
        for index in 1...4 {
            var plan = AudioScenarios.talker(index, isReal: true, amplitude: index <= 2 ? 0.3 : 0)
            plan.acceptsRED = index != 4
            plan.microphone?.isRedundant = index <= 2
            world.join(plan, downlink: index > 2 ? path : .perfect)
        }
        world.run(until: .seconds(8))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        let bound = AudioScenarios.hearingBound(bounds, loss: loss, speakers: 2)
        outcome.judgeHearing(world, speakers: [1, 2], from: .seconds(1), to: .seconds(8), bound: bound)
        func sum(_ index: Int, _ figure: (SoundLog) -> Int) -> Int {
            world.members[index - 1].peer.audioSlots.map { figure($0.log) }.reduce(0, +)
        }
        outcome.expect(sum(3, \.redundant) > 500, "\(sum(3, \.redundant)) RED packets came to who negotiated them")
        outcome.expect(sum(4, \.redundant) == 0, "RED came to who did not negotiate it")
        outcome.expect(sum(3, \.restored) > 5, "\(sum(3, \.restored)) frames were restored")
        outcome.expect(sum(3, \.concealed) < sum(4, \.concealed), "RED concealed \(sum(3, \.concealed)), Opus \(sum(4, \.concealed))")
        outcome.figure("concealed", "\(sum(3, \.concealed))/\(sum(4, \.concealed))")
        return outcome
    }

    /// Six people with discontinuous transmission, real and not, two of whom talk at a time: silence costs next to nothing, and the next word is
    /// heard at once.
    @Sendable private static func discontinuous(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = Array(1...6)
        let members = (1...6).map { index in
            var plan = AudioScenarios.talker(index, isReal: index % 2 == 1, amplitude: 0)
            plan.microphone?.isDiscontinuous = true
            plan.audioSlots = 4
            return world.join(plan)
        }
        for turn in 0..<3 {
            world.at(.seconds(4 * turn + 1)) { _ in
                for (index, member) in members.enumerated() { member.peer.audio?.amplitude = index / 2 == turn ? 0.3 : 0 }
            }
            world.at(.seconds(4 * turn + 3)) { _ in members.forEach { $0.peer.audio?.amplitude = 0 } }
        }
        func received() -> Int { members.flatMap(\.peer.audioSlots).map(\.stream.received).reduce(0, +) }
        var packets: [Int] = []
        for second in [4, 5] { world.at(.seconds(second)) { _ in packets.append(received()) } }
        world.run(until: .seconds(12))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        // One window of seven may lie across a jump of the jitter buffer, where a tone meets itself out of phase.
        let bound = bounds.hearing - 0.2
        for turn in 0..<3 {
            let speakers = [2 * turn + 1, 2 * turn + 2]
            outcome.judgeHearing(
                world, speakers: speakers, from: .milliseconds(4000 * turn + 1600), to: .milliseconds(4000 * turn + 3000),
                bound: bound)
            outcome.judgeHearing(
                world, speakers: [], from: .milliseconds(4000 * turn + 3600), to: .milliseconds(4000 * turn + 5000), bound: bound)
        }
        // 4 slots of 6 people at 50 packets a second would be 1,200.
        let silence = packets[1] - packets[0]
        outcome.expect(silence <= 240, "\(silence) packets in a second of silence")
        outcome.figure("silence", silence)
        return outcome
    }

    /// A screen with sound, and a microphone beside it. The sound goes to who is shown the screen, and to nobody else.
    @Sendable private static func screenSound(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 21]
        var random = world.randomSource(1)
        var sharer = VideoScenarios.person(1, camera: nil)
        sharer.screen = .single(width: 640, height: 360, bitrate: 800_000, framerate: 10)
        sharer.screenSound = AudioPlan(isReal: seed % 2 == 1)
        sharer.microphone?.isReal = seed % 2 == 1
        world.join(sharer, uplink: AudioScenarios.path(&random, loss: 0))
        let viewers = (2...3).map { index in
            var plan = VideoScenarios.viewer(index)
            plan.screenSlots = index == 2 ? 1 : 0
            plan.screenAudioSlots = 1
            return world.join(plan, downlink: AudioScenarios.path(&random, loss: 0))
        }
        let muted = { (may: Bool) in PeerRights(speak: may) }
        world.at(.seconds(4)) { $0.send(.setRights(world.members[0].peer.id, muted(false))) }
        world.at(.seconds(6)) { $0.send(.setRights(world.members[0].peer.id, muted(true))) }
        world.run(until: .seconds(8))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: viewers, from: .zero, to: .seconds(8), bounds: bounds)
        outcome.judgeHearing(world, of: viewers[0], speakers: [1, 21], from: .seconds(1), to: .seconds(4), bound: bounds.hearing)
        outcome.judgeHearing(world, of: viewers[1], speakers: [1], from: .seconds(1), to: .seconds(4), bound: bounds.hearing)
        outcome.judgeHearing(world, of: viewers[0], speakers: [], from: .milliseconds(4300), to: .seconds(6), bound: bounds.hearing)
        outcome.judgeHearing(world, of: viewers[0], speakers: [1, 21], from: .milliseconds(6500), to: .seconds(8), bound: bounds.hearing)
        return outcome
    }
}

import RTP
import SFU

/// Rooms in which a stream is interrupted, for long or for no time, and has to go on.
package enum ContinuityScenarios {
    package static let all = [
        Scenario("ssrc-change", ssrcChange), Scenario("hold-voice", holdVoice), Scenario("hold-camera", holdCamera),
    ]

    /// Fifteen minutes (reliability.md B27): the numbers of a stream that goes on unheard run through half their range, and RTP time through a
    /// hundredth.
    private static let hold = Duration.seconds(900)

    /// A client rebuilds its senders: every stream goes on under another SSRC, numbered and dated anew, and nobody notices. Nine
    /// times over: more SSRCs than a peer may have at once.
    @Sendable private static func ssrcChange(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 3]
        var random = world.randomSource(1)
        let camera = VideoPlan.simulcast(temporalLayers: random.integer(in: 1...3))
        let path = AudioScenarios.path(&random, loss: 0)
        let publisher = world.join(VideoScenarios.person(1, camera: camera, videoSlots: 0), uplink: path)
        let viewers = [2, 3].map { world.join(VideoScenarios.viewer($0), downlink: AudioScenarios.path(&random, loss: 0)) }
        for second in [3, 5, 6, 9, 12, 15, 18, 21, 24] {
            let time = Duration.milliseconds(second * 1000 + random.integer(in: 0...400))
            var numbers = random.forked(UInt64(second))
            world.at(time) { _ in
                publisher.peer.audio?.changeSSRC(&numbers)
                for video in publisher.peer.videos { video.encodings.forEach { $0.changeSSRC() } }
            }
        }
        world.run(until: .seconds(27))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: viewers, from: .zero, to: .seconds(27), bounds: bounds)
        for viewer in viewers {
            outcome.judgeHearing(world, of: viewer, speakers: [1], from: .seconds(1), to: .seconds(27), bound: bounds.hearing - 0.05)
        }
        return outcome
    }

    /// One is muted by a moderator and goes on sending, one has muted herself and sends nothing. Fifteen minutes later both are heard within a
    /// second, and everything decrypts.
    @Sendable private static func holdVoice(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2]
        let members = (1...2).map { world.join(AudioScenarios.talker($0, isReal: false)) }
        let (muted, silent) = (members[0].peer, members[1].peer)
        var rights = PeerRights()
        rights.speak = false
        let (start, end) = (Duration.seconds(4), Duration.seconds(4) + hold)
        world.at(start) {
            $0.send(.setRights(muted.id, rights))
            $0.send(.setInactive(silent.id, [.microphone]))
            silent.audio?.isStopped = true
        }
        world.at(end) {
            $0.send(.setRights(muted.id, PeerRights()))
            $0.send(.setInactive(silent.id, []))
            silent.audio?.isStopped = false
        }
        world.run(until: end + .seconds(4))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgeHearing(world, speakers: [1, 2], from: .seconds(1), to: start, bound: bounds.hearing)
        outcome.judgeHearing(world, speakers: [], from: start + .milliseconds(500), to: end, bound: bounds.hearing)
        outcome.judgeHearing(world, speakers: [1, 2], from: end + .seconds(1), to: end + .seconds(4), bound: bounds.hearing)
        return outcome
    }

    /// A camera is off for fifteen minutes, in one of three ways that the seed chooses: its owner says so, a right is withdrawn while the client
    /// goes on sending, or it falls silent without a word. It is seen within a second of coming back.
    @Sendable private static func holdCamera(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        var camera = VideoPlan.single(width: 160, height: 90, bitrate: 60_000, framerate: 10)
        if seed % 3 != 2 { camera = .simulcast() }
        let publisher = world.join(VideoScenarios.person(1, camera: camera, videoSlots: 0, talks: false))
        let viewer = world.join(VideoScenarios.viewer(2))
        let video = publisher.peer.videos[0]
        var rights = PeerRights()
        rights.stream = false
        let (start, end) = (Duration.seconds(4), Duration.seconds(4) + hold)
        world.at(start) {
            switch seed % 3 {
            case 1: $0.send(.setInactive(publisher.peer.id, [.camera]))
            case 2: return $0.send(.setRights(publisher.peer.id, rights))
            default: break
            }
            video.isStopped = true
        }
        world.at(end) {
            switch seed % 3 {
            case 1: $0.send(.setInactive(publisher.peer.id, []))
            case 2: return $0.send(.setRights(publisher.peer.id, PeerRights()))
            default: break
            }
            video.isStopped = false
        }
        world.run(until: end + .seconds(4))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgePictures(world, members: [viewer], from: .zero, to: start - .milliseconds(100), bounds: bounds)
        let shown = viewer.peer.videoSlots[0].log.shown
        let during = shown.count { $0.at > world.epoch + start + .milliseconds(500) && $0.at < world.epoch + end }
        outcome.expect(during == 0, "\(during) pictures while the camera was off")
        let back = shown.first { $0.at >= world.epoch + end }.map { $0.at - world.epoch - end } ?? .seconds(99)
        outcome.expect(back <= .seconds(1), "the camera was seen again after \(back)")
        outcome.judgePictures(world, members: [viewer], from: end + .seconds(1), to: end + .seconds(4), bounds: bounds)
        outcome.figure("back", "\(back.inMilliseconds)ms")
        return outcome
    }
}

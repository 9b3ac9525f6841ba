import RTP
import SFU

/// What one does must not touch another. Where nothing is shared but the server, "not touch" means bit for bit and nanosecond for nanosecond.
package enum IsolationScenarios {
    package static let all = [
        Scenario("two-rooms", twoRooms), Scenario("bad-receiver", badReceiver), Scenario("ssrc-hijack", hijack), Scenario("noise", noise),
    ]

    private static func layersInOrder(_ member: Member) -> [String] {
        var order: [String] = []
        for report in member.peer.events.layers.flatMap(\.reports) where order.last != report.rid ?? "none" {
            order.append(report.rid ?? "none")
        }
        return order
    }

    /// Runs two worlds side by side and says when a member that both have was first sent something else.
    private static func firstDifferences(_ one: World, _ other: World, seconds: Int) -> [(index: Int, time: Duration)] {
        var differences: [(index: Int, time: Duration)] = []
        for step in 1...seconds * 50 {
            let time = Duration.milliseconds(20 * step)
            one.run(until: time)
            other.run(until: time)
            for (a, b) in zip(one.members, other.members) where a.watch.digest != b.watch.digest {
                let index = a.peer.plan.index
                if !differences.contains(where: { $0.index == index }) { differences.append((index, time)) }
            }
        }
        return differences
    }

    /// A room with and without a second one beside it, whose people have bad paths, come and go.
    @Sendable private static func twoRooms(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        func world(withNeighbours: Bool) -> World {
            let world = World(seed: seed)
            world.candidates = Array(1...8)
            var random = world.randomSource(1)
            for index in 1...3 {
                let plan = VideoScenarios.person(index, camera: .simulcast(temporalLayers: index))
                world.join(plan, uplink: AudioScenarios.path(&random, loss: 0.02), downlink: AudioScenarios.path(&random, loss: 0.02))
            }
            guard withNeighbours else { return world }
            for index in 4...8 {
                var plan = VideoScenarios.person(index, camera: .simulcast())
                plan.room = RoomID(2)
                let path = AudioScenarios.path(&random, loss: 0.1)
                world.at(.milliseconds(700 * index - 2500)) { world in
                    let member = world.join(plan, uplink: path, downlink: path)
                    if index % 2 == 0 { world.at(.milliseconds(700 * index)) { $0.leave(member) } }
                }
            }
            return world
        }
        let (alone, beside) = (world(withNeighbours: false), world(withNeighbours: true))
        let differences = firstDifferences(alone, beside, seconds: 6)
        var outcome = Outcome()
        outcome.judgeAlways(beside)
        outcome.judgeHearing(beside, speakers: [1, 2, 3], from: .seconds(2), to: .seconds(6), bound: 0.7)
        for (index, time) in differences {
            outcome.expect(false, "peer \(index) got other bytes because of the room next door, from \(time) on")
        }
        return outcome
    }

    /// One viewer of four has 150 kbit/s and loses a tenth. The others get the same bytes at the same time as without that: the publisher
    /// here makes its keyframes by the clock, so nothing is left by which one viewer could reach another.
    @Sendable private static func badReceiver(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        func world(isBad: Bool) -> World {
            let world = World(seed: seed)
            world.candidates = [1]
            var camera = VideoPlan.simulcast(temporalLayers: 3)
            camera.keyframeInterval = camera.framerate
            camera.ignoresRequests = true
            var publisher = VideoScenarios.person(1, camera: camera, videoSlots: 0)
            publisher.pausesUnwatched = false
            world.join(publisher)
            var random = world.randomSource(1)
            for index in 2...5 {
                var path = AudioScenarios.path(&random, loss: 0)
                if isBad, index == 3 { (path.rate, path.loss) = (150_000, .random(0.1)) }
                world.join(VideoScenarios.viewer(index), downlink: path)
            }
            return world
        }
        let (good, bad) = (world(isBad: false), world(isBad: true))
        let differences = firstDifferences(good, bad, seconds: 8)
        var outcome = Outcome()
        outcome.judgeAlways(bad)
        for (one, other) in zip(good.members, bad.members) where one.peer.plan.index != 3 && one.peer.plan.index != 1 {
            let name = "peer \(one.peer.plan.index)"
            let time = differences.first { $0.index == one.peer.plan.index }?.time
            outcome.expect(time == nil, "\(name) got other bytes because of a bad receiver, from \(time ?? .zero) on")
            // Reports are told at the room's pace, so only what they say of layers is compared, in order.
            let same = layersInOrder(one) == layersInOrder(other)
            outcome.expect(same, "\(name) got other layers because of a bad receiver")
        }
        let suffering = bad.members[2].peer.videoSlots[0].log.shown.count
        let healthy = good.members[2].peer.videoSlots[0].log.shown.count
        outcome.expect(suffering < healthy, "the bad path did no harm even to its owner")
        outcome.figure("bad-pictures", suffering)
        outcome.figure("good-pictures", healthy)
        return outcome
    }

    /// Guard: SSRCs are bound to the transport that announced them (reliability.md B7, F 15). A participant sends packets with another's
    /// audio and video SSRCs, MIDs and RIDs under its own keys: nobody hears them, and the victim loses nothing.
    @Sendable private static func hijack(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 3, 40]
        let victim = world.join(VideoScenarios.person(1, camera: .simulcast(), videoSlots: 0))
        let attacker = world.join(VideoScenarios.person(2, camera: nil, videoSlots: 0))
        let witness = world.join(VideoScenarios.viewer(3))
        var number: UInt32 = 0
        world.every(.milliseconds(10), from: .seconds(2), to: .seconds(6)) { world in
            number += 1
            guard let stream = victim.peer.audio?.stream.parameters, let video = victim.peer.videos.first?.encodings[2].stream.parameters
            else { return }
            var packet = WirePacket()
            packet.payloadType = Negotiated.opus
            packet.ssrc = stream.ssrc
            packet.sequenceNumber = UInt16(truncatingIfNeeded: number)
            packet.timestamp = number &* 960
            // No MID: the same MID is a section of the attacker's own, in which it may send what it likes.
            packet.extensions = [.init(id: 1, bytes: [0x80])]
            packet.payload = SyntheticAudio(id: 40, number: number, isSilent: false).serialized()[...]
            attacker.peer.inject(packet, at: world.now)
            packet.payloadType = Negotiated.vp8
            packet.ssrc = video.ssrc
            packet.marker = true
            packet.extensions = [.init(id: 4, bytes: Array(video.mid.utf8)), .init(id: 10, bytes: [0x66])]
            attacker.peer.inject(packet, at: world.now)
        }
        world.run(until: .seconds(7))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.judgeHearing(world, speakers: [1, 2], from: .seconds(1), to: .seconds(7), bound: bounds.hearing)
        outcome.judgePictures(world, members: [witness], from: .zero, to: .seconds(7), bounds: bounds)
        return outcome
    }

    /// Guard: nothing is answered, and no state kept, for a source that is not authenticated (F 9, 10, 14). Garbage, checks without
    /// credentials, plaintext RTP with SSRCs that exist, from foreign addresses and from a peer's own.
    @Sendable private static func noise(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed)
        world.candidates = [1, 2, 3]
        var random = world.randomSource(1)
        let members = (1...2).map { world.join(VideoScenarios.person($0, camera: .simulcast())) }
        world.every(.milliseconds(1), from: .milliseconds(500), to: .seconds(5)) { world in
            let host = random.integer(in: 1...250)
            guard let stranger = SocketAddress("172.16.\(host).7", port: UInt16(random.integer(in: 1024...65_535))) else { return }
            var datagram = random.bytes(random.integer(in: 1...200))
            switch random.integer(in: 0...4) {
            case 0: break
            case 1: datagram = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + random.bytes(12)
            case 2: datagram = [22, 0xFE, 0xFD] + datagram
            case 3: datagram = [0x80, 0x80 | Negotiated.opus] + random.bytes(6) + [0, 0, 0, 1] + datagram
            default:
                var packet = WirePacket()
                packet.payloadType = Negotiated.opus
                packet.ssrc = members[0].peer.audio?.stream.parameters.ssrc ?? 0
                packet.payload = SyntheticAudio(id: 3, number: 1, isSilent: false).serialized()[...]
                datagram = packet.serialized()
            }
            let from = random.chance(0.3) ? members[random.integer(in: 0...1)].address : stranger
            world.strangerSends(datagram, from: from)
        }
        world.run(until: .seconds(6))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.expect(world.datagramsToStrangers == 0, "\(world.datagramsToStrangers) datagrams were sent to strangers")
        outcome.judgeHearing(world, speakers: [1, 2], from: .seconds(1), to: .seconds(6), bound: bounds.hearing)
        outcome.judgePictures(world, members: members, from: .zero, to: .seconds(6), bounds: bounds)
        return outcome
    }
}

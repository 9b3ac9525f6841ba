import RTP
import SFU

/// Rooms that span workers: what viewers get does not hang on where they and others are.
package enum SpreadScenarios {
    package static let all = [
        Scenario("one-or-four", oneOrFour), Scenario("lost-records", lostRecords), Scenario("spread-churn", churn),
    ]

    /// The same people in the same places do the same things in a room of one worker and in one that is spread over four: each sees the
    /// same layers in the same order, as many pictures, as soon and as fresh, and hears the same voices.
    @Sendable private static func oneOrFour(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        func world(workers: Int) -> World {
            let world = World(seed: seed, nodes: workers)
            world.candidates = Array(1...6)
            var random = world.randomSource(1)
            for index in 1...6 {
                let camera = VideoPlan.simulcast(framerate: random.integer(in: 15...30), temporalLayers: random.integer(in: 1...3))
                let (up, down) = (AudioScenarios.path(&random, loss: 0), AudioScenarios.path(&random, loss: 0))
                world.join(VideoScenarios.person(index, camera: camera, videoSlots: 6), uplink: up, downlink: down)
            }
            world.run(until: .seconds(8))
            return world
        }
        let (one, four) = (world(workers: 1), world(workers: 4))
        var outcome = Outcome()
        outcome.judgeAlways(four)
        outcome.judgePictures(four, members: four.members, from: .zero, to: .seconds(8), bounds: bounds)
        for world in [one, four] {
            outcome.judgeHearing(world, speakers: Array(1...6), from: .seconds(2), to: .seconds(8), bound: bounds.hearing - 0.05)
        }
        outcome.expect(Set(four.members.map(\.node)).count == 4, "the room was not spread")
        for (a, b) in zip(one.members, four.members) { outcome.compare(a, b) }
        return outcome
    }

    /// One record in twenty is lost between workers, of packets and of everything else: packets are asked for again, the rest is said again.
    @Sendable private static func lostRecords(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed, nodes: 3)
        world.recordLoss = 0.05
        world.candidates = Array(1...5)
        var random = world.randomSource(1)
        for index in 1...5 {
            let (up, down) = (AudioScenarios.path(&random, loss: 0), AudioScenarios.path(&random, loss: 0))
            world.join(VideoScenarios.person(index, camera: .simulcast(), videoSlots: 5), uplink: up, downlink: down)
        }
        world.run(until: .seconds(10))
        var outcome = Outcome()
        outcome.judgeAlways(world)
        outcome.expect(world.recordsLost > 100, "only \(world.recordsLost) records were lost")
        // A description may be lost, and come with the next second's.
        outcome.judgePictures(world, members: world.members, from: .seconds(3), to: .seconds(10), bounds: bounds.underLoss(0.05))
        // Audio that did not cross in time is not asked for: its loss is a path's of the same size.
        outcome.judgeHearing(
            world, speakers: Array(1...5), from: .seconds(4), to: .seconds(10),
            bound: AudioScenarios.hearingBound(bounds, loss: 0.05, speakers: 5))
        return outcome
    }

    /// People come and go, so that workers come to the room and leave it, and its first one with them.
    @Sendable private static func churn(_ seed: UInt64, _ bounds: Bounds) -> Outcome {
        let world = World(seed: seed, nodes: 4)
        world.candidates = Array(1...12)
        var random = world.randomSource(1)
        var time = 0
        for index in 1...12 {
            var path = AudioScenarios.path(&random, loss: 0)
            // What is overtaken by its client's leaving would be a number left out.
            path.jitter = .zero
            let stay = random.integer(in: 2500...5000)
            world.at(.milliseconds(time)) { [path] world in
                let member = world.join(
                    VideoScenarios.person(index, camera: .simulcast(framerate: 15), videoSlots: 6), uplink: path, downlink: path)
                // Not at the instant at which a packet comes: a worker obeys first, and so nothing waits in it when it does.
                let leaving = world.now - world.epoch + .milliseconds(stay) + .microseconds(500)
                if index <= 10 { world.at(leaving) { $0.leave(member) } }
            }
            time += random.integer(in: 300...900)
        }
        let end = Duration.milliseconds(time + 6000)
        world.run(until: end)
        let stayed = world.members.filter(\.isPresent)
        var outcome = Outcome()
        outcome.judgeAlways(world)
        // Who begins from an older stored keyframe sees a second of the past go by, as in `join-rush`.
        var rush = bounds
        rush.age += .seconds(1)
        outcome.judgePictures(world, members: stayed, from: .zero, to: end, bounds: rush)
        outcome.judgePictures(world, members: stayed, from: end - .seconds(1), to: end, bounds: bounds)
        outcome.judgeHearing(world, speakers: [11, 12], from: end - .seconds(1), to: end, bound: bounds.hearing - 0.05)
        outcome.judgeSpeaking(world, candidates: [11, 12], from: end - .seconds(2))
        for member in stayed {
            let shown = member.peer.videoSlots.filter { $0.log.assignments.last?.track != nil }.count
            outcome.expect(shown == 1, "peer \(member.peer.plan.index) is shown \(shown) cameras at the end, of which one is there")
        }
        return outcome
    }
}

extension Outcome {
    /// What one member got in two worlds.
    fileprivate mutating func compare(_ a: Member, _ b: Member) {
        let name = "peer \(a.peer.plan.index)"
        let (shownA, shownB) = (Self.pictures(of: a), Self.pictures(of: b))
        expect(shownA.keys == shownB.keys, "\(name) saw \(shownA.keys.sorted()) on one worker, \(shownB.keys.sorted()) on four")
        for (id, pictures) in shownA {
            let others = shownB[id] ?? []
            let share = Double(others.count) / Double(max(1, pictures.count))
            expect((0.95...1.05).contains(share), "\(name) saw \(pictures.count) pictures of \(id) on one worker, \(others.count) on four")
            let (widths, otherWidths) = (Self.widths(pictures), Self.widths(others))
            expect(widths.last == otherWidths.last, "\(name) ended at \(widths) of \(id) on one worker, at \(otherWidths) on four")
        }
    }

    private static func pictures(of member: Member) -> [UInt8: [Int]] {
        var result: [UInt8: [Int]] = [:]
        for shown in member.peer.videoSlots.flatMap(\.log.shown) {
            result[UInt8(truncatingIfNeeded: shown.picture.id), default: []].append(Int(shown.picture.width))
        }
        return result
    }

    private static func widths(_ pictures: [Int]) -> [Int] {
        pictures.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }

    /// The room's last word on who speaks is from one worker, and names the people who do.
    fileprivate mutating func judgeSpeaking(_ world: World, candidates: [Int], from: Duration) {
        let spoken = world.roomEvents.filter { $0.at >= world.epoch + from }.compactMap { entry -> [ParticipantID]? in
            if case .speaking(_, let levels) = entry.event { return levels.map(\.participant) }
            return nil
        }
        let present = Set(candidates.map { ParticipantID(1000 + UInt64($0)) })
        for names in spoken.suffix(1) { expect(Set(names).isSubset(of: present), "\(names) are said to speak, who are gone") }
    }
}

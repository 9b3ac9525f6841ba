import RTP
import SFU

extension Outcome {
    /// What must hold in every room whatever happens in it: everything decrypts, nothing is misaddressed, numbers have no holes, no
    /// picture is broken, nothing goes to an address that nobody has, and the core comes to rest.
    package mutating func judgeAlways(_ world: World) {
        digest = world.digest
        timeline = Timeline.lines(of: world)
        virtualSeconds = Double(world.now.nanoseconds(since: world.epoch)) / 1e9
        for complaint in world.complaints { expect(false, complaint) }
        let pathsAreGood = world.recordLoss == 0 && world.members.allSatisfy { $0.uplink.statistics.isFlawless && $0.addressChanges == 0 }
        for member in world.members {
            let name = "peer \(member.peer.plan.index)"
            let faults = member.peer.faults
            expect(faults == .init(), "\(name): \(faults)")
            expect(
                member.watch.violationCount == 0,
                "\(name): \(member.watch.violationCount)× \(member.watch.violations.first?.description ?? "")")
            // Where every publisher's packets arrived in order, what we send has no holes.
            expect(!pathsAreGood || member.watch.holes == 0, "\(name): \(member.watch.holes) numbers left out")
            for slot in member.peer.videoSlots {
                expect(slot.log.broken == 0, "\(name) slot \(slot.section.mid): \(slot.log.broken) broken pictures")
                expect(slot.log.malformed == 0, "\(name) slot \(slot.section.mid): \(slot.log.malformed) malformed payloads")
            }
            for slot in member.peer.audioSlots {
                expect(slot.log.broken == 0, "\(name) slot \(slot.section.mid): \(slot.log.broken) broken Opus packets")
            }
            expect(
                member.peer.audit.contradictions == 0, "\(name): \(member.peer.audit.contradictions) contradictions in transport feedback")
        }
    }

    /// Every present peer of `room` hears exactly `speakers` (less itself) between two times, and not a trace of anybody outside the room.
    package mutating func judgeHearing(
        _ world: World, room: RoomID = RoomID(1), speakers: [Int], from: Duration, to: Duration, bound: Double
    ) {
        let inRoom = world.members.filter { $0.peer.plan.room == room }
        let outside = HearingFigures.mask(world.candidates.filter { index in !inRoom.contains { $0.peer.plan.index == index } })
        var worst = 1.0
        for member in inRoom where member.isPresent && member.joinedAt <= world.epoch + from && !member.peer.audioSlots.isEmpty {
            let index = member.peer.plan.index
            let itself = HearingFigures.mask([index])
            let figures = HearingFigures(
                member.peer.hearing, from: world.epoch + from, to: world.epoch + to, expected: HearingFigures.mask(speakers) & ~itself,
                forbidden: outside | itself)
            worst = min(worst, figures.rightShare)
            expect(
                figures.rightShare >= bound && figures.windows > 0,
                "peer \(index) heard right in \(figures.right) of \(figures.windows) windows from \(from) (missing \(figures.missing), extra \(figures.extra))"
            )
            expect(figures.forbidden == 0, "peer \(index) heard itself or another room in \(figures.forbidden) windows")
        }
        figure("heard", percent(worst))
    }

    private func percent(_ value: Double) -> String { "\(Int(value * 1000) / 10)%" }

    /// One peer hears exactly these between two times.
    package mutating func judgeHearing(_ world: World, of member: Member, speakers: [Int], from: Duration, to: Duration, bound: Double) {
        let figures = HearingFigures(
            member.peer.hearing, from: world.epoch + from, to: world.epoch + to, expected: HearingFigures.mask(speakers))
        expect(
            figures.rightShare >= bound && figures.windows > 0,
            "peer \(member.peer.plan.index) heard \(speakers) in \(figures.right) of \(figures.windows) windows from \(from) (missing \(figures.missing), extra \(figures.extra))"
        )
    }

    /// Every slot of `members` moves, shows whom it should, and is live.
    package mutating func judgePictures(
        _ world: World, members: [Member], from: Duration, to: Duration, bounds: Bounds, settled: Duration = .milliseconds(500)
    ) {
        var (longest, oldest, first, freezes, frames) = (Duration.zero, Duration.zero, Duration.zero, 0, 0)
        for member in members {
            for slot in member.peer.videoSlots where !slot.log.assignments.isEmpty {
                let name = "peer \(member.peer.plan.index) slot \(slot.section.mid)"
                let figures = PictureFigures(
                    slot.log, epoch: world.epoch, from: world.epoch + from, to: world.epoch + to, settled: settled)
                expect(figures.strangers == 0, "\(name): \(figures.strangers) pictures of somebody else")
                expect(figures.blank == 0, "\(name): \(figures.blank) tracks never seen")
                expect(figures.longestGap <= bounds.longestGap, "\(name): gap of \(figures.longestGap)")
                expect(figures.freezes <= bounds.freezes, "\(name): \(figures.freezes) freezes")
                expect(figures.age(0.95) <= bounds.age, "\(name): 95 % of pictures up to \(figures.age(0.95)) old")
                let slowest = figures.firstPictures.max() ?? .zero
                expect(slowest <= bounds.firstPicture, "\(name): first picture after \(slowest)")
                longest = max(longest, figures.longestGap)
                oldest = max(oldest, figures.age(0.95))
                first = max(first, slowest)
                freezes = max(freezes, figures.freezes)
                frames += figures.frames
            }
        }
        expect(frames > 0, "no picture at all")
        figure("gap", "\(longest.inMilliseconds)ms")
        figure("age95", "\(oldest.inMilliseconds)ms")
        figure("first", "\(first.inMilliseconds)ms")
        figure("freezes", freezes)
        figure("pictures", frames)
    }
}

extension Outcome {
    /// Keyframe requests are throttled per publisher whatever viewers ask: at most one a second, and one for each track's beginning
    /// (reliability.md F 27).
    package mutating func judgeKeyframeRequests(_ world: World, seconds: Int) {
        var most = 0
        for member in world.members {
            for video in member.peer.videos {
                most = max(most, video.keyframeRequests)
                expect(
                    video.keyframeRequests <= seconds + 2,
                    "peer \(member.peer.plan.index) was asked for \(video.keyframeRequests) keyframes in \(seconds) s")
            }
        }
        figure("plis", most)
    }
}

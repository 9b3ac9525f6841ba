import RTP
import Testing

@testable import SFU

@Suite struct ActiveSpeakersTests {
    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }
    private func person(_ number: Int) -> ParticipantID { ParticipantID(UInt64(number)) }

    /// Speaks each 20 ms of the interval at these levels, and chooses each 100 ms.
    private func run(_ speakers: inout ActiveSpeakers, _ interval: Range<Int64>, slots: Int, levels: [Int: UInt8]) {
        for millisecond in interval where millisecond % 20 == 0 {
            for (number, level) in levels.sorted(by: { $0.key < $1.key }) {
                _ = speakers.levelArrived(level, from: person(number), at: time(millisecond))
            }
            if millisecond % 100 == 0 { _ = speakers.select(slots: slots, at: time(millisecond)) }
        }
    }

    private func room(_ count: Int) -> ActiveSpeakers {
        var speakers = ActiveSpeakers()
        for number in 1...count { speakers.join(person(number), at: time(0)) }
        return speakers
    }

    private func selected(_ speakers: ActiveSpeakers, of count: Int) -> [Int] { (1...count).filter { speakers.isSelected(person($0)) } }

    @Test func everybodyIsCarriedWhileThereIsRoom() {
        var speakers = room(3)
        #expect(speakers.select(slots: 3, at: time(0)) == true)
        #expect(selected(speakers, of: 3) == [1, 2, 3])
        #expect(speakers.select(slots: 3, at: time(5_000)) == false, "silence changes nothing")
    }

    @Test func theLoudestAreCarried() {
        var speakers = room(6)
        run(&speakers, 0..<1_000, slots: 2, levels: [1: 90, 2: 90, 3: 20, 4: 90, 5: 25, 6: 90])
        #expect(selected(speakers, of: 6) == [3, 5])
    }

    @Test func someoneWhoStoppedStaysForTheHangover() {
        var speakers = room(3)
        run(&speakers, 0..<1_000, slots: 1, levels: [1: 20, 2: 127, 3: 127])
        // 1 falls silent at 1.0 s and 2 speaks from then on: 1 keeps the slot for 300 ms and not much longer.
        var taken: Int64?
        for millisecond in Int64(1_000)..<2_000 where millisecond % 20 == 0 {
            _ = speakers.levelArrived(127, from: person(1), at: time(millisecond))
            _ = speakers.levelArrived(20, from: person(2), at: time(millisecond))
            _ = speakers.select(slots: 1, at: time(millisecond))
            if taken == nil, speakers.isSelected(person(2)) { taken = millisecond }
        }
        #expect((1_280...1_500).contains(taken ?? 0), "\(taken ?? -1)")
    }

    @Test func twoWhoSpeakAlikeDoNotFlap() {
        var speakers = room(2)
        var changes = 0
        for millisecond in Int64(0)..<10_000 where millisecond % 20 == 0 {
            _ = speakers.levelArrived(UInt8(29 + millisecond / 20 % 2), from: person(1), at: time(millisecond))
            _ = speakers.levelArrived(UInt8(30 - millisecond / 20 % 2), from: person(2), at: time(millisecond))
            if speakers.select(slots: 1, at: time(millisecond)) { changes += 1 }
        }
        #expect(changes == 1)
    }

    @Test func speakersAreToldOnChangeLoudestFirst() {
        var speakers = room(3)
        _ = speakers.select(slots: 3, at: time(0))
        #expect(speakers.speakersIfChanged(at: time(0)) == nil)
        run(&speakers, 100..<200, slots: 3, levels: [1: 40, 2: 20, 3: 90])
        #expect(speakers.speakersIfChanged(at: time(200))?.map(\.participant) == [person(2), person(1)])
        run(&speakers, 200..<260, slots: 3, levels: [3: 10])
        #expect(speakers.speakersIfChanged(at: time(260)) == nil, "not within 100 ms")
        #expect(speakers.speakersIfChanged(at: time(300))?.first?.participant == person(3))
        #expect(speakers.speakersIfChanged(at: time(1_500))?.isEmpty == true, "silence is told too")
    }

    /// Found by the bench: people who spoke alike were compared by when their packets came, and each tick named another the loudest.
    @Test func whoSpeakAlikeAreAlikeWheneverTheirPacketsCome() {
        var speakers = room(3)
        _ = speakers.select(slots: 3, at: time(0))
        var told = 0
        for millisecond in Int64(1)..<5_000 {
            let number = Int(millisecond % 20 / 7) + 1
            if millisecond % 20 % 7 == 0 { _ = speakers.levelArrived(30, from: person(number), at: time(millisecond)) }
            if millisecond % 97 == 0, speakers.speakersIfChanged(at: time(millisecond)) != nil { told += 1 }
        }
        #expect(told <= 2)
    }

    @Test func inALoudRoomSixteenAreToldAndTheyStay() throws {
        var speakers = room(200)
        var told: [Set<ParticipantID>] = []
        for millisecond in Int64(0)..<5_000 where millisecond % 20 == 0 {
            for number in 1...200 {
                _ = speakers.levelArrived(
                    UInt8(20 + (number * 7 + Int(millisecond / 20) * 3) % 23), from: person(number), at: time(millisecond))
            }
            if millisecond % 100 == 0, let now = speakers.speakersIfChanged(at: time(millisecond)) {
                told.append(Set(now.map(\.participant)))
            }
        }
        #expect(told.allSatisfy { $0.count == ActiveSpeakers.mostTold })
        #expect(Set(told).count == 1, "nobody who goes on speaking leaves the list")
        let first = try #require(told.first?.first)
        speakers.leave(first)
        #expect(speakers.speakersIfChanged(at: time(5_100))?.contains { $0.participant == first } == false)
    }

    /// Reported by the web helper: a speaker who was muted stayed in the list for ever.
    @Test func whoIsMutedWhileSpeakingIsToldToHaveStopped() {
        var speakers = room(2)
        run(&speakers, 0..<100, slots: 2, levels: [1: 20, 2: 40])
        #expect(speakers.speakersIfChanged(at: time(100))?.count == 2)
        speakers.leave(person(2))
        #expect(speakers.speakersIfChanged(at: time(200))?.map(\.participant) == [person(1)])
    }
}

import Testing

@testable import SFU

@Suite struct SlotMapTests {
    private func track(_ person: UInt64, _ source: TrackSource) -> TrackID {
        TrackID(participant: ParticipantID(person), source: source)
    }

    private func candidate(_ person: UInt64, _ source: TrackSource, priority: UInt8 = 100, paused: Bool = false) -> SlotMap.Candidate {
        SlotMap.Candidate(track: track(person, source), priority: priority, paused: paused)
    }

    private func slots(audio: Int = 0, video: Int = 0, screens: Int = 0) -> [SlotMap.Slot] {
        (0..<audio).map { SlotMap.Slot(purpose: .audio, index: $0) } + (0..<video).map { SlotMap.Slot(purpose: .video, index: $0) }
            + (0..<screens).map { SlotMap.Slot(purpose: .screen, index: $0) }
            + (0..<screens).map { SlotMap.Slot(purpose: .screenAudio, index: $0) }
    }

    private func assign(_ slots: [SlotMap.Slot], _ current: [TrackID?]? = nil, _ candidates: [SlotMap.Candidate]) -> [TrackID?] {
        SlotMap.assign(slots: slots, current: current ?? slots.map { _ in nil }, candidates: candidates)
    }

    @Test func aPersonsMediaMeetAtOneIndex() {
        let map = assign(slots(audio: 3, video: 3), nil, [candidate(1, .microphone), candidate(2, .microphone), candidate(2, .camera)])
        #expect(map[3] == track(2, .camera))
        #expect(map[0] == track(2, .microphone), "beside the camera, for lip-sync")
        #expect(map[1] == track(1, .microphone))
    }

    @Test func whoIsShownKeepsTheSlot() {
        let rows = slots(video: 3)
        let first = assign(rows, nil, [candidate(1, .camera), candidate(2, .camera), candidate(3, .camera)])
        let second = assign(rows, first, [candidate(3, .camera), candidate(2, .camera)])
        #expect(second == [nil, track(2, .camera), track(3, .camera)])
        let third = assign(rows, second, [candidate(3, .camera), candidate(2, .camera), candidate(4, .camera)])
        #expect(third == [track(4, .camera), track(2, .camera), track(3, .camera)])
    }

    @Test func wishesDecideWhenSlotsAreShort() {
        let rows = slots(video: 2)
        let candidates = [candidate(1, .camera), candidate(2, .camera), candidate(3, .camera, priority: 150), candidate(4, .camera)]
        #expect(assign(rows, nil, candidates) == [track(1, .camera), track(3, .camera)])
        let paused = [candidate(1, .camera, paused: true), candidate(2, .camera), candidate(3, .camera)]
        #expect(Set(assign(rows, nil, paused)) == [track(2, .camera), track(3, .camera)])
    }

    @Test func screenAudioFollowsItsScreen() {
        let candidates = [
            candidate(1, .screen, priority: 200), candidate(2, .screenAudio), candidate(1, .screenAudio),
            candidate(3, .screen, priority: 200),
        ]
        let map = assign(slots(screens: 2), nil, candidates)
        #expect(map == [track(1, .screen), track(3, .screen), track(1, .screenAudio), nil], "2 shows no screen, so it is not heard")
    }

    @Test func aPinnedSlotCarriesItsTrackOrNothing() {
        let rows = [
            SlotMap.Slot(purpose: .video, index: 0, pinned: track(2, .camera)),
            SlotMap.Slot(purpose: .audio, index: 0, pinned: track(2, .microphone)),
        ]
        #expect(assign(rows, nil, [candidate(1, .camera), candidate(2, .camera)]) == [track(2, .camera), nil])
        #expect(assign(rows, nil, [candidate(1, .camera)]) == [nil, nil])
    }

    @Test func noTrackIsInTwoSlotsAndNoneInASlotOfAnotherPurpose() {
        let candidates = (1...20).flatMap { person in
            TrackSource.allCases.map { candidate(UInt64(person), $0, priority: UInt8(person * 7 % 11)) }
        }
        let rows = slots(audio: 6, video: 12, screens: 2)
        var current: [TrackID?]?
        for round in 0..<20 {
            let map = assign(rows, current, Array(candidates.dropFirst(round * 3)))
            let shown = map.compactMap { $0 }
            #expect(Set(shown).count == shown.count)
            for (row, track) in zip(rows, map) { if let track { #expect(track.source.kind == row.purpose.kind) } }
            current = map
        }
    }
}

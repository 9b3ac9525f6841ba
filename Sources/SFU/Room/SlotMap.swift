/// Which track each slot of a viewer carries. Pure.
///
/// The tracks wished most are shown, earlier ones before later ones; a track that is shown keeps its slot, and a new one prefers the index at
/// which the same person's other medium already is, since audio and video slots of one index play in step.
enum SlotMap {
    struct Slot: Equatable {
        var purpose: SlotPurpose
        var index: Int
        var pinned: TrackID?
    }

    struct Candidate: Equatable {
        var track: TrackID
        /// Higher first.
        var priority: UInt8
        /// Shown only where a slot is left over.
        var paused = false
    }

    /// - Parameters:
    ///   - current: what each slot carries now.
    ///   - candidates: every track that may be shown to this viewer, in the order in which they came.
    /// - Returns: what each slot is to carry.
    static func assign(slots: [Slot], current: [TrackID?], candidates: [Candidate]) -> [TrackID?] {
        var result = [TrackID?](repeating: nil, count: slots.count)
        for (i, slot) in slots.enumerated() {
            if let pinned = slot.pinned, candidates.contains(where: { $0.track == pinned }) { result[i] = pinned }
        }
        // Screens before their audio, cameras and microphones side by side.
        for purpose in [SlotPurpose.video, .audio, .screen, .screenAudio] {
            let rows = slots.indices.filter { slots[$0].purpose == purpose && slots[$0].pinned == nil }
            let shown = Set(chosen(candidates, for: purpose, count: rows.count, slots: slots, result: result))
            for i in rows { if let track = current[i], shown.contains(track) { result[i] = track } }
            let placed = Set(rows.compactMap { result[$0] })
            for candidate in candidates where shown.contains(candidate.track) && !placed.contains(candidate.track) {
                guard let row = place(candidate.track, in: rows, slots: slots, result: result, current: current) else { continue }
                result[row] = candidate.track
            }
        }
        return result
    }

    /// The candidates for one purpose that win a slot.
    private static func chosen(
        _ candidates: [Candidate], for purpose: SlotPurpose, count: Int, slots: [Slot], result: [TrackID?]
    ) -> [TrackID] {
        var wanted = candidates.enumerated().filter { $0.element.track.source == source(of: purpose) }
        if purpose == .screenAudio {
            // The sound of a screen that is not shown would be a riddle.
            wanted.removeAll { entry in
                !slots.indices.contains { slots[$0].purpose == .screen && result[$0]?.participant == entry.element.track.participant }
            }
        }
        wanted.sort { a, b in
            if a.element.paused != b.element.paused { return !a.element.paused }
            if a.element.priority != b.element.priority { return a.element.priority > b.element.priority }
            return a.offset < b.offset
        }
        return wanted.prefix(count).map(\.element.track)
    }

    /// A free row: at the person's index if possible, else the lowest.
    private static func place(_ track: TrackID, in rows: [Int], slots: [Slot], result: [TrackID?], current: [TrackID?]) -> Int? {
        let free = rows.filter { result[$0] == nil }
        let partner = partner(of: track.source)
        let indices = slots.indices.filter { slots[$0].purpose == partner }
        let preferred =
            indices.first { result[$0]?.participant == track.participant }
            ?? indices.first { current[$0]?.participant == track.participant }
        if let preferred, let row = free.first(where: { slots[$0].index == slots[preferred].index }) { return row }
        // Leave the indices of people already here to them, as long as there are others.
        let taken = Set(indices.compactMap { result[$0] ?? current[$0] == nil ? nil : slots[$0].index })
        return free.first { !taken.contains(slots[$0].index) } ?? free.first
    }

    private static func source(of purpose: SlotPurpose) -> TrackSource {
        switch purpose {
        case .audio: .microphone
        case .video: .camera
        case .screen: .screen
        case .screenAudio: .screenAudio
        }
    }

    /// The slots that share an msid with those of `source`.
    private static func partner(of source: TrackSource) -> SlotPurpose {
        switch source {
        case .microphone: .video
        case .camera: .audio
        case .screen: .screenAudio
        case .screenAudio: .screen
        }
    }
}

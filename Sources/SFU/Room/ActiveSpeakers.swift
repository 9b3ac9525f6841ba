import RTP

/// Who is speaking, by the levels that microphones report with each packet (RFC 6464), and which microphones the audio slots carry.
///
/// Levels are smoothed: a rise counts at once, a fall is halved each 100 ms, so that the pauses between syllables do not silence anyone. While there are
/// at most as many microphones as slots all of them are carried. Otherwise the loudest are, with a hangover: whoever has been carried stays
/// at least 300 ms, and longer while no one louder by 3 dB waits.
struct ActiveSpeakers {
    /// Chosen: −50 dBov is speech from across the room; noise suppression puts silence well below.
    static let speakingLoudness = 127.0 - 50.0
    /// Someone who spoke counts as speaking for so long after the last loud packet.
    static let hangover: Int64 = 400_000_000
    /// Newly carried, a microphone is not replaced for so long.
    static let immunity: Int64 = 300_000_000
    /// A challenger must be louder by this (dB).
    static let challenge = 3.0
    /// A microphone that has not sent for so long is silent (discontinuous transmission).
    static let silence: Int64 = 200_000_000
    static let halfLife = 100_000_000.0
    /// Opus frames have up to 60 ms: until the next could have come, whoever spoke is as loud as he was. Otherwise people are compared by when
    /// their packets happen to come, which makes 10 dB in 20 ms.
    static let frame: Int64 = 60_000_000
    /// So many are told of at most, for more than these nobody can follow. In a room of hundreds who all make a noise each change would else
    /// go to everybody, with everybody in it.
    static let mostTold = 16

    private struct Entry {
        var participant: ParticipantID
        /// 127 − level: larger is louder.
        var loudness = 0.0
        var lastPacket: Int64
        var lastLoud: Int64 = .min
        var isSelected = false
        var selectedAt: Int64 = .min
        var isSpeaking = false
        var isTold = false
    }

    private var entries: [Entry] = []
    private var lastEvent: Int64 = .min
    private var lastLoudest: ParticipantID?
    private var speakerHasLeft = false

    init() {}

    var count: Int { entries.count }

    /// Whether this participant's microphone is among those to choose from.
    func contains(_ participant: ParticipantID) -> Bool { index(of: participant) != nil }

    mutating func join(_ participant: ParticipantID, at now: Instant) {
        guard index(of: participant) == nil else { return }
        entries.append(Entry(participant: participant, lastPacket: now.nanoseconds))
    }

    /// A microphone is gone or muted. Whoever was speaking is no longer told, from the next telling on.
    mutating func leave(_ participant: ParticipantID) {
        guard let i = index(of: participant) else { return }
        if entries[i].isTold { speakerHasLeft = true }
        entries.remove(at: i)
    }

    /// A packet of this microphone said how loud it is, 0 (loudest) … 127.
    /// - Parameters:
    ///   - row: where this participant was found the last time, so that a room of hundreds is not searched at every packet.
    ///   - holds: nanoseconds until the next word is due, where that is not with the next packet.
    /// - Returns: whether it now speaks and did not before, so that a slot may be needed at once.
    mutating func levelArrived(
        _ level: UInt8, from participant: ParticipantID, row: inout Int, at now: Instant, holds: Int64 = 0
    ) -> Bool {
        if row >= entries.count || entries[row].participant != participant {
            guard let found = index(of: participant) else { return false }
            row = found
        }
        let i = row
        entries[i].loudness = max(decayed(entries[i], at: now, holding: 0), Double(127 - min(level, 127)))
        entries[i].lastPacket = now.nanoseconds + holds
        guard entries[i].loudness >= Self.speakingLoudness else { return false }
        entries[i].lastLoud = now.nanoseconds
        return !entries[i].isSpeaking
    }

    /// How loud a microphone is now, in dB below full scale; `nil` when it has been silent for long.
    func level(of participant: ParticipantID, at now: Instant) -> UInt8? {
        guard let i = index(of: participant), now.nanoseconds - entries[i].lastPacket <= Self.silence else { return nil }
        return UInt8(max(0, min(127, 127 - decayed(entries[i], at: now))))
    }

    /// Chooses the microphones for `slots` slots. Answers whether the choice changed.
    mutating func select(slots: Int, at now: Instant) -> Bool {
        if entries.count <= slots { return selectAll(at: now) }
        var changed = false
        var selected = entries.lazy.filter(\.isSelected).count
        while selected > slots, let weakest = weakest(at: now, evenImmune: true) {
            entries[weakest].isSelected = false
            selected -= 1
            changed = true
        }
        while selected < slots, let strongest = strongest(at: now) {
            choose(strongest, at: now)
            selected += 1
            changed = true
        }
        while let challenger = strongest(at: now), let weakest = weakest(at: now, evenImmune: false),
            decayed(entries[challenger], at: now) > decayed(entries[weakest], at: now) + Self.challenge,
            decayed(entries[challenger], at: now) >= Self.speakingLoudness
        {
            entries[weakest].isSelected = false
            choose(challenger, at: now)
            changed = true
        }
        return changed
    }

    /// As `levelArrived` with a row, for those of whom word comes seldom.
    mutating func levelArrived(_ level: UInt8, from participant: ParticipantID, at now: Instant, holds: Int64 = 0) -> Bool {
        var row = 0
        return levelArrived(level, from: participant, row: &row, at: now, holds: holds)
    }

    func isSelected(_ participant: ParticipantID) -> Bool { index(of: participant).map { entries[$0].isSelected } ?? false }

    /// Who speaks now, loudest first, when that has changed since the last answer; at most every 100 ms.
    mutating func speakersIfChanged(at now: Instant) -> [SpeakerLevel]? {
        guard lastEvent == .min || now.nanoseconds - lastEvent >= 100_000_000 else { return nil }
        var changed = speakerHasLeft
        var loudest: (participant: ParticipantID, loudness: Double)?
        for i in entries.indices {
            let speaks = entries[i].lastLoud != .min && now.nanoseconds - entries[i].lastLoud < Self.hangover
            entries[i].isSpeaking = speaks
            if !speaks, entries[i].isTold {
                entries[i].isTold = false
                changed = true
            }
            let loudness = decayed(entries[i], at: now)
            if speaks, loudness > (loudest?.loudness ?? -1) + (entries[i].participant == lastLoudest ? 0 : Self.challenge) {
                loudest = (entries[i].participant, loudness)
            }
        }
        if tellMore(at: now) { changed = true }
        guard changed || loudest?.participant != lastLoudest else { return nil }
        speakerHasLeft = false
        lastLoudest = loudest?.participant
        lastEvent = now.nanoseconds
        return speakers(at: now)
    }

    /// Fills the places that are free among those who are told of: the loudest first, and nobody leaves for a louder one.
    private mutating func tellMore(at now: Instant) -> Bool {
        var free = Self.mostTold - entries.count(where: \.isTold)
        var changed = false
        while free > 0, let next = loudestUntold(at: now) {
            entries[next].isTold = true
            free -= 1
            changed = true
        }
        return changed
    }

    private func loudestUntold(at now: Instant) -> Int? {
        var best: Int?
        for i in entries.indices where entries[i].isSpeaking && !entries[i].isTold {
            if let known = best, decayed(entries[i], at: now) <= decayed(entries[known], at: now) { continue }
            best = i
        }
        return best
    }

    private func speakers(at now: Instant) -> [SpeakerLevel] {
        entries.filter(\.isTold)
            .map { (participant: $0.participant, loudness: decayed($0, at: now)) }
            .sorted { ($0.loudness, $1.participant) > ($1.loudness, $0.participant) }
            .map { SpeakerLevel(participant: $0.participant, level: UInt8(max(0, min(127, 127 - $0.loudness)))) }
    }

    private mutating func selectAll(at now: Instant) -> Bool {
        var changed = false
        for i in entries.indices where !entries[i].isSelected {
            choose(i, at: now)
            changed = true
        }
        return changed
    }

    private mutating func choose(_ i: Int, at now: Instant) {
        entries[i].isSelected = true
        entries[i].selectedAt = now.nanoseconds
    }

    private func index(of participant: ParticipantID) -> Int? {
        for i in entries.indices where entries[i].participant == participant { return i }
        return nil
    }

    private func decayed(_ entry: Entry, at now: Instant, holding: Int64 = frame) -> Double {
        let elapsed = now.nanoseconds - entry.lastPacket - holding
        if elapsed > Self.silence + Self.hangover { return 0 }
        return entry.loudness * exp2Fraction(Double(max(0, elapsed)) / Self.halfLife)
    }

    /// 2^−x for x ≥ 0 by halving and one linear step; a few per cent are enough here.
    private func exp2Fraction(_ x: Double) -> Double {
        let whole = Int(min(x, 60))
        let rest = min(x, 60) - Double(whole)
        return (1 - rest / 2) / Double(UInt64(1) << UInt64(whole))
    }

    /// The loudest that is not carried; the earliest to have come of equals.
    private func strongest(at now: Instant) -> Int? {
        var best: Int?
        for i in entries.indices where !entries[i].isSelected {
            if let known = best, decayed(entries[i], at: now) <= decayed(entries[known], at: now) { continue }
            best = i
        }
        return best
    }

    private func weakest(at now: Instant, evenImmune: Bool) -> Int? {
        var worst: Int?
        for i in entries.indices where entries[i].isSelected {
            if !evenImmune {
                if now.nanoseconds - entries[i].selectedAt < Self.immunity { continue }
                if entries[i].lastLoud != .min, now.nanoseconds - entries[i].lastLoud < Self.immunity { continue }
            }
            if let known = worst, decayed(entries[i], at: now) >= decayed(entries[known], at: now) { continue }
            worst = i
        }
        return worst
    }
}

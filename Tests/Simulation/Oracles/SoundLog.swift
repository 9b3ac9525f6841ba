import RTP
import SFU

/// What was played from one audio slot.
package struct SoundLog: Sendable {
    package var received = 0
    package var late = 0
    package var concealed = 0
    package var shortened = 0
    /// Packets that are not Opus.
    package var broken = 0
    /// Packets that came as RED, and frames that only their repetition brought.
    package var redundant = 0
    package var restored = 0
    package private(set) var played = 0
    package private(set) var firstPlayed: Instant?
    package private(set) var lastPlayed: Instant?
    package private(set) var assignments: [(at: Instant, track: TrackID?)] = []

    package init() {}

    package mutating func note(at now: Instant) {
        played += 1
        if firstPlayed == nil { firstPlayed = now }
        lastPlayed = now
    }

    package mutating func assigned(_ track: TrackID?, at now: Instant) {
        guard assignments.isEmpty || assignments.last?.track != track else { return }
        assignments.append((now, track))
    }
}

import RTP
import SFU

/// What was shown in one video slot, and when.
package struct PictureLog: Sendable {
    package struct Shown: Sendable {
        package var at: Instant
        package var picture: SeenPicture
        package var isKeyframe: Bool
    }

    package private(set) var shown: [Shown] = []
    /// When the slot map said which track; `nil` is idle.
    package private(set) var assignments: [(at: Instant, track: TrackID?)] = []
    /// Frames that the wire said were decodable, and were not.
    package var broken = 0
    /// Payloads that are not of their codec.
    package var malformed = 0
    package var pictureLosses = 0
    package var nacked = 0
    package var repairs = 0
    package var uselessRepairs = 0
    package var probes = 0

    package init() {}

    package mutating func note(_ picture: SeenPicture, isKeyframe: Bool, at now: Instant) {
        shown.append(Shown(at: now, picture: picture, isKeyframe: isKeyframe))
    }

    package mutating func assigned(_ track: TrackID?, at now: Instant) {
        guard assignments.isEmpty || assignments.last?.track != track else { return }
        assignments.append((now, track))
    }
}

extension TrackID {
    /// The id in this track's pictures. Participants of the simulation are numbered from 1000.
    package var pictureID: UInt8 {
        UInt8(truncatingIfNeeded: participant.rawValue - 1000) | (source == .screen ? 0x80 : 0)
    }
}

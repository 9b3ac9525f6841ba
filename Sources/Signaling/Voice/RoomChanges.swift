import Control
import SFU

/// What happened in a room that its members have not been told yet: about whom and which tracks, not what it was.
///
/// A room of a thousand fills at 500 joins a second. Told one by one, that is half a million messages a second; each with the whole list, the
/// bytes grow with the cube of the room. So a room is told only what changed, the first change at once and those that come within
/// `interval` of it together, in messages written once for everybody. What is said of each person and track is how it stands when it is said: somebody
/// who came and went in between is gone, and it does no harm to say so to those who never heard of him. So no more can wait than there are people
/// and tracks, and a client that has the whole list from any moment and all changes told after it knows the room.
struct RoomChanges {
    /// Chosen: nobody notices it, and a room of a thousand that fills in two seconds is told twenty times.
    static let interval: Duration = .milliseconds(100)

    enum Person {
        /// And is as Ready told him that he is.
        case came
        case cameAndChanged
        /// Or went.
        case changed
    }

    private(set) var people: [Snowflake: Person] = [:]
    private(set) var tracks: Set<TrackID> = []
    private var lastTold: ContinuousClock.Instant?
    /// A wake is on its way.
    private(set) var isAwaited = false

    var isEmpty: Bool { people.isEmpty && tracks.isEmpty }

    mutating func came(_ user: Snowflake) { people[user] = .came }
    mutating func changed(_ user: Snowflake) { people[user] = (people[user] ?? .changed) == .changed ? .changed : .cameAndChanged }
    mutating func changed(_ track: TrackID) { tracks.insert(track) }
    mutating func woke() { isAwaited = false }

    /// How long to wait before the room is told; zero: now. `nil` where there is nothing to do.
    mutating func wait(at now: ContinuousClock.Instant) -> Duration? {
        guard !isEmpty else { return nil }
        let rest = lastTold.map { Self.interval - (now - $0) } ?? .zero
        guard rest > .zero else { return .zero }
        guard !isAwaited else { return nil }
        isAwaited = true
        return rest
    }

    /// What is to be told now; nothing waits any more.
    mutating func take(at now: ContinuousClock.Instant) -> (people: [Snowflake: Person], tracks: Set<TrackID>) {
        defer {
            people = [:]
            tracks = []
            lastTold = now
        }
        return (people, tracks)
    }
}

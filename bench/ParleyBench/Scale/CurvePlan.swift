import LoadGenerator

/// What one curve consists of.
struct CurvePlan {
    enum Kind {
        case room(RoomShape)
        case forwarding(TrafficShape, publishers: Int, viewers: Int)
    }

    struct Load {
        var x: Double
        var series: String
        var kind: Kind
        /// Seconds before the window, besides those that all have: in large rooms everybody is told of everybody first.
        var warmUp = 0.0
        var workers = 1
    }

    var name: String
    var title: String
    /// What stays the same.
    var fixed: String
    var variable: String
    /// One more of it, where memory grows in proportion.
    var step: String?
    var loads: [Load]

    /// Seconds of warm-up for each person in the largest room.
    private static let warmUpPerPerson = 0.04
    /// Who speaks in a room that hears the loudest three.
    private static let speakers = 4

    static let all = [participants, conference, streams, bitrate, rooms, workers]

    private static let participants = CurvePlan(
        name: "participants", title: "Participants of one room",
        fixed: "everybody sends a microphone and four speak: the loudest three are heard", variable: "participants",
        loads: [2, 5, 10, 20, 50, 100, 200, 500].map { people in
            let shape = RoomShape(rooms: 1, people: people, hasVideo: false, loudest: 3, speaking: speakers)
            return Load(
                x: Double(people), series: "microphones", kind: .room(shape), warmUp: Double(people) * warmUpPerPerson)
        })

    private static let conference = CurvePlan(
        name: "conference", title: "Participants with cameras",
        fixed: "everybody sends a microphone and a camera in three layers, hears everybody and is shown 500 kbit/s of everybody else",
        variable: "participants",
        loads: [2, 5, 10, 15, 20].map { people in
            Load(x: Double(people), series: "cameras", kind: .room(RoomShape(rooms: 1, people: people)), warmUp: 2)
        })

    private static let streams = CurvePlan(
        name: "streams", title: "Published cameras", fixed: "each of 1.7 Mbit/s and watched by 8 viewers", variable: "published cameras",
        step: "a further camera and its 8 viewers",
        loads: [1, 2, 4, 8, 12, 16].map { cameras in
            let shape = TrafficShape(pattern: .frames, packetsPerSecond: 180 * cameras, packetBytes: 1180)
            return Load(x: Double(cameras), series: "cameras", kind: .forwarding(shape, publishers: cameras, viewers: 8))
        })

    private static let bitrate = CurvePlan(
        name: "bitrate", title: "Bitrate of one camera", fixed: "20 viewers, 30 frames a second", variable: "Mbit/s of the camera",
        loads: [0.15, 0.5, 1, 2, 5, 10, 15, 19].map { megabits in
            let rate = max(30, Int(megabits * 1e6 / 8 / 1200))
            let shape = TrafficShape(pattern: .frames, packetsPerSecond: rate, packetBytes: Int(megabits * 1e6 / 8) / rate)
            return Load(x: megabits, series: "20 viewers", kind: .forwarding(shape, publishers: 1, viewers: 20))
        })

    private static let rooms = CurvePlan(
        name: "rooms", title: "Rooms of five", fixed: "five microphones each, everybody heard, two speak", variable: "rooms of five",
        loads: [1, 5, 10, 25, 50, 75, 100].map { rooms in
            let shape = RoomShape(rooms: rooms, people: 5, hasVideo: false, speaking: 2)
            return Load(x: Double(rooms), series: "microphones", kind: .room(shape), warmUp: Double(rooms) * warmUpPerPerson)
        })

    private static let workers = CurvePlan(
        name: "workers", title: "Media workers on one core",
        fixed: "40 rooms of five microphones, or 1 camera to 40 viewers; one core for all workers",
        variable: "workers",
        loads: [1, 2, 4].map { workers in
            let shape = RoomShape(rooms: 40, people: 5, hasVideo: false, speaking: 2)
            return Load(x: Double(workers), series: "40 rooms of five", kind: .room(shape), warmUp: 2, workers: workers)
        }
            + [1, 2, 4].map { workers in
                let shape = TrafficShape(pattern: .frames, packetsPerSecond: 600, packetBytes: 1200)
                return Load(
                    x: Double(workers), series: "1 to 40 viewers", kind: .forwarding(shape, publishers: 1, viewers: 40), workers: workers)
            })
}

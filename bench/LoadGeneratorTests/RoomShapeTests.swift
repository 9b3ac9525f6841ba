import Testing

@testable import LoadGenerator

struct RoomShapeTests {
    /// Packets that should arrive where each stream of each person has sent so many.
    private func wanted(_ shape: RoomShape, packets: (SendStream) -> UInt64) -> Double {
        let people = (0..<shape.rooms).flatMap { room in (0..<shape.people).map { (room, $0) } }
        return shape.wanted(people.flatMap { shape.streams(room: $0, number: $1) }.map { ($0, packets($0)) })
    }

    /// A second of microphones: 50 packets from each, to everybody else of the room.
    @Test(arguments: [(1, 2, 100.0), (1, 10, 4_500), (5, 20, 95_000)])
    func everybodyHearsEverybodyElse(_ rooms: Int, _ people: Int, _ packets: Double) {
        let shape = RoomShape(rooms: rooms, people: people, hasVideo: false)
        #expect(wanted(shape) { _ in 50 } == packets)
        #expect(shape.audioSlots == people - 1)
    }

    /// Three of two hundred are heard by the other 199, whoever they are.
    @Test func theLoudestAreHeardByAllOthers() {
        let shape = RoomShape(rooms: 5, people: 200, hasVideo: false, loudest: 3, speaking: 5)
        #expect(wanted(shape) { _ in 50 } == 5 * 3 * 199 * 50)
        #expect(shape.audioSlots == 3)
    }

    /// More than there are cannot be heard, nor more than all others.
    @Test(arguments: [(3, 9, 2), (3, 3, 2), (3, 2, 2), (2, 1, 1)])
    func slotsAreAtMostTheOthers(_ people: Int, _ loudest: Int, _ slots: Int) {
        #expect(RoomShape(people: people, loudest: loudest).audioSlots == slots)
        #expect(
            wanted(RoomShape(people: people, hasVideo: false, loudest: loudest)) { _ in 1 } == Double(min(people, loudest) * (people - 1)))
    }

    /// Of three layers one is shown; the others are sent for nothing.
    @Test(arguments: ["q", "h", "f"])
    func oneLayerOfEachCameraIsShown(_ layer: String) {
        let shape = RoomShape(rooms: 2, people: 10, layer: layer)
        let seen = wanted(shape) { stream in stream.labels.rid == layer ? 60 : stream.labels.rid == nil ? 50 : 1_000_000 }
        #expect(seen == 2 * 10 * 9 * (60 + 50))
    }

    @Test func everybodySendsAMicrophoneAndThreeLayersOfTheirOwn() {
        let shape = RoomShape(rooms: 2, people: 3)
        let streams = (0..<2).flatMap { room in (0..<3).flatMap { shape.streams(room: room, number: $0) } }
        #expect(streams.count == 24 && Set(streams.map(\.ssrc)).count == 24)
        #expect(shape.streams(room: 0, number: 0).map(\.labels.rid) == [nil, "q", "h", "f"])
        #expect(RoomShape(hasVideo: false).streams(room: 0, number: 0).map(\.shape.pattern) == [.audio])
    }
}

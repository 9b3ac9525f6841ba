/// Which worker each client is on. Pure.
///
/// A room stays on one worker while it is small, for what crosses between workers is work twice; further participants go where there is
/// least to do. All clients of one participant are together: a browser and an encoder that publish the same source must see each other.
/// Whoever is placed stays there until the last of them is gone: a client's port, keys and addresses are its worker's.
package struct Placement: Sendable {
    /// A worker takes so many of a room before another is asked. Chosen: conferences stay whole, and a stream's audience spreads well before a core
    /// is full (which takes some 400 viewers of 2.5 Mbit/s).
    package static let roomShare = 64
    /// Participants whose place was asked for, and who have no client yet. Beyond this the oldest are forgotten.
    static let maximumExpected = 1_024

    /// The workers of a room are others now.
    package struct Span: Sendable, Equatable {
        package var room: RoomID
        /// In the order in which they came to it; the first speaks for the room.
        package var workers: [Int]
        /// Who is to be told: these, and those that it leaves.
        package var concerned: [Int]
    }

    private struct Seat: Hashable {
        var room: RoomID
        var participant: ParticipantID
    }

    private struct Place {
        var worker: Int
        var clients = 0
        /// It was asked for, so an answer may name it whose client is yet to come.
        var isExpected = true
    }

    /// A worker's part in a room.
    private struct Part {
        var worker: Int
        /// Participants, expected ones included.
        var seats = 0
        var clients = 0
    }

    private var places: [Seat: Place] = [:]
    private var seats: [PeerID: Seat] = [:]
    private var parts: [RoomID: [Part]] = [:]
    /// Seats on each worker.
    private(set) var loads: [Int]
    /// Seats without a client, oldest first.
    private var expected: [Seat] = []

    private let roomShare: Int

    var expectedCount: Int { expected.count }

    package init(workers: Int, roomShare: Int = Placement.roomShare) {
        loads = Array(repeating: 0, count: workers)
        self.roomShare = roomShare
    }

    /// Where a participant's clients are, or will be: the answer to an offer names that worker's port.
    package mutating func worker(for participant: ParticipantID, in room: RoomID) -> Int {
        let seat = Seat(room: room, participant: participant)
        if let place = places[seat] {
            places[seat]?.isExpected = true
            return place.worker
        }
        let worker = choose(for: room)
        places[seat] = Place(worker: worker)
        expect(seat)
        loads[worker] += 1
        change(worker, in: room) { $0.seats += 1 }
        return worker
    }

    package func worker(of peer: PeerID) -> Int? { seats[peer].flatMap { places[$0]?.worker } }

    /// A client comes.
    package mutating func open(_ peer: PeerID, of participant: ParticipantID, in room: RoomID) -> (worker: Int, span: Span?) {
        let worker = worker(for: participant, in: room)
        guard seats[peer] == nil else { return (worker, nil) }
        let seat = Seat(room: room, participant: participant)
        seats[peer] = seat
        if places[seat]?.clients == 0 { expected.removeAll { $0 == seat } }
        places[seat]?.clients += 1
        places[seat]?.isExpected = false
        return (worker, change(worker, in: room) { $0.clients += 1 })
    }

    /// A client is gone.
    package mutating func close(_ peer: PeerID) -> Span? {
        guard let seat = seats.removeValue(forKey: peer), let place = places[seat] else { return nil }
        places[seat]?.clients -= 1
        let isFreed = place.clients == 1 && !place.isExpected
        if isFreed { leave(seat) } else if place.clients == 1 { expect(seat) }
        return change(place.worker, in: seat.room) {
            $0.clients -= 1
            if isFreed { $0.seats -= 1 }
        }
    }

    private mutating func expect(_ seat: Seat) {
        if expected.count == Self.maximumExpected { giveUp(expected.removeFirst()) }
        expected.append(seat)
    }

    private mutating func giveUp(_ seat: Seat) {
        guard let place = places[seat] else { return }
        leave(seat)
        change(place.worker, in: seat.room) { $0.seats -= 1 }
    }

    private mutating func leave(_ seat: Seat) {
        guard let place = places.removeValue(forKey: seat) else { return }
        loads[place.worker] -= 1
    }

    @discardableResult
    private mutating func change(_ worker: Int, in room: RoomID, _ body: (inout Part) -> Void) -> Span? {
        var parts = parts[room] ?? []
        let before = parts.filter { $0.clients > 0 }.map(\.worker)
        if !parts.contains(where: { $0.worker == worker }) { parts.append(Part(worker: worker)) }
        for index in parts.indices where parts[index].worker == worker { body(&parts[index]) }
        parts.removeAll { $0.seats == 0 }
        self.parts[room] = parts.isEmpty ? nil : parts
        let after = parts.filter { $0.clients > 0 }.map(\.worker)
        guard after != before, max(before.count, after.count) > 1 else { return nil }
        return Span(room: room, workers: after, concerned: after + before.filter { !after.contains($0) })
    }

    /// The first of the room's workers that has less than its share; else the one with least to do, or, where that would win little, the one with
    /// the fewest of this room.
    private func choose(for room: RoomID) -> Int {
        let parts = parts[room] ?? []
        if let open = parts.first(where: { $0.seats < roomShare }) { return open.worker }
        let idlest = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
        guard let smallest = parts.min(by: { $0.seats < $1.seats }) else { return idlest }
        return loads[idlest] + roomShare / 4 > loads[smallest.worker] ? smallest.worker : idlest
    }
}

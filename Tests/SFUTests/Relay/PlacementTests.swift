import Testing

@testable import SFU

@Suite struct PlacementTests {
    private func join(_ placement: inout Placement, _ id: UInt64, room: UInt64 = 1) -> (worker: Int, span: Placement.Span?) {
        placement.open(PeerID(id), of: ParticipantID(id), in: RoomID(room))
    }

    @Test("Rooms go where there is least to do, and stay whole while they are small")
    func rooms() {
        var placement = Placement(workers: 4)
        for room in 1...8 as ClosedRange<UInt64> {
            let workers = Set((0..<10 as Range<UInt64>).map { join(&placement, room * 100 + $0, room: room).worker })
            #expect(workers.count == 1)
        }
        let loads = (0..<4).map { worker in
            (1...8 as ClosedRange<UInt64>).filter { placement.worker(of: PeerID($0 * 100)) == worker }.count
        }
        #expect(loads == [2, 2, 2, 2])
    }

    @Test("A room of a thousand is spread evenly, and each change of its workers is told to all that it concerns")
    func spread() {
        var placement = Placement(workers: 4)
        var spans: [Placement.Span] = []
        var counts = [0, 0, 0, 0]
        for id in 1...1_000 as ClosedRange<UInt64> {
            let (worker, span) = join(&placement, id)
            counts[worker] += 1
            if let span { spans.append(span) }
        }
        #expect(counts == [250, 250, 250, 250])
        #expect(spans.map(\.workers) == [[0, 1], [0, 1, 2], [0, 1, 2, 3]])
        #expect(spans.allSatisfy { $0.concerned == $0.workers })
    }

    @Test("Who leaves last takes the worker out of the room, and the next speaks for it")
    func shrink() {
        var placement = Placement(workers: 2, roomShare: 1)
        #expect(join(&placement, 1).span == nil)
        #expect(join(&placement, 2).span == Placement.Span(room: RoomID(1), workers: [0, 1], concerned: [0, 1]))
        #expect(placement.close(PeerID(1)) == Placement.Span(room: RoomID(1), workers: [1], concerned: [1, 0]))
        #expect(placement.close(PeerID(2)) == nil)
        #expect(placement.close(PeerID(2)) == nil)
        #expect(placement.worker(of: PeerID(2)) == nil)
    }

    @Test("All clients of a participant are together, whatever has filled up meanwhile")
    func together() {
        var placement = Placement(workers: 2, roomShare: 1)
        let home = placement.open(PeerID(1), of: ParticipantID(9), in: RoomID(1)).worker
        for id in 2...20 as ClosedRange<UInt64> { _ = join(&placement, id) }
        #expect(placement.open(PeerID(21), of: ParticipantID(9), in: RoomID(1)).worker == home)
        _ = placement.close(PeerID(1))
        #expect(placement.worker(for: ParticipantID(9), in: RoomID(1)) == home)
    }

    /// An answer named that worker's port: whatever else the participant closes before the client comes, it comes there.
    @Test("A place that was asked for is kept for the client that is to come")
    func expected() {
        var placement = Placement(workers: 2, roomShare: 1)
        _ = placement.open(PeerID(1), of: ParticipantID(1), in: RoomID(1))
        let promised = placement.worker(for: ParticipantID(1), in: RoomID(1))
        _ = placement.close(PeerID(1))
        _ = join(&placement, 2, room: 2)
        #expect(placement.open(PeerID(3), of: ParticipantID(1), in: RoomID(1)).worker == promised)
    }

    @Test("Who asked and never came is forgotten: a bounded number is kept")
    func bound() {
        var placement = Placement(workers: 2)
        for id in 1...100_000 as ClosedRange<UInt64> { _ = placement.worker(for: ParticipantID(id), in: RoomID(1)) }
        #expect(placement.expectedCount == Placement.maximumExpected)
        #expect(placement.loads.reduce(0, +) == Placement.maximumExpected)
    }
}

import Glibc
import RTP
import Testing

@testable import SFU

@Suite struct PacketStoreTests {
    /// Inserts a packet whose bytes are its number, `length` times.
    @discardableResult
    private func insert(
        _ sequence: UInt64, into store: PacketStore, length: Int = 100, at milliseconds: Int64 = 0, keyframe: Bool = false
    ) -> Bool {
        var packet = StoredPacket()
        packet.sequence = sequence
        packet.length = UInt16(length)
        packet.arrival = milliseconds * 1_000_000
        if keyframe { packet.traits = [.keyframeStart, .keyframe] }
        let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: sequence), count: length)
        return bytes.withUnsafeBytes { store.insert(packet, from: $0.baseAddress!) }
    }

    private func isIntact(_ sequence: UInt64, in store: PacketStore) -> Bool {
        guard let packet = store.packet(sequence) else { return false }
        let bytes = UnsafeRawBufferPointer(start: store.pointer(to: packet), count: Int(packet.length))
        return bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: sequence) }
    }

    private func time(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test func keepsWhatFitsAndForgetsTheOldest() {
        let store = PacketStore(byteCapacity: 1_000, indexCapacity: 64)
        for sequence in UInt64(65_530)..<65_560 { #expect(insert(sequence, into: store)) }
        // Ten of a hundred bytes fit.
        for sequence in UInt64(65_530)..<65_550 { #expect(store.packet(sequence) == nil, "\(sequence)") }
        for sequence in UInt64(65_550)..<65_560 { #expect(isIntact(sequence, in: store), "\(sequence)") }
    }

    /// Without the growth (`growIfTooFast`) a stream of 19 Mbit/s is overwritten after 218 ms, while the pacer may hold its packets for 400.
    @Test func whatThePacerMayStillHoldIsKeptHoweverFastTheStream() {
        for megabits in [2, 19, 40] {
            let store = PacketStore.forKind(.video)
            let perSecond = megabits * 1_000_000 / 8 / 1_200
            for number in 0..<perSecond * 2 {
                insert(UInt64(number), into: store, length: 1_200, at: Int64(number * 1_000 / perSecond))
                guard number > perSecond else { continue }
                #expect(isIntact(UInt64(number - perSecond * 400 / 1_000), in: store), "\(megabits) Mbit/s, packet \(number)")
            }
            #expect(store.byteCapacity == [2: 512, 19: 2048, 40: 4096][megabits]! * 1024, "\(megabits) Mbit/s")
        }
    }

    @Test func theRingGrowsToItsLimitAndKeepsWhatItHolds() {
        let store = PacketStore(byteCapacity: 1_000, indexCapacity: 16, byteLimit: 4_000)
        for sequence in UInt64(1)..<200 {
            insert(sequence, into: store, keyframe: sequence == 195)
            for back in UInt64(0)..<min(sequence, 9) { #expect(isIntact(sequence - back, in: store), "\(sequence) − \(back)") }
        }
        #expect(store.byteCapacity == 4_000 && store.indexCapacity == 64)
        #expect(store.keyframeRun(at: time(0)) == 195...199)
    }

    @Test func aPacketNeverLiesAcrossTheEnd() {
        let store = PacketStore(byteCapacity: 1_000, indexCapacity: 64)
        for sequence in UInt64(1)..<50 {
            insert(sequence, into: store, length: 300)
            #expect(isIntact(sequence, in: store))
        }
        // Three of 300 lie in front of an unused rest of 100.
        #expect(isIntact(47, in: store) && isIntact(48, in: store) && isIntact(49, in: store))
    }

    @Test func theIndexBoundsHowFarBackOneMayGo() {
        let store = PacketStore(byteCapacity: 100_000, indexCapacity: 16)
        insert(100, into: store)
        #expect(!insert(84, into: store), "sixteen behind")
        #expect(insert(85, into: store), "fifteen behind")
        let small = PacketStore(byteCapacity: 1_000, indexCapacity: 16)
        #expect(!insert(1, into: small, length: 1_001), "larger than the ring")
    }

    @Test func aRunIsServedOnlyWhole() {
        let store = PacketStore(byteCapacity: 100_000, indexCapacity: 64)
        insert(10, into: store, keyframe: true)
        insert(11, into: store)
        insert(13, into: store)
        #expect(store.keyframeRun(at: time(10)) == nil, "12 is missing")
        insert(12, into: store)
        #expect(store.keyframeRun(at: time(10)) == 10...13)
    }

    @Test func aRunIsServedOnlyWhileLive() {
        let store = PacketStore(byteCapacity: 100_000, indexCapacity: 64)
        insert(10, into: store, at: 1_000, keyframe: true)
        #expect(store.keyframeRun(at: time(1_300)) == 10...10)
        #expect(store.keyframeRun(at: time(1_301)) == nil)
        #expect(store.keyframeRun(at: time(2_000), age: PacketStore.replayAge) == 10...10)
        #expect(store.keyframeRun(at: time(2_001), age: PacketStore.replayAge) == nil)
    }

    @Test func aRunLargerThanTheStoreIsNotServed() {
        let store = PacketStore(byteCapacity: 1_000, indexCapacity: 64)
        insert(10, into: store, keyframe: true)
        for sequence in UInt64(11)..<25 { insert(sequence, into: store) }
        #expect(store.keyframeRun(at: time(10)) == nil)
    }

    /// Guard: what was stored while a right was missing or before it was lost is never shown. Broken by making `forgetKeyframe` empty.
    @Test func aForgottenKeyframeStaysForgotten() {
        let store = PacketStore(byteCapacity: 10_000, indexCapacity: 64)
        insert(10, into: store, keyframe: true)
        store.forgetKeyframe()
        insert(11, into: store)
        #expect(store.keyframeRun(at: time(10)) == nil)
    }

    /// Guard: `mappedBytes`. In the heap the place of a video stream's ring begins behind a block's header, and stays when the stream has ended.
    @Test func aVideoStreamsRingGoesBackToTheSystem() throws {
        var store: PacketStore? = .forKind(.video)
        insert(1, into: try #require(store))
        let ring = try #require(store.flatMap { store in store.packet(1).map { UnsafeMutableRawPointer(mutating: store.pointer(to: $0)) } })
        var isResident: UInt8 = 0
        #expect(mincore(ring, 1, &isResident) == 0, "a page of its own begins there")
        store = nil
        #expect(mincore(ring, 1, &isResident) != 0 && errno == ENOMEM)
    }

    @Test func handlesOfStoresThatAreGoneFindNothing() {
        let table = PacketStoreTable()
        let first = table.add(PacketStore(byteCapacity: 1_000, indexCapacity: 16))
        table.remove(first)
        let second = table.add(PacketStore(byteCapacity: 1_000, indexCapacity: 16))
        #expect(first.row == second.row, "the row is used again")
        #expect(table[first] == nil)
        #expect(table[second] != nil)
        #expect(table[.none] == nil)
        table.remove(first)
        #expect(table.count == 1, "removing twice removes nothing")
    }

    @Test("How much a packet falls short of its frame's longest is known while that frame is the newest")
    func shortfall() throws {
        let store = PacketStore.forKind(.video)
        func put(_ sequence: UInt64, _ timestamp: UInt32, _ length: UInt16) -> StoredPacket {
            var packet = StoredPacket()
            (packet.sequence, packet.timestamp, packet.length) = (sequence, timestamp, length)
            let bytes = [UInt8](repeating: 0, count: Int(length))
            #expect(bytes.withUnsafeBytes { store.insert(packet, from: $0.baseAddress!) })
            return packet
        }
        let first = put(1, 3_000, 1_000)
        #expect(store.shortfall(of: first) == 0)
        let longer = put(2, 3_000, 1_001)
        let shorter = put(3, 3_000, 700)
        #expect([first, longer, shorter].map(store.shortfall) == [1, 0, 301])
        let next = put(4, 6_000, 400)
        #expect([first, next].map(store.shortfall) == [0, 0])
    }
}

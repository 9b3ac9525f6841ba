import Foundation
import Testing

@testable import SFU

@Suite struct RelayRingTests {
    private func write(_ ring: RelayRing, _ record: [UInt8], isUrgent: Bool = false) -> Bool {
        ring.write(limit: record.count, isUrgent: isUrgent) { bytes in
            bytes.copyBytes(from: record)
            return record.count
        }
    }

    private func read(_ ring: RelayRing, limit: Int = .max) -> [[UInt8]] {
        var records: [[UInt8]] = []
        ring.read(limit: limit) { records.append(Array($0)) }
        return records
    }

    @Test("Records come out as they went in, in order, over many rounds of the block")
    func order() {
        let ring = RelayRing(capacity: 32_768)
        var next = 0
        var expected = 0
        for _ in 0..<2_000 {
            for _ in 0..<(next % 7 + 1) {
                let record = [UInt8](repeating: UInt8(truncatingIfNeeded: next), count: next * 37 % 1_400 + 1)
                #expect(write(ring, record))
                next += 1
            }
            for record in read(ring) {
                #expect(record.count == expected * 37 % 1_400 + 1)
                #expect(record.allSatisfy { $0 == UInt8(truncatingIfNeeded: expected) })
                expected += 1
            }
        }
        #expect(expected == next && ring.isEmpty)
    }

    @Test("A full ring refuses packets first and the rest at its end; what was in it is not harmed")
    func bound() {
        let ring = RelayRing(capacity: 32_768)
        var packets = 0
        while write(ring, [UInt8](repeating: 1, count: 1_200)) { packets += 1 }
        #expect(packets == (32_768 - 32_768 / 8) / 1_208)
        var urgent = 0
        while write(ring, [UInt8](repeating: 2, count: 100), isUrgent: true) { urgent += 1 }
        #expect(urgent > 30 && urgent < 50)
        let records = read(ring)
        #expect(records.count == packets + urgent)
        #expect(records.allSatisfy { $0.allSatisfy { $0 == 1 } ? $0.count == 1_200 : $0.count == 100 })
        #expect(write(ring, [3]))
    }

    @Test("A reader takes no more than it wants, and a record of nothing is none")
    func limits() {
        let ring = RelayRing(capacity: 32_768)
        for value in 0..<10 as Range<UInt8> { #expect(write(ring, [value])) }
        #expect(read(ring, limit: 4) == [[0], [1], [2], [3]])
        #expect(ring.write(limit: 100, isUrgent: false) { _ in 0 })
        #expect(read(ring).count == 6)
        #expect(ring.isEmpty)
    }

    /// Breaking either `releasing` or `acquiring` is not seen on x86, which orders stores; what this shows is that neither side waits for the
    /// other, that nothing is lost where there was room, and that what was refused was said to be.
    @Test("A thread that writes and one that reads agree on a million records")
    func threads() {
        let ring = RelayRing(capacity: 32_768)
        let count = 1_000_000 as UInt64
        let writer = Thread {
            var value: UInt64 = 0
            while value < count {
                let length = 8 + Int(value % 600)
                let isWritten = ring.write(limit: length, isUrgent: false) { bytes in
                    bytes.storeBytes(of: value, as: UInt64.self)
                    return length
                }
                if isWritten { value += 1 }
            }
        }
        writer.start()
        var expected: UInt64 = 0
        var faults = 0
        while expected < count {
            ring.read(limit: 100) { record in
                if record.loadUnaligned(as: UInt64.self) != expected || record.count != 8 + Int(expected % 600) { faults += 1 }
                expected += 1
            }
        }
        #expect(faults == 0 && ring.isEmpty)
    }
}

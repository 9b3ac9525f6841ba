import Testing

@testable import SFU

@Suite("Outbox: runs of equal datagrams")
struct OutboxTests {
    private let peer = SocketAddress("198.51.100.7", port: 50_000)!
    private let peer6 = SocketAddress("2001:db8::7", port: 50_000)!

    /// Appends datagrams of these sizes and tells the runs as (segment size, segments, bytes).
    private func runs(_ sizes: [Int], to: SocketAddress? = nil, capacity: Int = 512) -> [[Int]] {
        var outbox = Outbox(capacity: capacity)
        for size in sizes { outbox.append(to: to ?? peer, from: serverAddress) { _ in size } }
        return outbox.runs.map { [$0.segmentSize, $0.segmentCount, $0.length] }
    }

    @Test("Equal sizes join; a shorter one ends the run; a longer one begins the next")
    func joining() {
        #expect(runs([1200, 1200, 1200]) == [[1200, 3, 3600]])
        #expect(runs([1200, 1200, 700, 700]) == [[1200, 3, 3100], [700, 1, 700]])
        #expect(runs([700, 1200]) == [[700, 1, 700], [1200, 1, 1200]])
        #expect(runs([1200, 0, 1200]) == [[1200, 2, 2400]])
    }

    @Test("A run ends at 64 segments and at 65,000 bytes")
    func bounds() {
        #expect(runs(Array(repeating: 100, count: 130)) == [[100, 64, 6400], [100, 64, 6400], [100, 2, 200]])
        #expect(runs(Array(repeating: 1200, count: 55)) == [[1200, 54, 64_800], [1200, 1, 1200]])
    }

    // Loopback takes larger segments than a real interface does, so no socket test shows this.
    @Test("A segment fits an Ethernet frame: 1,472 bytes for IPv4, 1,452 for IPv6; larger datagrams go alone")
    func segmentBound() {
        #expect(runs([1472, 1472]).count == 1)
        #expect(runs([1473, 1473]).count == 2)
        #expect(runs([1452, 1452], to: peer6).count == 1)
        #expect(runs([1453, 1453], to: peer6).count == 2)
    }

    @Test("Another destination or another source begins a run")
    func destinations() {
        var outbox = Outbox(capacity: 8)
        let other = LocalAddress("192.0.2.2")!
        outbox.append(to: peer, from: serverAddress) { _ in 10 }
        outbox.append(to: peer6, from: serverAddress) { _ in 10 }
        outbox.append(to: peer6, from: other) { _ in 10 }
        let count = outbox.runs.count
        #expect(count == 3)
    }

    @Test("What was written comes out, datagram by datagram")
    func bytesSurvive() {
        var outbox = Outbox(capacity: 8)
        for (value, size) in [(1, 5), (2, 5), (3, 3), (4, 3)] as [(UInt8, Int)] {
            outbox.append(to: peer, from: serverAddress) { room in
                for index in 0..<size { room[index] = value }
                return size
            }
        }
        var seen: [[UInt8]] = []
        outbox.forEachDatagram { _, _, bytes in seen.append(Array(UnsafeRawBufferPointer(bytes))) }
        #expect(seen == [[1, 1, 1, 1, 1], [2, 2, 2, 2, 2], [3, 3, 3], [4, 4, 4]])
    }

    @Test("Media stops at the capacity; answers still fit into the reserve, and then no more")
    func capacity() {
        var outbox = Outbox(capacity: 4)
        for _ in 0..<4 { outbox.append(to: peer, from: serverAddress) { $0.count } }
        let full = outbox.isFull
        #expect(full)
        for _ in 0..<Outbox.reserved {
            let fits = outbox.append(to: peer, from: serverAddress) { $0.count }
            #expect(fits)
        }
        let overflows = outbox.append(to: peer, from: serverAddress) { $0.count }
        #expect(!overflows)
        outbox.removeAll()
        let (empty, stillFull) = (outbox.isEmpty, outbox.isFull)
        #expect(empty && !stillFull)
    }
}

import CLinux
import Glibc
import Synchronization
import Testing

@testable import SFU

/// A stand-in for `sendmmsg` that writes down what it was given and does as it is told.
private final class ScriptedSend {
    /// What it answers to the n-th call: how many to take, or an errno.
    enum Reply {
        case take(Int)
        case fail(Int32)
    }

    var replies: [Reply] = []
    /// Answers for messages with segments, while set.
    var refusesSegments: Int32?
    /// Bytes of each message taken, and its number of segments' worth of ancillary data.
    private(set) var taken: [(bytes: Int, controlBytes: Int)] = []
    /// The parts of each message taken.
    private(set) var vectors: [[Int]] = []
    private(set) var calls = 0

    func send(_ socket: Int32, _ messages: UnsafeMutablePointer<parley_message>, _ count: UInt32) -> Int32 {
        calls += 1
        var limit = Int(count)
        if !replies.isEmpty {
            switch replies.removeFirst() {
            case .take(let some): limit = min(limit, some)
            case .fail(let code):
                errno = code
                return -1
            }
        }
        var done = 0
        while done < limit {
            let control = Int(messages[done].header.msg_controllen)
            if let refusesSegments, control > ScriptedSend.sourceBytes {
                if done > 0 { return Int32(done) }
                errno = refusesSegments
                return -1
            }
            let parts = (0..<messages[done].header.msg_iovlen).map { messages[done].header.msg_iov[$0].iov_len }
            taken.append((parts.reduce(0, +), control))
            vectors.append(parts)
            done += 1
        }
        return Int32(done)
    }

    /// CMSG_SPACE of an in_pktinfo.
    static let sourceBytes = 32
}

@Suite("Egress")
struct EgressBatchTests {
    private let peer = SocketAddress("127.0.0.1", port: 9)!
    private let source = LocalAddress("127.0.0.1")!
    private let counters = Counters()

    /// Appends datagrams of these sizes that are no RTP.
    private func fill(_ outbox: inout Outbox, _ sizes: [Int], from: LocalAddress? = nil) {
        for size in sizes {
            outbox.append(to: peer, from: from ?? source) { room in
                room[0] = 0
                return size
            }
        }
    }

    private func batch(_ script: ScriptedSend) -> EgressBatch {
        EgressBatch(capacity: 1024, family: AF_INET, counters: counters) { script.send($0, $1, $2) }
    }

    @Test("A run is one message; a single datagram carries no segment size")
    func runs() {
        let script = ScriptedSend()
        var batch = batch(script)
        var outbox = Outbox(capacity: 100)
        fill(&outbox, [1000, 1000, 1000, 500, 1200])
        batch.flush(&outbox, to: -1)
        #expect(script.taken.map(\.bytes) == [3500, 1200])
        #expect(script.taken[0].controlBytes > script.taken[1].controlBytes)
        #expect(script.taken[1].controlBytes == ScriptedSend.sourceBytes)
        #expect(counters[.datagramsSent] == 5 && counters[.bytesSent] == 4700)
        let empty = outbox.isEmpty
        #expect(empty)
    }

    /// Appends RTP packets of these streams and sizes.
    private func fill(
        _ outbox: inout Outbox, rtp packets: [(ssrc: UInt8, size: Int)], to: SocketAddress? = nil, firstByte: UInt8 = 0x80
    ) {
        for (ssrc, size) in packets {
            outbox.append(to: to ?? peer, from: source) { room in
                for index in 0..<size { room[index] = ssrc }
                room[0] = firstByte
                return size
            }
        }
    }

    @Test("A short packet of another stream leaves behind the run that follows it, in one message")
    func shortOneLast() {
        let script = ScriptedSend()
        var batch = batch(script)
        var outbox = Outbox(capacity: 100)
        fill(&outbox, rtp: [(1, 100), (2, 1000), (2, 1000)])
        batch.flush(&outbox, to: -1)
        fill(&outbox, rtp: [(1, 90), (3, 120), (4, 130)])
        batch.flush(&outbox, to: -1)
        #expect(script.vectors == [[2000, 100], [120, 90], [130]])
        #expect(counters[.datagramsSent] == 6 && counters[.bytesSent] == 2440)
    }

    // Guard: EgressBatch.areOtherStreams. Out of order within a stream, a receiver would ask for what is already on its way.
    @Test("Order within a stream stays, and so does that of handshakes")
    func orderWithinStreams() {
        let script = ScriptedSend()
        var batch = batch(script)
        var outbox = Outbox(capacity: 100)
        fill(&outbox, rtp: [(1, 100), (1, 101)])
        batch.flush(&outbox, to: -1)
        // The first of the longer ones is of another stream, the second is not.
        fill(&outbox, rtp: [(2, 50), (3, 120), (2, 120)])
        batch.flush(&outbox, to: -1)
        fill(&outbox, rtp: [(4, 60), (5, 70)], firstByte: 22)
        batch.flush(&outbox, to: -1)
        fill(&outbox, rtp: [(6, 80)])
        fill(&outbox, rtp: [(7, 90)], to: SocketAddress("127.0.0.1", port: 10))
        batch.flush(&outbox, to: -1)
        #expect(script.vectors == [[100], [101], [50], [240], [60], [70], [80], [90]])
    }

    @Test("A refused message of a run and the packet behind it goes out singly, in the order it was queued")
    func refusedPair() {
        let script = ScriptedSend()
        script.refusesSegments = EMSGSIZE
        var batch = batch(script)
        var outbox = Outbox(capacity: 100)
        fill(&outbox, rtp: [(1, 100), (2, 1000), (2, 1000)])
        batch.flush(&outbox, to: -1)
        #expect(script.vectors == [[100], [1000], [1000]])
        #expect(counters[.segmentationFallback] == 1 && counters[.datagramsSent] == 3)
    }

    // ARCHITECTURE §1 row 5. Guard: the refusal branch of EgressBatch.transmit and flush.
    @Test(
        "A refused run goes out singly in the same call, and that address is never segmented again", arguments: [EIO, EINVAL, EMSGSIZE])
    func fallback(code: Int32) {
        let script = ScriptedSend()
        script.refusesSegments = code
        var batch = batch(script)
        var outbox = Outbox(capacity: 100)
        fill(&outbox, [700, 1000, 1000, 900])
        batch.flush(&outbox, to: -1)
        #expect(script.taken.map(\.bytes) == [700, 1000, 1000, 900])
        #expect(counters[.segmentationFallback] == 1)
        #expect(counters[.datagramsSent] == 4 && counters[.sendFailed] == 0)

        script.refusesSegments = nil
        fill(&outbox, [1000, 1000])
        batch.flush(&outbox, to: -1)
        #expect(script.taken.suffix(2).map(\.bytes) == [1000, 1000])
        #expect(counters[.segmentationFallback] == 1)

        fill(&outbox, [1000, 1000], from: LocalAddress("127.0.0.2")!)
        batch.flush(&outbox, to: -1)
        #expect(script.taken.last?.bytes == 2000)  // another address still may
    }

    // Any receiver may have a small MTU, or say so by ICMP: that must not cost the others their runs. Guard: EgressBatch.remember.
    @Test(
        "A refusal that may be the path's own is remembered for that path, up to a bound; one of the machine for all",
        arguments: [EINVAL, EMSGSIZE, EIO])
    func pathRefusal(code: Int32) {
        let script = ScriptedSend()
        var batch = batch(script)
        var outbox = Outbox(capacity: 100)
        func refuse(_ port: UInt16) {
            let far = SocketAddress("127.0.0.1", port: port)!
            script.refusesSegments = code
            for _ in 0..<2 { outbox.append(to: far, from: source) { _ in 1000 } }
            batch.flush(&outbox, to: -1)
            script.refusesSegments = nil
            fill(&outbox, [900, 900])
            batch.flush(&outbox, to: -1)
        }
        refuse(1000)
        #expect(script.taken.last?.bytes == (code == EIO ? 900 : 1800))
        for port in 1..<UInt16(EgressBatch.maximumUnsegmentedPaths) { refuse(1000 + port) }
        #expect(script.taken.last?.bytes == (code == EIO ? 900 : 1800))
        refuse(9000)
        #expect(script.taken.last?.bytes == 900)
        let paths = batch.unsegmentedPaths.count
        #expect(paths == (code == EIO ? 0 : EgressBatch.maximumUnsegmentedPaths))
        #expect(counters[.sendFailed] == 0)
        #expect(counters[.segmentationFallback] == (code == EIO ? 1 : UInt64(EgressBatch.maximumUnsegmentedPaths) + 1))
    }

    @Test("Where the kernel takes fewer, the rest follows")
    func partial() {
        let script = ScriptedSend()
        script.replies = [.take(2), .fail(EINTR), .take(1), .fail(EAGAIN), .take(1)]
        var batch = batch(script)
        var outbox = Outbox(capacity: 100)
        fill(&outbox, [100, 200, 300, 400, 500, 600])
        batch.flush(&outbox, to: -1)
        #expect(script.taken.map(\.bytes) == [100, 200, 300, 400, 500, 600])
        #expect(counters[.datagramsSent] == 6)
    }

    @Test("A socket that stays full is waited for a few milliseconds, then the rest is dropped and counted")
    func full() {
        let script = ScriptedSend()
        script.replies = [.take(1)] + Array(repeating: .fail(EAGAIN), count: 100)
        var batch = batch(script)
        var outbox = Outbox(capacity: 100)
        fill(&outbox, [100, 200, 200, 300])
        batch.flush(&outbox, to: -1)
        #expect(counters[.datagramsSent] == 1)
        #expect(counters[.sendQueueOverflow] == 3)
        #expect(script.calls == 7)  // one taken, five waits of a millisecond, one last refusal
    }

    @Test("One unreachable destination does not hold up the others")
    func unreachable() {
        let script = ScriptedSend()
        script.replies = [.take(1), .fail(ENETUNREACH), .take(5)]
        var batch = batch(script)
        var outbox = Outbox(capacity: 100)
        fill(&outbox, [100, 200, 300])
        batch.flush(&outbox, to: -1)
        #expect(script.taken.map(\.bytes) == [100, 300])
        #expect(counters[.sendFailed] == 1 && counters[.datagramsSent] == 2)
    }

    @Test("On a real socket a run arrives as its datagrams", arguments: ["127.0.0.1", "::1"])
    func realSocket(ip: String) throws {
        let client = try UDPClient(ip)
        let socket = try MediaSocket(host: ip, port: 0, stampsReception: false)
        var batch = EgressBatch(capacity: 1024, family: socket.family, counters: counters)
        var outbox = Outbox(capacity: 200)
        for number in 0..<100 as Range<UInt8> {
            outbox.append(to: client.address, from: LocalAddress(ip)!) { room in
                for index in 0..<1200 { room[index] = number }
                return number == 99 ? 700 : 1200
            }
        }
        let runs = outbox.runs.count
        #expect(runs == 2)
        batch.flush(&outbox, to: socket.descriptor)
        for number in 0..<100 as Range<UInt8> {
            let datagram = try client.receive().orThrow()
            #expect(datagram.bytes == [UInt8](repeating: number, count: number == 99 ? 700 : 1200))
            #expect(datagram.from.port == socket.port)
        }
        #expect(counters[.segmentationFallback] == 0)
    }

    @Test("On a real socket both arrive whole")
    func realPair() throws {
        let client = try UDPClient()
        let socket = try MediaSocket(host: "127.0.0.1", port: 0, stampsReception: false)
        var batch = EgressBatch(capacity: 64, family: socket.family, counters: counters)
        var outbox = Outbox(capacity: 64)
        fill(&outbox, rtp: [(1, 100), (2, 1000), (2, 1000)], to: client.address)
        batch.flush(&outbox, to: socket.descriptor)
        let sizes = try (0..<3).map { _ in
            let bytes = try client.receive().orThrow().bytes
            return [bytes.count, Int(bytes[8])]
        }
        #expect(sizes == [[1000, 2], [1000, 2], [100, 1]])
    }

    // A kernel without checksum offload on the way refuses segments for real: SO_NO_CHECK makes it do so (EIO) on any interface.
    @Test("A kernel that really refuses a run gets it singly")
    func realRefusal() throws {
        let client = try UDPClient()
        let socket = try MediaSocket(host: "127.0.0.1", port: 0, stampsReception: false)
        var on: Int32 = 1
        try #require(setsockopt(socket.descriptor, SOL_SOCKET, SO_NO_CHECK, &on, 4) == 0)
        var batch = EgressBatch(capacity: 1024, family: socket.family, counters: counters)
        var outbox = Outbox(capacity: 64)
        for number in 0..<10 as Range<UInt8> {
            outbox.append(to: client.address, from: source) { room in
                room[0] = number
                return 1200
            }
        }
        batch.flush(&outbox, to: socket.descriptor)
        for number in 0..<10 as Range<UInt8> { #expect(client.receive()?.bytes.first == number) }
        #expect(counters[.segmentationFallback] == 1)
        #expect(counters[.datagramsSent] == 10)
    }
}

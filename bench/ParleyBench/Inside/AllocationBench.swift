import Glibc
import RTP
import SFU

/// Heap allocations of the media thread in a steady room: none between the 10,000th and the 100,000th packet it receives. Media and the
/// viewers' reports are counted; checks for consent are not sent meanwhile (25 s), because GnuTLS, which libnice computes their HMAC with,
/// allocates for each.
/// Run it with `LD_PRELOAD=allocations.so` (bench/shims), which counts them; a command that must allocate is the control.
enum AllocationBench {
    static let warmUp = 10_000
    static let packets = 100_000
    static let attempts = 3
    /// So that rates have settled, and been told, before the warm-up ends.
    static let perSecond = 4000

    static func run() throws {
        let room = try BenchRoom(viewers: 8, measuresDelay: false)
        defer { room.server.stop() }
        let allocations = try AllocationCount(ofThreadsNamed: "media-")
        var stream = BenchStream()
        // A machine busy with other things makes the pace uneven, and a viewer is told when its rate has moved by a quarter: such a window was
        // not steady, and another is taken.
        var steady = Int.max
        var forwarded = 0
        for _ in 0..<attempts where steady != 0 {
            room.publisher.keepAlive()
            for viewer in room.viewers { viewer.keepAlive() }
            send(warmUp, to: room, &stream)
            let start = allocations.now
            forwarded = send(packets - warmUp, to: room, &stream)
            steady = min(steady, allocations.now - start)
        }
        // Control: an answer with names in it cannot be made without the heap, so the counter must see it.
        let before = allocations.now
        room.server.send(.requestStatistics(room.viewers[0].id, ticket: 1))
        send(1000, to: room, &stream)
        let planted = allocations.now - before
        print("allocations in \(packets - warmUp) packets received and \(forwarded) forwarded: \(steady); with one planted: \(planted)")
        guard forwarded > (packets - warmUp) * 4 else { throw BenchFailure(description: "hardly anything was forwarded") }
        guard planted > 0 else { throw BenchFailure(description: "the control was not seen: is allocations.so preloaded?") }
        guard steady == 0 else { throw BenchFailure(description: "\(steady) allocations on the packet path") }
    }

    /// One audio packet to nine of video, with the viewers' reports as browsers send them. Returns what the viewers got.
    @discardableResult
    private static func send(_ count: Int, to room: BenchRoom, _ stream: inout BenchStream) -> Int {
        var pace = Pace(perSecond: perSecond)
        var received = 0
        for number in 0..<count {
            room.publisher.sendRTP { number % 10 == 0 ? stream.nextAudio($0) : stream.nextVideo($0) }
            if number % 8 == 0 {
                for viewer in room.viewers { received += viewer.discard() }
            }
            if number % 2000 == 0 {
                for viewer in room.viewers { viewer.sendRTCP(report) }
            }
            pace.wait()
        }
        for viewer in room.viewers { received += viewer.discard() }
        return received
    }

    /// A receiver report and a REMB that leaves room for everything.
    private static func report(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = RTCPWriter(buffer)
        _ = writer.receiverReport(ssrc: SSRC(1), reports: [])
        _ = writer.receiverEstimatedMaximumBitrate(sender: SSRC(1), bitrate: DataRate.megabits(200), sources: [SSRC(2002)])
        return writer.count
    }
}

/// Asks the preloaded counter about threads by their name.
struct AllocationCount {
    private typealias Function = @convention(c) (Int32) -> UInt
    private let ask: Function
    private let threads: [Int32]

    init(ofThreadsNamed prefix: String) throws {
        guard let symbol = dlsym(nil, "parley_allocations_of") else {
            throw BenchFailure(description: "allocations.so is not preloaded")
        }
        ask = unsafeBitCast(symbol, to: Function.self)
        var found: [Int32] = []
        guard let directory = opendir("/proc/self/task") else { throw BenchFailure(description: "/proc/self/task cannot be read") }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let thread = Int32(name), let file = fopen("/proc/self/task/\(name)/comm", "r") else { continue }
            defer { fclose(file) }
            var text = [CChar](repeating: 0, count: 32)
            guard fgets(&text, 32, file) != nil else { continue }
            if text.withUnsafeBufferPointer({ String(cString: $0.baseAddress!) }).hasPrefix(prefix) { found.append(thread) }
        }
        guard !found.isEmpty else { throw BenchFailure(description: "no thread is named \(prefix)…") }
        threads = found
    }

    var now: Int { threads.reduce(0) { $0 + Int(ask($1)) } }
}

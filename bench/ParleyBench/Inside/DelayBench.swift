import CLinux
import Glibc
import RTP
import SFU

/// Delay inside the server, from the kernel's stamp on a received datagram to the return of the `sendmmsg` that forwarded it, beside a bare
/// `recvmmsg` → `sendmmsg` reflector that is sent the same packets in the same run. Audio, which is never paced.
enum DelayBench {
    static let packets = 100_000
    static let perSecond = 5000
    /// What is promised: the server's p99 beside the reflector's.
    private static let promised = 2.0
    /// Rounds until the promise is seen kept. Others on the machine only ever add to a delay, so the least of each is nearest to the truth, and a
    /// server that is slower stays so in all of them.
    private static let rounds = 5

    static func run() throws {
        // In turn, twice at least: a noisy moment of the machine falls on both.
        var server: [Quantiles] = []
        var reflector: [Quantiles] = []
        var ratio = Double.infinity
        while server.count < 2 || (server.count < rounds && ratio > promised) {
            reflector.append(try measureReflector())
            server.append(try measureServer())
            ratio = Double(server.map(\.p99).min()! * 100 / max(1, reflector.map(\.p99).min()!)) / 100
        }
        for (name, all) in [("reflector", reflector), ("parley", server)] {
            for q in all { print("\(name)  p50 \(q.p50) µs  p99 \(q.p99) µs  of \(q.count) datagrams") }
        }
        print("p99 ratio \(ratio)")
    }

    struct Quantiles {
        var p50: Int
        var p99: Int
        var count: UInt64

        init(_ histogram: DelayHistogram) {
            p50 = histogram.microseconds(quantile: 0.5) ?? 0
            p99 = histogram.microseconds(quantile: 0.99) ?? 0
            count = histogram.count
        }
    }

    private static func measureServer() throws -> Quantiles {
        let room = try BenchRoom(viewers: 1, measuresDelay: true)
        defer { room.server.stop() }
        var stream = BenchStream()
        var pace = Pace(perSecond: perSecond)
        var received = 0
        for _ in 0..<packets {
            room.publisher.sendRTP { stream.nextAudio($0) }
            room.publisher.keepAlive()
            for viewer in room.viewers {
                viewer.keepAlive()
                received += viewer.discard()
            }
            pace.wait()
        }
        guard received > packets * 98 / 100, let histogram = room.server.delays().first else {
            throw BenchFailure(description: "only \(received) of \(packets) packets were forwarded")
        }
        return Quantiles(histogram)
    }

    private static func measureReflector() throws -> Quantiles {
        let reflector = try Reflector()
        defer { reflector.stop() }
        let client = try reflector.connectedSocket()
        defer { close(client) }
        var packet = [UInt8](repeating: 7, count: 196)
        var pace = Pace(perSecond: perSecond)
        for _ in 0..<packets {
            send(client, packet, packet.count, 0)
            while recv(client, &packet, packet.count, Int32(MSG_DONTWAIT)) > 0 {}
            pace.wait()
        }
        return Quantiles(reflector.delays)
    }
}

import CLinux
import Glibc
import Testing

@testable import SFU

/// Runs of datagrams on an interface with an MTU, as network cards have one and loopback does not. Guard: the refusal branch of
/// `EgressBatch.transmit`; without it the runs of `mtu1280` are lost.
@Suite("Egress through an interface", .enabled(if: TunnelInterface.isAvailable, "needs root and /dev/net/tun"))
struct EgressInterfaceTests {
    /// What became of ten datagrams in one run, and of ten more.
    private struct Outcome {
        var arrived: [[UInt8]] = []
        var calls: [Int] = []
        let counters = Counters()
    }

    private static func send(bytes: Int, mtu: Int32, offloadsChecksums: Bool = true) throws -> Outcome {
        let interface = try TunnelInterface(mtu: mtu, offloadsChecksums: offloadsChecksums)
        let socket = try MediaSocket(host: TunnelInterface.address, port: 0, stampsReception: false)
        let peer = try SocketAddress(TunnelInterface.peer, port: 9).orThrow()
        let source = try LocalAddress(TunnelInterface.address).orThrow()
        var outcome = Outcome()
        var calls = 0
        var batch = EgressBatch(capacity: 1024, family: AF_INET, counters: outcome.counters) {
            calls += 1
            return parley_sendmmsg($0, $1, $2)
        }
        var outbox = Outbox(capacity: 64)
        for _ in 0..<2 {
            for number in 0..<10 as Range<UInt8> {
                outbox.append(to: peer, from: source) { room in
                    room[0] = number
                    return bytes
                }
            }
            calls = 0
            batch.flush(&outbox, to: socket.descriptor)
            outcome.calls.append(calls)
            outcome.arrived.append(interface.datagrams(10))
        }
        return outcome
    }

    @Test("1,200 bytes fit an MTU of 1,500: a run is one system call and arrives as its datagrams")
    func mtu1500() async {
        await #expect(processExitsWith: .success) {
            let outcome = try Self.send(bytes: 1_200, mtu: 1_500)
            #expect(outcome.arrived == [Array(0..<10), Array(0..<10)])
            #expect(outcome.calls == [1, 1])
            #expect(outcome.counters[.segmentationFallback] == 0)
            #expect(outcome.counters[.datagramsSent] == 20)
        }
    }

    @Test("1,300 bytes do not fit an MTU of 1,280: the kernel refuses the run, and it goes out singly, none lost")
    func mtu1280() async {
        await #expect(processExitsWith: .success) {
            let outcome = try Self.send(bytes: 1_300, mtu: 1_280)
            #expect(outcome.arrived == [Array(0..<10), Array(0..<10)])
            // Refused, then all singly in one call; the second time it is not tried.
            #expect(outcome.calls == [2, 1])
            #expect(outcome.counters[.segmentationFallback] == 1)
            #expect(outcome.counters[.datagramsSent] == 20 && outcome.counters[.sendFailed] == 0)
        }
    }

    // Linux refuses this up to 6.10, and from 6.11 on segments it in software.
    @Test("An interface without checksum offload: refused or not, none is lost")
    func noChecksumOffload() async {
        await #expect(processExitsWith: .success) {
            let outcome = try Self.send(bytes: 1_200, mtu: 1_500, offloadsChecksums: false)
            #expect(outcome.arrived == [Array(0..<10), Array(0..<10)])
            #expect(outcome.calls[0] <= 2 && outcome.calls[1] == 1)
            #expect(outcome.counters[.datagramsSent] == 20 && outcome.counters[.sendFailed] == 0)
        }
    }
}

import CSRTP
import CSRTPOpenSSL
import Glibc
import RTP
import Testing

@testable import SFU

/// What a packet and a handshake cost, printed. Run by hand in a release build:
/// `PARLEY_SPEED=1 swift test -c release -Xswiftc -enable-testing --filter SRTPSpeed`.
@Suite("Speed", .enabled(if: getenv("PARLEY_SPEED") != nil), .serialized)
struct SRTPSpeedTests {
    @Test("SRTP with the plug-in and with the ciphers built into libsrtp, nanoseconds a packet")
    func ciphers() throws {
        for profile in SRTPProfile.allCases {
            for payload in [88, 1188] {
                let plugIn = try measure(profile, payload)
                let builtIn = try BuiltInCiphers.use { try measure(profile, payload) }
                print(
                    "SRTP \(profile) \(payload + 12) B: plug-in protect \(plugIn.protect) unprotect \(plugIn.unprotect),",
                    "built-in protect \(builtIn.protect) unprotect \(builtIn.unprotect) ns")
            }
        }
    }

    /// The best of many rounds of 256 packets, by this thread's processor time.
    private func measure(_ profile: SRTPProfile, _ payload: Int) throws -> (protect: Int64, unprotect: Int64) {
        let keys = SRTPKeyingMaterial(profile: profile, seed: 3)
        let server = try SRTPSession(keys, role: .server, counters: Counters())
        let client = try SRTPSession(keys, role: .client, counters: Counters())
        var best = (protect: Int64.max, unprotect: Int64.max)
        var sequence: UInt16 = 0
        for _ in 0..<100 {
            var packets = (0..<256).map { SRTPPacket.rtp(sequence: sequence &+ UInt16($0), payload: payload) }
            sequence &+= 256
            let start = threadTime()
            for index in packets.indices { _ = packets[index].protect(server) }
            let middle = threadTime()
            for index in packets.indices { _ = packets[index].unprotect(client) }
            best = (min(best.protect, (middle - start) / 256), min(best.unprotect, (threadTime() - middle) / 256))
        }
        return best
    }

    private func threadTime() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    @Test("A DTLS handshake without a network, both ends in this thread")
    func handshake() throws {
        let identity = try DTLSIdentity.generate()
        var times: [Int64] = []
        for _ in 0..<200 {
            let pair = DTLSPair(identity: identity)
            let start = realNow
            pair.run()
            #expect(pair.isConnected)
            times.append(realNow.microseconds(since: start))
        }
        times.sort()
        print("DTLS handshake, both ends: p50 \(times[100]) µs, p99 \(times[198]) µs")
    }
}

import CLinux
import Glibc
import RTP

@testable import SFU

/// Real time, for what OpenSSL times by its own clock.
var realNow: Instant { Instant(nanoseconds: parley_clock_ns(CLOCK_MONOTONIC)) }

/// Resident memory of this process in bytes.
func residentBytes() -> Int {
    let file = open("/proc/self/statm", O_RDONLY)
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 128)
    let count = read(file, &text, text.count)
    let fields = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
    return (Int(fields[1]) ?? 0) * Int(getpagesize())
}

/// By how many bytes this process grows when `work` is done. Only in an exit test, whose process runs nothing else.
func growth(_ work: () throws -> Void) rethrows -> Int {
    let before = residentBytes()
    try work()
    return residentBytes() - before
}

let anyFingerprint = Fingerprint(algorithm: .sha256, bytes: [UInt8](repeating: 7, count: 32))

extension SocketAddress {
    /// 192.0.2.x, a different one for each number.
    static func test(_ number: UInt32, port: UInt16 = 40_000) -> SocketAddress {
        SocketAddress(
            high: UInt64((0x0A00_0000 | number & 0xFF_FFFF).bigEndian.littleEndian).littleEndian, low: 0, port: port, isIPv6: false)
    }
}

let serverAddress = LocalAddress("192.0.2.1")!
let clientAddress = SocketAddress("198.51.100.7", port: 50_000)!

/// One transport with its ICE agent, fed from memory.
final class TransportHarness {
    let counters = Counters()
    let agent: ICEAgentLite
    let transport: Transport
    var sent: [(to: SocketAddress, from: LocalAddress, bytes: [UInt8])] = []
    var now: Instant

    init(
        handshake: Handshake? = nil, identity: DTLSIdentity? = nil, fingerprint: Fingerprint = anyFingerprint, at now: Instant = .zero
    ) {
        self.now = now
        agent = ICEAgentLite(counters: counters)
        let fallback = SRTPKeyingMaterial(profile: .aeadAES128GCM, seed: 1)
        transport = Transport(
            local: ICECredentials(ufrag: "local", password: STUNClient.password), remoteFingerprint: fingerprint,
            handshake: handshake ?? identity.map { .openSSL($0) } ?? .seeded(fallback), counters: counters, at: now)
    }

    /// Runs one step with an outbox of its own and keeps what came out.
    func collecting<Result>(_ step: (inout Outbox) -> Result) -> Result {
        var outbox = Outbox(capacity: 64)
        let result = step(&outbox)
        outbox.forEachDatagram { to, from, bytes in sent.append((to, from, Array(UnsafeRawBufferPointer(bytes)))) }
        return result
    }

    @discardableResult
    func receiveSTUN(_ bytes: [UInt8], from: SocketAddress = clientAddress) -> ICEAgentLite.Outcome {
        var bytes = bytes
        return bytes.withUnsafeMutableBytes { buffer in
            collecting { outbox in
                agent.receive(
                    buffer, from: from, to: serverAddress, at: now,
                    lookup: { transport.ufrags.contains($0) ? transport : nil }, into: &outbox)
            }
        }
    }

    func receiveDTLS(_ bytes: [UInt8], from: SocketAddress = clientAddress) {
        var bytes = bytes
        bytes.withUnsafeMutableBytes { buffer in
            collecting { transport.receiveDTLS(buffer, from: from, to: serverAddress, at: now, into: &$0) }
        }
    }

    func advance(to instant: Instant) {
        now = instant
        collecting { transport.advance(to: instant, into: &$0) }
    }

    /// Datagrams sent since the last call.
    func takeSent() -> [[UInt8]] {
        defer { sent = [] }
        return sent.map(\.bytes)
    }
}

extension ICEAgentLite.Outcome {
    var isAnswered: Bool { if case .answered = self { true } else { false } }
}

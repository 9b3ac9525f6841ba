import CSRTP
import RTP
import Testing

@testable import SFU

@Suite("SRTP", .serialized)
struct SRTPSessionTests {
    private let counters = Counters()

    private func pair(_ profile: SRTPProfile = .aeadAES128GCM) throws -> (server: SRTPSession, client: SRTPSession) {
        let keys = SRTPKeyingMaterial(profile: profile, seed: 42)
        return (try SRTPSession(keys, role: .server, counters: counters), try SRTPSession(keys, role: .client, counters: counters))
    }

    private func sealed(_ sequence: UInt16, _ session: SRTPSession, ssrc: UInt32 = 1) -> SRTPPacket {
        var packet = SRTPPacket.rtp(sequence: sequence, ssrc: ssrc)
        let done = packet.protect(session)
        #expect(done)
        return packet
    }

    @Test("What one side seals, the other opens", arguments: SRTPProfile.allCases)
    func roundTrip(profile: SRTPProfile) throws {
        let (server, client) = try pair(profile)
        for payload in [0, 1, 15, 16, 17, 100, 1200] {
            for isRTCP in [false, true] {
                let plain = isRTCP ? SRTPPacket.rtcp() : SRTPPacket.rtp(sequence: UInt16(payload), payload: payload)
                var packet = plain
                let sealed = packet.protect(server, isRTCP: isRTCP)
                #expect(sealed && packet.count > plain.count && packet.count <= plain.count + SRTPSession.overhead)
                let opened = packet.unprotect(client, isRTCP: isRTCP)
                #expect(opened && packet.contents == plain.contents)
            }
        }
    }

    @Test("Where a session's cipher and authenticator are is known, and nothing is noted beyond it", arguments: SRTPProfile.allCases)
    func parts(profile: SRTPProfile) {
        let key = [UInt8](repeating: 7, count: SRTPProfile.keyBytes + profile.saltBytes)
        let (session, parts) = SRTPParts.noted { makeSRTPContext(profile, masterKey: key, direction: ssrc_any_outbound) }
        let (none, nothing) = SRTPParts.noted { 1 }
        let other = makeSRTPContext(profile, masterKey: key, direction: ssrc_any_outbound)
        #expect(parts.areKnown && !nothing.areKnown && none == 1)
        for session in [session, other] { if let session { srtp_dealloc(session) } }
    }

    @Test(
        "Where libsrtp keeps a session's first four streams is known, each elsewhere, until they are forgotten",
        arguments: SRTPProfile.allCases)
    func streams(profile: SRTPProfile) throws {
        let key = [UInt8](repeating: 7, count: SRTPProfile.keyBytes + profile.saltBytes)
        let session = try #require(makeSRTPContext(profile, masterKey: key, direction: ssrc_any_outbound))
        defer { srtp_dealloc(session) }
        var streams = SRTPStreams(of: session)
        streams.note(1, in: session)
        #expect(streams.count == 0, "no packet of it has passed")
        for ssrc in 1...5 as ClosedRange<UInt32> {
            var packet = SRTPPacket.rtp(sequence: 1, ssrc: ssrc)
            var size = Int32(packet.count)
            let status = packet.withRoom { srtp_protect(session, $0.baseAddress, &size) }
            #expect(status == srtp_err_status_ok)
            streams.note(ssrc, in: session)
            streams.note(ssrc, in: session)
        }
        #expect(streams.count == 4)
        #expect(Set((1...4).compactMap { streams.place(of: $0) }).count == 4)
        #expect(streams.place(of: 5) == nil)
        // A stream begins with its SSRC, in network order.
        #expect(streams.place(of: 3)?.load(as: UInt32.self) == (3 as UInt32).bigEndian)
        streams.forget(2)
        #expect(streams.place(of: 2) == nil)
        #expect(streams.place(of: 4)?.load(as: UInt32.self) == (4 as UInt32).bigEndian)
        streams.forget(2)
        #expect(streams.count == 3)
    }

    @Test("No flipped bit and no truncation is accepted", arguments: SRTPProfile.allCases)
    func tampering(profile: SRTPProfile) throws {
        let (server, client) = try pair(profile)
        let good = sealed(1, server)
        for bit in 0..<(good.count * 8) {
            var bad = good
            bad.bytes[bit / 8] ^= 1 << (bit % 8)
            let opened = bad.unprotect(client)
            #expect(!opened, "bit \(bit)")
        }
        for count in 0..<good.count {
            var short = good
            short.count = count
            let opened = short.unprotect(client)
            #expect(!opened, "length \(count)")
        }
        var control = good
        let opened = control.unprotect(client)
        #expect(opened)
    }

    // F14. Guard: libsrtp's replay window, which our policy sets.
    @Test("A packet is accepted once, in a window of 1,024", arguments: SRTPProfile.allCases)
    func replay(profile: SRTPProfile) throws {
        let (server, client) = try pair(profile)
        let packets = (1...1100).map { sealed(UInt16($0), server) }
        func opens(_ packet: SRTPPacket) -> Bool {
            var packet = packet
            return packet.unprotect(client)
        }
        #expect(opens(packets[1099]))
        #expect(!opens(packets[1099]))
        #expect(opens(packets[200]))  // 899 back
        #expect(!opens(packets[200]))
        #expect(!opens(packets[10]))  // 1,089 back: too old
        #expect(counters[.srtpReplayed] == 3)
    }

    // B8. Guard: length checks of unprotectRTCP / unprotectRTP, and libsrtp's.
    @Test("RTCP and RTP of 0 to 40 bytes, and headers that claim more than there is, are dropped", arguments: SRTPProfile.allCases)
    func shortPackets(profile: SRTPProfile) throws {
        let (server, _) = try pair(profile)
        for count in 0...40 {
            for first in [0x80, 0x81, 0x9F, 0xBF, 0x8F] as [UInt8] {
                var packet = SRTPPacket([first, 200] + [UInt8](repeating: 0xFF, count: 60))
                packet.count = count
                let rtcp = packet.unprotect(server, isRTCP: true)
                packet.bytes[1] = 96
                let rtp = packet.unprotect(server)
                #expect(!rtcp && !rtp)
            }
        }
        // CSRC count 15 and an extension of 0xFFFF words in a packet of 60 bytes.
        var liar = SRTPPacket([0x9F, 96] + [UInt8](repeating: 0xFF, count: 1000))
        for count in 12...200 {
            liar.count = count
            let opened = liar.unprotect(server)
            #expect(!opened)
        }
    }

    // B8, F30. Guard: admitsOutbound.
    @Test("A stream of ours cannot begin at or above 2^15", arguments: SRTPProfile.allCases)
    func startBound(profile: SRTPProfile) throws {
        let (server, _) = try pair(profile)
        for start in [32_768, 40_000, 65_000, 65_535] as [UInt16] {
            var packet = SRTPPacket.rtp(sequence: start, ssrc: UInt32(start))
            let sealed = packet.protect(server)
            #expect(!sealed)
        }
        #expect(counters[.srtpStartTooHigh] == 4)
        _ = sealed(32_767, server, ssrc: 5)
        _ = sealed(32_768, server, ssrc: 5)  // going on above is what streams do
    }

    // B8, F30: for starts as ours are, every packet after the gap decrypts, wherever the gap of 1 to 500 lies about the first wrap.
    @Test("Up to 500 packets lost around the wrap do not stop decryption", arguments: SRTPProfile.allCases)
    func wrapWithLoss(profile: SRTPProfile) throws {
        for start in [0, 1, 1000, 16_384, 32_000, 32_767] as [UInt16] {
            for (before, lost) in [(1, 1), (1, 2), (250, 500), (0, 500), (499, 500), (500, 500), (30, 31), (100, 130)] {
                let (server, client) = try pair(profile)
                var sequence = Int(start)
                let gap = (65_536 - before)..<(65_536 - before + lost)
                while sequence < 65_536 + 700 {
                    let index = sequence
                    // Far from the wrap, every thousandth packet is enough to keep both sides in step.
                    sequence += sequence < 64_500 ? 1000 : 1
                    var packet = sealed(UInt16(truncatingIfNeeded: index), server)
                    guard !gap.contains(index) else { continue }
                    let opened = packet.unprotect(client)
                    #expect(opened, "start \(start), lost \(gap), packet \(index)")
                    if !opened { return }
                }
            }
        }
    }

    // F30 for starts all over the lower half: every 61st in a debug run, each in a release run, with a gap of its own about the wrap.
    @Test("Wherever below 2^15 a stream begins, a gap of 1 to 500 about its first wrap does no harm", arguments: SRTPProfile.allCases)
    func wrapFromAnyStart(profile: SRTPProfile) throws {
        #if DEBUG
            let step = 61
        #else
            let step = 1
        #endif
        for start in stride(from: 0, to: 1 << 15, by: step) {
            let (server, client) = try pair(profile)
            let lost = 1 + start * 7 % 500
            let gap = (65_536 - start * 13 % (lost + 1))..<(65_536 - start * 13 % (lost + 1) + lost)
            // Jumps below 2^15 keep both sides in step; next to the gap and beyond it every packet counts.
            var indices = Array(stride(from: start, to: gap.lowerBound - 3, by: 20_000))
            indices += (gap.lowerBound - 3)..<gap.lowerBound
            indices += gap.upperBound..<(gap.upperBound + 5)
            indices.append(gap.upperBound + 700)
            for index in indices {
                var packet = sealed(UInt16(truncatingIfNeeded: index), server)
                let opened = packet.unprotect(client)
                #expect(opened, "start \(start), lost \(gap), packet \(index)")
                if !opened { return }
            }
        }
    }

    // The control of the row above: libsrtp itself fails for a start above 2^15, which is why the guard exists.
    @Test("A stream that began at 65,000 and lost its wrap is never read again")
    func wrapFailsForHighStart() throws {
        let keys = SRTPKeyingMaterial(profile: .aeadAES128GCM, seed: 42)
        let raw = try #require(makeSRTPContext(.aeadAES128GCM, masterKey: keys.serverKey + keys.serverSalt, direction: ssrc_any_outbound))
        defer { srtp_dealloc(raw) }
        let (_, client) = try pair()
        var failed = 0
        for index in 65_000..<66_000 {
            var packet = SRTPPacket.rtp(sequence: UInt16(truncatingIfNeeded: index))
            var length = Int32(packet.count)
            let status = packet.withRoom { srtp_protect(raw, $0.baseAddress, &length) }
            #expect(status == srtp_err_status_ok)
            packet.count = Int(length)
            if index < 65_540 { continue }  // everything up to beyond the wrap is lost
            let opened = packet.unprotect(client)
            if !opened { failed += 1 }
        }
        #expect(failed == 460)
    }

    // ARCHITECTURE §4. Guard: the table's bound before unprotect.
    @Test("A thirty-third stream is dropped unread; a forgotten one makes room")
    func tooManyStreams() throws {
        let (server, client) = try pair()
        for ssrc in 1...32 as ClosedRange<UInt32> {
            var packet = sealed(1, client, ssrc: ssrc)
            let opened = packet.unprotect(server)
            #expect(opened)
        }
        var another = sealed(1, client, ssrc: 33)
        let opened = another.unprotect(server)
        #expect(!opened && counters[.srtpTooManyStreams] == 1)

        server.forgetInbound(SSRC(7))
        var fresh = sealed(1, client, ssrc: 34)
        let admitted = fresh.unprotect(server)
        #expect(admitted)
    }

    @Test("A hundred thousand streams of an authentic peer cost no memory")
    func floodOfStreams() async {
        await #expect(processExitsWith: .success) {
            let keys = SRTPKeyingMaterial(profile: .aeadAES128GCM, seed: 42)
            let server = try SRTPSession(keys, role: .server, counters: Counters())
            var admitted = 0
            func flood(_ ssrcs: Range<UInt32>) throws {
                for first in stride(from: ssrcs.lowerBound, to: ssrcs.upperBound, by: 100) {
                    let client = try SRTPSession(keys, role: .client, counters: Counters())
                    for ssrc in first..<(first + 100) {
                        var packet = SRTPPacket.rtp(sequence: 1, ssrc: ssrc)
                        let sealed = packet.protect(client)
                        let opened = packet.unprotect(server)
                        precondition(sealed)
                        if opened { admitted += 1 }
                    }
                }
            }
            try flood(0..<1000)
            let grown = try growth { try flood(1000..<101_000) }
            #expect(grown < 1 << 20)
            #expect(admitted == 32)
        }
    }

    @Test("Packets that are not authentic take no place among the streams")
    func forgedStreamsTakeNoPlace() throws {
        let (server, client) = try pair()
        for ssrc in 1...1000 as ClosedRange<UInt32> {
            var packet = SRTPPacket.rtp(sequence: 1, ssrc: ssrc)
            packet.count += 16
            let opened = packet.unprotect(server)
            #expect(!opened)
        }
        var honest = sealed(1, client, ssrc: 5000)
        let opened = honest.unprotect(server)
        #expect(opened && counters[.srtpAuthenticationFailed] == 1000)
    }
}

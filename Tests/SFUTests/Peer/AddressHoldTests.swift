import RTP
import Testing

@testable import SFU

/// Who is taken to be at an address, when somebody with credentials of their own forges it. Guard: `MediaCore.isHeld`.
@Suite("An address belongs to who is there")
struct AddressHoldTests {
    private let harness = CoreHarness()
    private let slotSSRC: UInt32 = 2_000
    private let there = SocketAddress.test(77)
    private var publishing: Sections {
        Sections(receive: [
            ReceiveSection(
                mid: "0", source: .microphone, codecs: [CoreHarness.opus], extensions: CoreHarness.extensions, feedback: [],
                ssrcs: [DeclaredSSRC(ssrc: SSRC(1_000))])
        ])
    }
    private var listening: Sections {
        Sections(slots: [
            SlotSection(
                mid: "0", purpose: .audio, index: 0, ssrc: SSRC(slotSSRC), codecs: [CoreHarness.opus], extensions: CoreHarness.extensions,
                feedback: [])
        ])
    }

    private func speak(_ number: UInt16, _ client: CoreClient) {
        harness.send(
            RTPDraft(
                ssrc: 1_000, type: 111, sequence: number, timestamp: UInt32(number) * 960,
                payload: [0x78, UInt8(number >> 8), UInt8(number & 0xFF)]),
            from: client)
    }

    @Test("Checks forged from a participant's address take nothing from him, for as long as he is there")
    func forgedSource() throws {
        let victim = try harness.join(1, at: there, publishing)
        let listener = try harness.join(2, listening)
        let attacker = try harness.join(3, publishing)
        // A minute: forged checks every 20 ms, the victim's own every 5 s, one of them lost.
        for number in 0..<3_000 as Range<UInt16> {
            if number % 250 == 0, number != 1_250 { #expect(harness.check(victim)) }
            if number % 500 == 0 { harness.check(listener) }
            harness.check(attacker, from: there)
            if number % 500 == 0 { harness.check(attacker) }
            speak(number, victim)
            harness.pass(.milliseconds(20))
        }
        // The packet that begins a track comes before its slot is mapped.
        #expect(listener.received[slotSSRC]?.count == 2_999)
        #expect(harness.core.counters[.stunAddressHeld] == 3_000)
        #expect(harness.core.counters[.unvalidatedSource] == 0)
    }

    @Test("Who has gone silent lets go after 12 s, and the next one to be given the address gets through")
    func silence() throws {
        let former = try harness.join(1, at: there, publishing)
        let listener = try harness.join(2, listening)
        let next = try harness.open(3, at: there, publishing)
        var waited = 0
        while !harness.check(next), waited < 200 {
            waited += 1
            if waited % 50 == 0 { harness.check(listener) }
            harness.pass(.milliseconds(100))
        }
        #expect(waited == 121, "tenths of a second")
        speak(1, next)
        speak(2, next)
        #expect(listener.received[slotSSRC]?.count == 1)
        // Now it is the other's turn to wait.
        #expect(!harness.check(former))
    }

    @Test("Who is closed lets go at once")
    func closed() throws {
        let former = try harness.join(1, at: there, publishing)
        let listener = try harness.join(2, listening)
        let next = try harness.open(3, at: there, publishing)
        #expect(!harness.check(next))
        harness.handle(.closePeer(former.id))
        #expect(harness.check(next))
        speak(1, next)
        speak(2, next)
        #expect(listener.received[slotSSRC]?.count == 1)
    }

    @Test("A participant's new peer on the same socket need not wait, whether or not the former one is closed")
    func rejoin() throws {
        _ = try harness.join(1, participant: 9, at: there, publishing)
        let listener = try harness.join(2, listening)
        let again = try harness.join(3, participant: 9, at: there, publishing)
        speak(1, again)
        speak(2, again)
        #expect(listener.received[slotSSRC]?.count == 1)
        #expect(harness.core.counters[.stunAddressHeld] == 0)
    }

    // Guard: the `contains` in `MediaCore.learn`. Without it every turn adds an entry.
    @Test("Two peers of one participant that take turns at an address leave no trace of it")
    func turns() throws {
        let one = try harness.join(1, participant: 9, at: there, publishing)
        let other = try harness.join(2, participant: 9, at: there, publishing)
        for _ in 0..<1_000 {
            let answered = harness.check(one) && harness.check(other)
            #expect(answered)
        }
        #expect(harness.core.peers.map(\.addresses.count) == [1, 1])
    }
}

import Glibc
import Synchronization
import Testing

@testable import SFU

@Suite("Mailbox")
struct MailboxTests {
    private func peer(_ message: Mailbox.Message) -> UInt64? {
        if case .command(.closePeer(let id)) = message { id.rawValue } else { nil }
    }

    @Test("Commands come out in order, and wake whoever waits")
    func order() throws {
        let mailbox = try Mailbox()
        for id in 0..<100 as Range<UInt64> { #expect(mailbox.put(.command(.closePeer(PeerID(id))))) }
        var waiting = pollfd(fd: mailbox.descriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 0) == 1)
        #expect(mailbox.takeAll().compactMap(peer) == Array(0..<100))
        #expect(poll(&waiting, 1, 0) == 0)
        #expect(mailbox.takeAll().isEmpty)
    }

    private func fill(_ mailbox: Mailbox) {
        for id in 0..<UInt64(Mailbox.capacity) { #expect(mailbox.put(.command(.setAuto(PeerID(id), true)))) }
    }

    @Test("It holds 8,192 commands; more are refused, but stopping always works")
    func bound() throws {
        let mailbox = try Mailbox()
        fill(mailbox)
        #expect(!mailbox.put(.command(.drain)))
        #expect(mailbox.takeRefusals() == 1 && mailbox.takeRefusals() == 0)
        #expect(mailbox.put(.stop))
        #expect(mailbox.takeAll().count == Mailbox.capacity + 1)
        #expect(mailbox.put(.command(.drain)))
    }

    /// Guard: `State.keep`. Without it a participant who was removed while the worker was busy goes on sending.
    @Test("Full, it still takes the last word on each peer: its rights, or its end")
    func lastWords() throws {
        let mailbox = try Mailbox()
        fill(mailbox)
        for id in 1...3 as ClosedRange<UInt64> {
            for _ in 0..<10_000 { #expect(mailbox.put(.command(.setRights(PeerID(id), PeerRights())))) }
        }
        #expect(mailbox.put(.command(.closePeer(PeerID(2)))))
        #expect(mailbox.put(.command(.setRights(PeerID(2), PeerRights()))))
        #expect(mailbox.put(.command(.setRights(PeerID(3), PeerRights(speak: false)))))
        #expect(mailbox.takeRefusals() == 0)
        let beyond = mailbox.takeAll().dropFirst(Mailbox.capacity)
        #expect(beyond.count == 3, "thirty thousand changes leave one word for each")
        #expect(beyond.compactMap(peer) == [2])
        let muted = beyond.contains { if case .command(.setRights(PeerID(3), let rights)) = $0 { !rights.speak } else { false } }
        #expect(muted, "the last of them counts")
        #expect(mailbox.takeAll().isEmpty)
    }

    /// Guard: `State.keep`, `spans`. Without it a room stays in two halves once the worker was busy.
    @Test("Full, it still takes who shares each room, and the last word counts")
    func spans() throws {
        let mailbox = try Mailbox()
        fill(mailbox)
        for workers in [[0, 1], [0, 1, 2], [2]] { #expect(mailbox.put(.command(.spanRoom(RoomID(1), workers: workers)))) }
        let beyond = mailbox.takeAll().dropFirst(Mailbox.capacity)
        #expect(beyond.count == 1)
        let isLast = beyond.contains { if case .command(.spanRoom(RoomID(1), [2])) = $0 { true } else { false } }
        #expect(isLast)
        #expect(mailbox.takeAll().isEmpty)
    }
}

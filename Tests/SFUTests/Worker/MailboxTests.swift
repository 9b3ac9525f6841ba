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

    @Test("It holds 8,192 commands; more are refused, but stopping always works")
    func bound() throws {
        let mailbox = try Mailbox()
        for id in 0..<UInt64(Mailbox.capacity) { #expect(mailbox.put(.command(.closePeer(PeerID(id))))) }
        #expect(!mailbox.put(.command(.drain)))
        #expect(mailbox.takeRefusals() == 1 && mailbox.takeRefusals() == 0)
        #expect(mailbox.put(.stop))
        #expect(mailbox.takeAll().count == Mailbox.capacity + 1)
        #expect(mailbox.put(.command(.drain)))
    }
}

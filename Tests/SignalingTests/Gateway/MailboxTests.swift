import Testing

@testable import Signaling

/// The bounds of what waits, and that they cost no message that was taken.
@Suite struct MailboxTests {
    private func taken(_ count: Int, from mailbox: Mailbox<Int>) async -> [Int] {
        var taken: [Int] = []
        var messages = mailbox.messages.makeAsyncIterator()
        while taken.count < count, let next = await messages.next() { taken.append(next) }
        return taken
    }

    /// Guard: the comparison in `offer`. Without it the third is taken.
    @Test func offersAreRefusedBeyondTheCapacityAndCounted() async {
        let mailbox = Mailbox<Int>(capacity: 2)
        #expect(mailbox.offer(1) && mailbox.offer(2))
        #expect(!mailbox.hasRoom)
        #expect(!mailbox.offer(3) && !mailbox.offer(4))
        #expect(mailbox.refused == 2)
        #expect(mailbox.post(5), "what must not be lost is taken")
        #expect(mailbox.waiting == 3)
        #expect(await taken(2, from: mailbox) == [1, 2])
        #expect(mailbox.offer(6), "room again")
        #expect(await taken(2, from: mailbox) == [5, 6])
        #expect(mailbox.waiting == 0)
    }

    @Test func offersAreRefusedBeyondTheBytes() async {
        let mailbox = Mailbox<Int>(capacity: 100, byteCapacity: 10)
        #expect(mailbox.offer(1, bytes: 6))
        #expect(!mailbox.offer(2, bytes: 5))
        #expect(!mailbox.offer(3, bytes: .max))
        #expect(mailbox.offer(4, bytes: 4))
        #expect(await taken(1, from: mailbox) == [1])
        #expect(mailbox.offer(5, bytes: 6))
        #expect(await taken(2, from: mailbox) == [4, 5])
    }

    @Test(.timeLimit(.minutes(1))) func whoFillsAnothersMailboxWaitsForRoom() async {
        let mailbox = Mailbox<Int>(capacity: 1)
        await mailbox.room()
        mailbox.post(1)
        let filler = Task {
            await mailbox.room()
            mailbox.post(2)
        }
        #expect(await taken(1, from: mailbox) == [1])
        await filler.value
        #expect(await taken(1, from: mailbox) == [2])
    }

    @Test(.timeLimit(.minutes(1))) func nobodyWaitsForAReaderThatIsGone() async {
        let mailbox = Mailbox<Int>(capacity: 1)
        mailbox.post(1)
        let cancelled = Task { await mailbox.room() }
        cancelled.cancel()
        await cancelled.value
        let waiting = Task { await mailbox.room() }
        let reader = Task { for await _ in mailbox.messages {} }
        reader.cancel()
        await reader.value
        await waiting.value
        #expect(!mailbox.post(2))
        #expect(!mailbox.offer(3))
    }
}

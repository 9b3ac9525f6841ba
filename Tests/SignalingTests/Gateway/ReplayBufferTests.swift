import NIOCore
import Testing

@testable import Signaling

struct ReplayBufferTests {
    @Test func numbersRiseByOneAndTheFrameCarriesThem() {
        var buffer = ReplayBuffer()
        #expect(buffer.append("A", ByteBuffer(string: "{}")).sequence == 1)
        let second = buffer.append("B", ByteBuffer(string: "[1]"))
        #expect(String(buffer: second.frame) == #"{"op":0,"t":"B","s":2,"d":[1]}"#)
        #expect(buffer.after(0)?.map(\.sequence) == [1, 2])
        #expect(buffer.after(1)?.map(\.sequence) == [2])
        #expect(buffer.after(2)?.isEmpty == true)
        #expect(buffer.after(3) == nil, "never sent")
        #expect(buffer.after(-1) == nil)
    }

    /// Guard: `acknowledge`. Without it every session keeps its guilds, 26 KiB and more, for as long as it lives.
    @Test func whatTheClientHasIsNotKept() {
        var buffer = ReplayBuffer()
        for number in 1...5 { _ = buffer.append("A", ByteBuffer(string: "\(number)")) }
        buffer.acknowledge(0)
        buffer.acknowledge(9)
        #expect(buffer.after(0)?.count == 5, "nobody has what was not sent")
        buffer.acknowledge(3)
        #expect(buffer.after(2) == nil)
        #expect(buffer.after(3)?.map(\.sequence) == [4, 5])
        #expect(buffer.keptBytes == 2)
        buffer.acknowledge(2)
        buffer.acknowledge(5)
        #expect(buffer.after(5)?.isEmpty == true && buffer.kept.isEmpty && buffer.keptBytes == 0)
        #expect(buffer.append("A", ByteBuffer(string: "6")).sequence == 6)
        #expect(buffer.after(5)?.map(\.sequence) == [6])
        // Past the bound on the count the buffer begins in the middle of its array.
        for _ in 0..<700 { _ = buffer.append("A", ByteBuffer(string: "x")) }
        buffer.acknowledge(700)
        #expect(buffer.after(700)?.map(\.sequence) == Array(701...706) && buffer.keptBytes == 6)
    }

    /// The written bounds: 512 dispatches and 1 MiB.
    @Test func theOldestGoFirst() {
        var buffer = ReplayBuffer()
        for _ in 0..<2000 { _ = buffer.append("A", ByteBuffer(string: "{}")) }
        #expect(buffer.after(2000 - 512)?.count == 512)
        #expect(buffer.after(2000 - 513) == nil)
        _ = buffer.append("LARGE", ByteBuffer(repeating: 0x20, count: (1 << 20) - 4))
        #expect(buffer.after(2000)?.count == 1)
        #expect(buffer.after(1990) == nil)
        _ = buffer.append("TOO LARGE", ByteBuffer(repeating: 0x20, count: 1 << 21))
        #expect(buffer.after(2001) == nil)
        #expect(buffer.after(2002)?.isEmpty == true)
    }
}

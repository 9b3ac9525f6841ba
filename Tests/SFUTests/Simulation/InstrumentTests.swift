import RTP
import SFU
import Simulation
import Testing

/// The simulation's own instruments, before they judge anything.
@Suite struct InstrumentTests {
    @Test func aSeedFixesEveryDrawAndForksDoNotDisturb() {
        var one = RandomSource(seed: 7)
        var two = RandomSource(seed: 7)
        var fork = two.forked(3)
        _ = fork.next()
        for _ in 0..<100 { #expect(one.next() == two.next()) }
        var a = RandomSource(seed: 7).forked(1)
        var b = RandomSource(seed: 7).forked(2)
        #expect(a.next() != b.next())
    }

    @Test func whatIsDueTogetherComesOutInTheOrderItWentIn() {
        var queue = EventQueue<Int>()
        for value in 0..<100 { queue.push(value, at: Instant(nanoseconds: Int64(value % 3))) }
        var out: [Int] = []
        while let value = queue.pop(dueBy: Instant(nanoseconds: 2)) { out.append(value) }
        let expected: [Int] = [0, 1, 2].flatMap { time in (0..<100).filter { $0 % 3 == time } }
        #expect(out == expected)
        queue.push(1, at: Instant(nanoseconds: 5))
        #expect(queue.pop(dueBy: Instant(nanoseconds: 4)) == nil)
    }

    @Test(arguments: [0.0, 0.02, 0.1])
    func lossIsWhatTheLinkWasTold(rate: Double) {
        for loss in [LinkConditions.Loss.random(rate), .bursts(rate: rate, length: 4)] {
            var conditions = LinkConditions()
            conditions.loss = loss
            var link = Link(conditions, random: RandomSource(seed: 1))
            var arrived = 0
            for packet in 0..<20_000 where link.send(bytes: 100, at: Instant(nanoseconds: Int64(packet) * 1_000_000)).first != nil {
                arrived += 1
            }
            #expect(abs(1 - Double(arrived) / 20_000 - rate) < 0.012)
        }
    }

    @Test func aBottleneckSpacesPacketsAndDropsTheTail() throws {
        var conditions = LinkConditions()
        conditions.rate = 1_000_000
        conditions.queue = .milliseconds(100)
        var link = Link(conditions, random: RandomSource(seed: 1))
        let arrivals = (0..<50).compactMap { _ in link.send(bytes: 1222, at: Instant(nanoseconds: 0)).first }
        // 1250 bytes on the wire are 10 ms at 1 Mbit/s: eleven fit in a queue of 100 ms, counting the one being sent.
        #expect(arrivals.count == 11)
        #expect(link.statistics.overflowed == 39)
        let milliseconds: [Int64] = arrivals.map { $0.milliseconds(since: .zero) }
        let expected: [Int64] = Array(stride(from: 30, through: 130, by: 10))
        #expect(milliseconds == expected)
    }

    @Test func aLinkKeepsOrderUnlessItWasToldToReorder() {
        var conditions = LinkConditions()
        conditions.jitter = .milliseconds(10)
        var link = Link(conditions, random: RandomSource(seed: 3))
        let arrivals = (0..<1000).compactMap { link.send(bytes: 100, at: Instant(nanoseconds: Int64($0) * 2_000_000)).first }
        #expect(arrivals == arrivals.sorted())
        link.conditions.reorder = 0.1
        let mixed = (1000..<2000).compactMap { link.send(bytes: 100, at: Instant(nanoseconds: Int64($0) * 2_000_000)).first }
        #expect(mixed != mixed.sorted())
    }

    @Test func tonesAreHeardThroughOpusAndNoOthers() throws {
        let encoder = try #require(OpusEncoder())
        let decoder = try #require(OpusDecoder())
        var one = ToneSource(frequency: ToneSource.frequency(of: 2))
        var other = ToneSource(frequency: ToneSource.frequency(of: 9))
        var samples: [Int16] = []
        for _ in 0..<20 {
            let mixed = zip(one.nextFrame(), other.nextFrame()).map { $0 / 2 + $1 / 2 }
            samples += try #require(decoder.decode(encoder.encode(mixed)[...]))
        }
        let heard = (1...20).filter { ToneMeter.amplitude(of: ToneSource.frequency(of: $0), in: Array(samples.suffix(9600))) > 0.08 }
        #expect(heard == [2, 9])
    }

    @Test(arguments: [Codec.vp8, .vp9], [(160, 90), (320, 180), (640, 360)])
    func codedPicturesSurviveTheCodec(codec: Codec, size: (width: Int, height: Int)) throws {
        let (width, height) = size
        let encoder = try #require(VPXEncoder(codec: codec, width: width, height: height, bitrate: width * 500, framerate: 20))
        let decoder = PictureDecoder()
        var random = RandomSource(seed: 1)
        var picture = Picture(width: width, height: height)
        for frame in 0..<20 {
            CodedPicture.draw(.init(id: 37, value: UInt32(frame * 50)), into: &picture, noise: 60, random: &random)
            let encoded = try #require(encoder.encode(picture, forceKeyframe: frame == 10))
            #expect(encoded.isKeyframe == (frame % 10 == 0))
            #expect(
                decoder.decode(encoded.bytes, codec: codec)
                    == SeenPicture(id: 37, captureMilliseconds: UInt32(frame * 50), width: width, height: height))
        }
    }

    /// Negative control: an encoder's frame left out, or harmed, must be seen.
    @Test func aMissingReferenceIsSeen() throws {
        func frame(_ number: UInt32, reference: UInt32) -> [UInt8] {
            SyntheticFrame(
                id: 1, layer: 0, width: 160, height: 90, number: number, reference: reference, isReference: true, captureMilliseconds: 5
            ).serialized(size: 300)
        }
        var decoder = SyntheticDecoder()
        #expect(decoder.decode(frame(1, reference: 1)) != nil)
        #expect(decoder.decode(frame(2, reference: 1)) != nil)
        #expect(decoder.decode(frame(4, reference: 3)) == nil)
        var harmed = frame(3, reference: 2)
        harmed[100] ^= 1
        #expect(decoder.decode(harmed) == nil)
        #expect(VP8Frame.keyframeSize(frame(1, reference: 1)[...])! == (160, 90))
    }

    @Test func framesSplitAboutEquallySmallerFirst() {
        #expect(Packetizer.split(1000, limit: 1100) == [1000])
        #expect(Packetizer.split(2500, limit: 1100) == [833, 833, 834])
        #expect(Packetizer.split(2501, limit: 1100) == [833, 834, 834])
        for size in 1..<5000 {
            let parts = Packetizer.split(size, limit: 1100)
            #expect(parts.reduce(0, +) == size && parts == parts.sorted() && parts.max()! - parts.min()! <= 1 && parts.max()! <= 1100)
        }
    }

    @Test func rtpAndRTCPReadBackAsWritten() throws {
        var packet = WirePacket()
        packet.payloadType = 96
        packet.marker = true
        packet.sequenceNumber = 65_535
        packet.timestamp = 0xFFFF_FFFF
        packet.ssrc = 0xDEAD_BEEF
        packet.extensions = [.init(id: 4, bytes: [0x31]), .init(id: 3, bytes: [1, 2])]
        packet.payload = [1, 2, 3]
        packet.padding = 5
        #expect(WirePacket(parsing: packet.serialized()) == packet)
        var writer = WireRTCPWriter()
        writer.nack(sender: 1, media: 2, [65_534, 65_535, 0, 40])
        writer.remb(sender: 1, bitrate: 2_500_000, ssrcs: [7, 8])
        writer.pictureLoss(sender: 1, media: 9)
        #expect(
            WireRTCP.parse(writer.bytes) == [
                .nack(media: 2, [65_534, 65_535, 0, 40]), .remb(bitrate: (2_500_000 >> 4) << 4, ssrcs: [7, 8]), .pictureLoss(media: 9),
            ])
    }
}

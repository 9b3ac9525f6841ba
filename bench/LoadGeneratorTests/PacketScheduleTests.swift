import Testing

@testable import LoadGenerator

struct PacketScheduleTests {
    private func packets(_ shape: TrafficShape, seconds: Int) -> [ScheduledPacket] {
        var schedule = PacketSchedule(shape: shape)
        var all: [ScheduledPacket] = []
        while schedule.next.due < Int64(seconds) * 1_000_000_000 {
            all.append(schedule.next)
            schedule.advance()
        }
        return all
    }

    @Test(arguments: [30, 100, 300, 2000, 2500])
    func evenPacketsKeepTheRate(_ rate: Int) {
        let all = packets(TrafficShape(pattern: .even, packetsPerSecond: rate, packetBytes: 1200), seconds: 10)
        #expect(abs(all.count - rate * 10) <= rate / 30 + 1)
        #expect(all.allSatisfy { $0.bytes == 1200 })
        let gaps = zip(all, all.dropFirst()).map { $1.due - $0.due }
        #expect(gaps.allSatisfy { $0 > 0 })
        #expect((gaps.max() ?? 0) <= 2 * 1_000_000_000 / Int64(rate))
    }

    @Test func aFrameLeavesAtOnceInPacketsThatDifferByAByte() {
        let all = packets(TrafficShape(pattern: .frames, packetsPerSecond: 600, packetBytes: 1200), seconds: 5)
        for frame in Dictionary(grouping: all, by: \.frame).values {
            #expect(Set(frame.map(\.due)).count == 1)
            #expect(frame.first?.startsFrame == true && frame.last?.endsFrame == true)
            #expect(frame.filter(\.startsFrame).count == 1 && frame.filter(\.endsFrame).count == 1)
            let sizes = frame.map(\.bytes)
            #expect(sizes == sizes.sorted() && sizes.allSatisfy { $0 == 1199 || $0 == 1200 })
        }
        #expect(Set(Dictionary(grouping: all, by: \.frame).values.map { $0.filter { $0.bytes == 1199 }.count }).count > 3)
    }

    @Test func aKeyframeIsPaidForByTheFramesAfterIt() {
        let all = packets(TrafficShape(pattern: .frames, packetsPerSecond: 300, packetBytes: 1200), seconds: 20)
        #expect(all.filter { $0.frame == 0 }.count == 40)
        #expect(all.filter { $0.frame == 0 }.allSatisfy { $0.isKeyframe })
        #expect(all.filter { $0.frame == 1 }.count == 1)
        #expect(abs(all.count - 6000) <= 40)
        #expect(Set(all.filter(\.isKeyframe).map(\.frame)) == [0, 300])
    }

    @Test func aRequestMakesTheNextFrameAKeyframe() {
        var schedule = PacketSchedule(shape: TrafficShape(pattern: .frames, packetsPerSecond: 300, packetBytes: 1200))
        for _ in 0..<45 { schedule.advance() }
        let frame = schedule.next.frame
        #expect(!schedule.next.isKeyframe)
        schedule.requestKeyframe()
        while schedule.next.frame == frame { schedule.advance() }
        #expect(schedule.next.isKeyframe && schedule.next.startsFrame)
    }

    @Test func audioIsFiftyPacketsASecond() {
        let all = packets(.audio(), seconds: 2)
        #expect(all.count == 100)
        #expect(all.enumerated().allSatisfy { $1.due == Int64($0) * 20_000_000 && $1.startsFrame && $1.endsFrame })
    }

    @Test func theSimulcastLayersHaveTheirRates() {
        let rates = TrafficShape.simulcast.map(\.shape.bitsPerSecond)
        #expect(rates == [150_000, 500_160, 1_699_200])
    }
}

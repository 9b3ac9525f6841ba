import RTP
import SFU
import Testing

@testable import LoadGenerator

struct StreamRepairTests {
    private static let keys = SRTPKeyingMaterial(
        profile: .aeadAES128GCM, clientKey: Array(repeating: 1, count: 16), clientSalt: Array(repeating: 2, count: 12),
        serverKey: Array(repeating: 3, count: 16), serverSalt: Array(repeating: 4, count: 12))

    private static func packet(_ sequence: UInt16, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let header = RTPHeaderWriter(
            marker: true, payloadType: PayloadType(96), sequenceNumber: SequenceNumber(sequence), timestamp: RTPTimestamp(9), ssrc: SSRC(5))
        let length = header.write(into: buffer) { _ in } ?? 0
        for index in 0..<20 { buffer[length + index] = UInt8(index) }
        return length + 20
    }

    @Test func aStreamOfItsOwnCarriesTheOriginalNumber() throws {
        let repair = StreamRepair(ssrc: SSRC(6), remembers: true)
        repair.type = PayloadType(97)
        let sending = try SRTPSession(Self.keys, role: .client, counters: Counters())
        let receiving = try SRTPSession(Self.keys, role: .server, counters: Counters())
        try withUnsafeTemporaryAllocation(byteCount: 1600, alignment: 16) { buffer in
            let length = Self.packet(300, into: buffer)
            repair.remember(plain: buffer, length: length)
            repair.remember(sealed: buffer, length: 12)
            for _ in 0..<2 {
                let sealed = try #require(repair.write(300, into: buffer, sealing: sending))
                let plain = try #require(receiving.unprotectRTP(UnsafeMutableRawBufferPointer(rebasing: buffer[..<sealed])))
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<plain])
                let header = try RTPHeader(parsing: bytes)
                #expect(header.ssrc == SSRC(6) && header.payloadType == PayloadType(97) && plain == length + 2)
                #expect(try RTX.originalSequenceNumber(header, in: bytes) == SequenceNumber(300))
            }
            #expect(repair.write(301, into: buffer, sealing: sending) == nil)
        }
    }

    @Test func withoutOneThePacketIsSentAgainAsItWas() throws {
        let repair = StreamRepair(ssrc: SSRC(6), remembers: true)
        let sending = try SRTPSession(Self.keys, role: .client, counters: Counters())
        withUnsafeTemporaryAllocation(byteCount: 1600, alignment: 16) { buffer in
            let length = Self.packet(7, into: buffer)
            repair.remember(plain: buffer, length: 12)
            repair.remember(sealed: buffer, length: length)
            let sent = Array(buffer[..<length])
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            #expect(repair.write(7, into: buffer, sealing: sending) == length && Array(buffer[..<length]) == sent)
        }
    }

    @Test func onlyTheLastPacketsAreKept() {
        let history = SendHistory()
        let bytes: [UInt8] = [1, 2, 3]
        for number in 0...UInt16(SendHistory.capacity) { bytes.withUnsafeBytes { history.store($0, sequence: number) } }
        #expect(history.packet(0) == nil && history.packet(1)?.count == 3 && history.packet(UInt16(SendHistory.capacity))?.count == 3)
        let tooLong = [UInt8](repeating: 0, count: 1601)
        tooLong.withUnsafeBytes { history.store($0, sequence: 1) }
        #expect(history.packet(1) == nil)
    }

    @Test func requestsAreBounded() {
        let requests = RepairRequests()
        for number in 0..<UInt16(RepairRequests.capacity + 10) { requests.add(number) }
        #expect(requests.take(2) == [0, 1])
        #expect(requests.take(1_000).count == RepairRequests.capacity - 2 && requests.take(1) == [])
    }
}

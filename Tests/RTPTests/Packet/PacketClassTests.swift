import RTP
import Testing

@Suite struct PacketClassTests {
    /// RFC 7983 §7, every first byte.
    @Test func everyFirstByteHasItsClass() {
        for byte in UInt8.min...UInt8.max {
            let expected: PacketClass =
                switch byte {
                case 0...3: .stun
                case 20...63: .dtls
                case 128...191: .rtp
                default: .unknown
                }
            #expect(PacketClass.classify(firstByte: byte, secondByte: 96) == expected, "first byte \(byte)")
        }
    }

    /// RFC 5761 §4: second byte 192…223 is RTCP.
    @Test(
        arguments: [
            (0, false), (96, false), (127, false), (128, false), (191, false), (192, true), (200, true), (207, true), (223, true),
            (224, false), (255, false),
        ] as [(UInt8, Bool)])
    func theSecondByteTellsRTCP(byte: UInt8, isRTCP: Bool) {
        #expect(PacketClass.classify(firstByte: 0x80, secondByte: byte) == (isRTCP ? .rtcp : .rtp))
        #expect(PacketClass.classify(firstByte: 0x16, secondByte: byte) == .dtls)
    }

    @Test(arguments: [(0x00, 0x01, 20), (0x16, 0xFE, 13), (0x80, 0x60, 12), (0x80, 0xC8, 8)] as [(UInt8, UInt8, Int)])
    func aDatagramShorterThanItsHeaderIsUnknown(first: UInt8, second: UInt8, minimum: Int) {
        for length in 0...40 {
            var datagram = [UInt8](repeating: 0, count: length)
            if length > 0 { datagram[0] = first }
            if length > 1 { datagram[1] = second }
            let found = datagram.withUnsafeBytes { PacketClass.classify($0) }
            #expect((found != .unknown) == (length >= minimum), "\(length) bytes")
        }
    }
}

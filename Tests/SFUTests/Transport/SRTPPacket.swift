@testable import SFU

/// A packet with room for its authentication tag.
struct SRTPPacket {
    var bytes: [UInt8]
    var count: Int

    init(_ packet: [UInt8]) {
        bytes = packet + [UInt8](repeating: 0, count: SRTPSession.overhead)
        count = packet.count
    }

    static func rtp(sequence: UInt16, ssrc: UInt32 = 0x1122_3344, payload: Int = 100) -> SRTPPacket {
        let header: [UInt8] = [
            0x80, 96, UInt8(sequence >> 8), UInt8(sequence & 0xFF), 0, 0, 0, 1, UInt8(ssrc >> 24), UInt8(ssrc >> 16 & 0xFF),
            UInt8(ssrc >> 8 & 0xFF), UInt8(ssrc & 0xFF),
        ]
        return SRTPPacket(header + (0..<payload).map { UInt8(truncatingIfNeeded: $0) })
    }

    /// A receiver report without blocks.
    static func rtcp(ssrc: UInt32 = 0x1122_3344) -> SRTPPacket {
        SRTPPacket([0x80, 201, 0, 1] + (0..<4).map { UInt8(truncatingIfNeeded: ssrc >> (24 - 8 * $0)) })
    }

    var contents: [UInt8] { Array(bytes.prefix(count)) }

    mutating func withRoom<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeMutableBytes(body)
    }

    mutating func withBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
        let count = count
        return bytes.withUnsafeMutableBytes { body(UnsafeMutableRawBufferPointer(rebasing: $0[..<count])) }
    }

    mutating func protect(_ session: SRTPSession, isRTCP: Bool = false) -> Bool {
        let length = count
        guard let result = withRoom({ isRTCP ? session.protectRTCP($0, length: length) : session.protectRTP($0, length: length) }) else {
            return false
        }
        count = result
        return true
    }

    mutating func unprotect(_ session: SRTPSession, isRTCP: Bool = false) -> Bool {
        guard let result = withBytes({ isRTCP ? session.unprotectRTCP($0) : session.unprotectRTP($0) }) else { return false }
        count = result
        return true
    }
}

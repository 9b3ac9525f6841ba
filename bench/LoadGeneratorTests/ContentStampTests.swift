import RTP
import Testing

@testable import LoadGenerator

struct ContentStampTests {
    private static let stamp = ContentStamp(stream: 7, index: 42, covered: 100, sentNanoseconds: 123_456_789)

    /// 14 bytes of a descriptor, then what is covered, then the stamp.
    private static func payload() -> [UInt8] {
        var bytes = [UInt8](repeating: 0xAA, count: 14 + 100 + ContentStamp.length)
        bytes.withUnsafeMutableBytes { stamp.write(endOf: $0) }
        return bytes
    }

    private func read(_ bytes: [UInt8]) -> ContentStamp.Verdict { bytes.withUnsafeBytes { ContentStamp.read(endOf: $0) } }

    @Test func whatWasWrittenIsRead() {
        #expect(read(Self.payload()) == .intact(Self.stamp))
    }

    @Test func aChangedDescriptorIsNoDamage() {
        var bytes = Self.payload()
        bytes[2] ^= 0xFF
        #expect(read(bytes) == .intact(Self.stamp))
    }

    @Test func everyOtherChangedByteIsSeen() {
        for index in 14..<Self.payload().count {
            var bytes = Self.payload()
            bytes[index] ^= 0x01
            #expect(read(bytes) != .intact(Self.stamp), "byte \(index)")
        }
    }

    @Test func paddingAndShortPacketsHaveNone() {
        for length in 0..<ContentStamp.length { #expect(read([UInt8](repeating: 0, count: length)) == .absent) }
        #expect(read([UInt8](repeating: 0, count: 255)) == .absent)
    }

    @Test func aStampThatCoversMoreThanThereIsIsNotFollowed() {
        var bytes = Self.payload()
        bytes.removeFirst(20)
        #expect(read(bytes) == .altered)
    }

    @Test func packetsDiffer() {
        var other = [UInt8](repeating: 0xAA, count: 14 + 100 + ContentStamp.length)
        other.withUnsafeMutableBytes { ContentStamp(stream: 7, index: 43, covered: 100, sentNanoseconds: 0).write(endOf: $0) }
        #expect(other[14..<114] != Self.payload()[14..<114])
    }
}

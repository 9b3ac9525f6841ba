/// What an H264 `profile-level-id` promises, as far as forwarding cares (RFC 6184 §8.1, table 5).
enum H264Profile: Int, Comparable, Sendable {
    case constrainedBaseline, baseline, main, high

    /// `nil` for other profiles and for malformed text. An absent id means Baseline (RFC 6184 §8.1).
    init?(profileLevelID text: String?) {
        guard let text else {
            self = .baseline
            return
        }
        guard text.utf8.count == 6, text.utf8.first != UInt8(ascii: "+"), let number = UInt32(text, radix: 16) else { return nil }
        let constraints = (number >> 8) & 0xFF
        switch number >> 16 {
        case 0x42: self = constraints & 0x40 != 0 ? .constrainedBaseline : .baseline
        case 0x4D: self = constraints & 0x80 != 0 ? .constrainedBaseline : .main
        case 0x58 where constraints & 0xC0 == 0xC0: self = .constrainedBaseline
        case 0x64: self = .high
        default: return nil
        }
    }

    static func < (a: H264Profile, b: H264Profile) -> Bool { a.rawValue < b.rawValue }
}

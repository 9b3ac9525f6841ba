/// What the first bytes of an Opus packet tell (RFC 6716 §3.1, §3.2; RFC 7587 §4).
///
///     TOC   | config (5) | s | c (2) |     c: 0 one frame · 1, 2 two frames · 3 a count byte follows: | v | p | M (6) |
public struct OpusPayload: Equatable, Sendable {
    /// Ticks of the RTP clock per second, whatever the audio bandwidth (RFC 7587 §4.1).
    @inlinable public static var clockRate: Int { 48_000 }

    public enum Mode: UInt8, Hashable, Sendable, CaseIterable {
        case silk, hybrid, celt
    }

    /// 0…31: mode, bandwidth and frame size.
    public var configuration: UInt8
    public var isStereo: Bool
    /// 1…48.
    public var frameCount: Int
    /// Bytes of the payload, TOC included.
    public var length: Int

    public var mode: Mode {
        switch configuration {
        case 0..<12: .silk
        case 12..<16: .hybrid
        default: .celt
        }
    }

    /// Ticks of one frame at 48 kHz: 120 (2.5 ms) … 2,880 (60 ms).
    public var frameTicks: Int {
        switch mode {
        case .silk: configuration & 3 == 3 ? 2_880 : 480 << Int(configuration & 3)
        case .hybrid: configuration & 1 == 0 ? 480 : 960
        case .celt: 120 << Int(configuration & 3)
        }
    }

    /// Ticks of the whole packet at 48 kHz, at most 5,760 (120 ms).
    public var durationTicks: Int { frameTicks * frameCount }

    /// Ticks of the whole packet as a duration.
    public var duration: Duration { .microseconds(durationTicks * 1_000 / 48) }

    /// Discontinuous transmission: a packet of one or two bytes stands for silence. RFC 6716 §2.1.9 leaves how it is recognised to the encoder;
    /// libopus says of packets this short that they need not be sent.
    public var isDTX: Bool { length <= 2 }

    /// - Throws: `tooShort` for no bytes or a missing count byte, `badValue` for no frames or over 120 ms (RFC 6716 §3.4, R5).
    public init(parsing payload: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = ByteReader(payload)
        let toc = try reader.readUInt8()
        configuration = toc >> 3
        isStereo = toc & 4 != 0
        length = payload.count
        switch toc & 3 {
        case 0: frameCount = 1
        case 1, 2: frameCount = 2
        default: frameCount = Int(try reader.readUInt8() & 0x3F)
        }
        guard frameCount > 0, durationTicks <= 5_760 else { throw ParseError(.badValue, at: 1) }
    }
}

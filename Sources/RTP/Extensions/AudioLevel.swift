/// How loud the audio in this packet is (RFC 6464), `urn:ietf:params:rtp-hdrext:ssrc-audio-level`.
///
///     | V |   level     |     one byte; in the two-byte form one more of padding may follow
public struct AudioLevel: Hashable, Sendable {
    /// The sender believes that this is speech. False also where the sender does not say (`vad=off`).
    public var voiceActivity: Bool
    /// −dBov: 0 is as loud as can be, 127 is silence.
    public var level: UInt8

    @inlinable
    public init(voiceActivity: Bool, level: UInt8) {
        self.voiceActivity = voiceActivity
        self.level = level & 0x7F
    }

    /// `nil` for a value of no bytes.
    @inlinable
    public init?(_ value: UnsafeRawBufferPointer) {
        guard value.count >= 1 else { return nil }
        self.init(voiceActivity: value[0] & 0x80 != 0, level: value[0])
    }
}

extension HeaderExtensionWriter {
    @discardableResult @inlinable
    public mutating func append(_ value: AudioLevel, id: UInt8) -> Bool {
        append(id: id, count: 1) { $0[0] = (value.voiceActivity ? 0x80 : 0) | value.level & 0x7F }
    }
}

/// When the first sample or the frame was captured, by the capturer's clock, `http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time`.
///
///     |          absolute capture timestamp, NTP 32.32 (8 bytes)         |
///     |  estimated capture clock offset, signed 32.32 (8 bytes), optional |
public struct AbsCaptureTime: Hashable, Sendable {
    public var captureTime: NTPTime
    /// What must be added to the capturer's clock to get the sender's, in 2⁻³² s; `nil` where the short form was sent.
    public var clockOffset: Int64?

    @inlinable
    public init(captureTime: NTPTime, clockOffset: Int64? = nil) {
        self.captureTime = captureTime
        self.clockOffset = clockOffset
    }

    /// `nil` unless the value has eight or sixteen bytes.
    @inlinable
    public init?(_ value: UnsafeRawBufferPointer) {
        guard value.count == 8 || value.count == 16 else { return nil }
        self.init(
            captureTime: NTPTime(value.uint64(at: 0)),
            clockOffset: value.count == 16 ? Int64(bitPattern: value.uint64(at: 8)) : nil)
    }
}

extension HeaderExtensionWriter {
    @discardableResult @inlinable
    public mutating func append(_ value: AbsCaptureTime, id: UInt8) -> Bool {
        append(id: id, count: value.clockOffset == nil ? 8 : 16) { bytes in
            bytes.setUInt64(value.captureTime.rawValue, at: 0)
            if let offset = value.clockOffset { bytes.setUInt64(UInt64(bitPattern: offset), at: 8) }
        }
    }
}

/// When the packet left the sender, in 6.18 fixed-point seconds that wrap every 64 s, `http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time`.
///
/// Three bytes. The receiver's bandwidth estimate (REMB) is made from it; the clock's epoch does not matter.
public struct AbsSendTime: Hashable, Sendable {
    /// 24 bits, in 2⁻¹⁸ s (about 3.8 µs).
    public var rawValue: UInt32

    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue & 0xFF_FFFF }

    /// The send time of a packet that leaves at `instant`.
    @inlinable
    public init(_ instant: Instant) {
        let seconds = UInt64(bitPattern: instant.nanoseconds) / 1_000_000_000
        let rest = UInt64(bitPattern: instant.nanoseconds) % 1_000_000_000
        self.init(rawValue: UInt32(truncatingIfNeeded: seconds << 18 | (rest << 18) / 1_000_000_000))
    }

    /// `nil` unless the value has three bytes.
    @inlinable
    public init?(_ value: UnsafeRawBufferPointer) {
        guard value.count == 3 else { return nil }
        self.init(rawValue: value.uint24(at: 0))
    }

    /// The shorter way round from `other`, in nanoseconds; within ±32 s.
    @inlinable
    public func nanoseconds(since other: AbsSendTime) -> Int64 {
        let ticks = Int32(bitPattern: (rawValue &- other.rawValue) << 8) >> 8
        return (Int64(ticks) * 1_000_000_000) >> 18
    }
}

extension HeaderExtensionWriter {
    @discardableResult @inlinable
    public mutating func append(_ value: AbsSendTime, id: UInt8) -> Bool {
        append(id: id, count: 3) { $0.setUInt24(value.rawValue, at: 0) }
    }
}

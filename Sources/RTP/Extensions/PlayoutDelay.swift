/// The least and most delay the receiver should play with, `http://www.webrtc.org/experiments/rtp-hdrext/playout-delay`.
///
///     |  minimum (12 bits)  |  maximum (12 bits)  |     units of 10 ms
public struct PlayoutDelay: Hashable, Sendable {
    /// 0…4095, in 10 ms.
    public var minimumUnits: UInt16
    /// 0…4095, in 10 ms.
    public var maximumUnits: UInt16

    @inlinable
    public init(minimumUnits: UInt16, maximumUnits: UInt16) {
        self.minimumUnits = min(minimumUnits, 0xFFF)
        self.maximumUnits = min(maximumUnits, 0xFFF)
    }

    @inlinable public var minimum: Duration { .milliseconds(Int(minimumUnits) * 10) }
    @inlinable public var maximum: Duration { .milliseconds(Int(maximumUnits) * 10) }

    /// `nil` unless the value has three bytes and the minimum is not above the maximum.
    @inlinable
    public init?(_ value: UnsafeRawBufferPointer) {
        guard value.count == 3 else { return nil }
        let both = value.uint24(at: 0)
        self.init(minimumUnits: UInt16(truncatingIfNeeded: both >> 12), maximumUnits: UInt16(truncatingIfNeeded: both & 0xFFF))
        guard minimumUnits <= maximumUnits else { return nil }
    }
}

extension HeaderExtensionWriter {
    @discardableResult @inlinable
    public mutating func append(_ value: PlayoutDelay, id: UInt8) -> Bool {
        append(id: id, count: 3) { $0.setUInt24(UInt32(value.minimumUnits & 0xFFF) << 12 | UInt32(value.maximumUnits & 0xFFF), at: 0) }
    }
}

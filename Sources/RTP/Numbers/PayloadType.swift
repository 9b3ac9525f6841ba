/// RTP payload type, 0…127 (RFC 3550 §5.1).
public struct PayloadType: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var rawValue: UInt8
    @inlinable public init(_ rawValue: UInt8) { self.rawValue = rawValue }
    @inlinable public static func == (a: PayloadType, b: PayloadType) -> Bool { a.rawValue == b.rawValue }
    @inlinable public static func < (a: PayloadType, b: PayloadType) -> Bool { a.rawValue < b.rawValue }
    public var description: String { "\(rawValue)" }
}

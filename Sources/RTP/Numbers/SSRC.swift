/// Synchronization source identifier (RFC 3550 §3).
public struct SSRC: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var rawValue: UInt32
    @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }
    @inlinable public static func == (a: SSRC, b: SSRC) -> Bool { a.rawValue == b.rawValue }
    @inlinable public static func < (a: SSRC, b: SSRC) -> Bool { a.rawValue < b.rawValue }
    public var description: String { "\(rawValue)" }
}

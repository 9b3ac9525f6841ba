/// Width and height of a picture, in pixels.
public struct FrameSize: Hashable, Sendable, CustomStringConvertible {
    public var width: UInt16
    public var height: UInt16

    @inlinable
    public init(width: UInt16, height: UInt16) {
        self.width = width
        self.height = height
    }

    public var description: String { "\(width)×\(height)" }
}

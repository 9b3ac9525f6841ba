/// How the receiver must turn the picture (3GPP TS 26.114 §7.4.5), `urn:3gpp:video-orientation`.
///
///     | 0 0 0 0 | C | F | R R |     C: back camera · F: mirrored · RR: clockwise quarter turns to undo
public struct VideoOrientation: Hashable, Sendable {
    public enum Rotation: UInt8, Hashable, Sendable, CaseIterable {
        case degrees0, degrees90, degrees180, degrees270
    }

    public var rotation: Rotation
    public var isFlipped: Bool
    public var isBackCamera: Bool

    @inlinable
    public init(rotation: Rotation, isFlipped: Bool = false, isBackCamera: Bool = false) {
        self.rotation = rotation
        self.isFlipped = isFlipped
        self.isBackCamera = isBackCamera
    }

    /// `nil` for a value of no bytes.
    @inlinable
    public init?(_ value: UnsafeRawBufferPointer) {
        guard value.count >= 1 else { return nil }
        self.init(rotation: Rotation(rawValue: value[0] & 3) ?? .degrees0, isFlipped: value[0] & 4 != 0, isBackCamera: value[0] & 8 != 0)
    }
}

extension HeaderExtensionWriter {
    @discardableResult @inlinable
    public mutating func append(_ value: VideoOrientation, id: UInt8) -> Bool {
        append(id: id, count: 1) { $0[0] = (value.isBackCamera ? 8 : 0) | (value.isFlipped ? 4 : 0) | value.rotation.rawValue }
    }
}

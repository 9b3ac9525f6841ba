/// The two ways to write header extensions, told apart by the "defined by profile" field (RFC 8285 §4.2, §4.3).
public enum HeaderExtensionForm: UInt8, Hashable, Sendable, CaseIterable {
    /// Profile 0xBEDE: ids 1…14, values of 1…16 bytes.
    case oneByte
    /// Profile 0x1000 (the low four bits are free): ids 1…255, values of 0…255 bytes.
    case twoByte

    /// The form that `profile` announces; `nil` for a header extension that is not RFC 8285's.
    @inlinable
    public init?(profile: UInt16) {
        if profile == 0xBEDE {
            self = .oneByte
        } else if profile & 0xFFF0 == 0x1000 {
            self = .twoByte
        } else {
            return nil
        }
    }

    @inlinable public var profile: UInt16 { self == .oneByte ? 0xBEDE : 0x1000 }
}

/// The number that counts every packet of a transport, whatever its SSRC (draft-holmer-rmcat-transport-wide-cc-extensions-01 §2),
/// `http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01`. `TransportFeedback` reports arrivals by it.
public struct TransportSequenceNumber: Hashable, Sendable {
    public var sequenceNumber: SequenceNumber
    @inlinable public init(_ sequenceNumber: SequenceNumber) { self.sequenceNumber = sequenceNumber }

    /// `nil` unless the value has two bytes, or four as in version 2 of the extension, whose feedback request is not looked at.
    @inlinable
    public init?(_ value: UnsafeRawBufferPointer) {
        guard value.count == 2 || value.count == 4 else { return nil }
        sequenceNumber = SequenceNumber(value.uint16(at: 0))
    }
}

extension HeaderExtensionWriter {
    @discardableResult @inlinable
    public mutating func append(_ value: TransportSequenceNumber, id: UInt8) -> Bool {
        append(id: id, count: 2) { $0.setUInt16(value.sequenceNumber.rawValue, at: 0) }
    }
}

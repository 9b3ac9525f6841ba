/// A received Full Intra Request (RFC 5104 §4.3.1): keyframe requests, numbered so that a repetition is told from a new one.
///
///     | header | SSRC of sender | 0 | SSRC | sequence number | reserved (24 bits) | SSRC | …
public struct FullIntraRequest: RandomAccessCollection {
    /// One request.
    public struct Entry: Equatable, Sendable {
        public var ssrc: SSRC
        /// Goes up by one, modulo 256, with each new request for this source; the same number again is a repetition.
        public var sequenceNumber: UInt8

        @inlinable
        public init(ssrc: SSRC, sequenceNumber: UInt8) {
            self.ssrc = ssrc
            self.sequenceNumber = sequenceNumber
        }
    }

    public let sender: SSRC
    private let entries: UnsafeRawBufferPointer

    init(_ body: ByteReader) throws(ParseError) {
        var reader = body
        sender = SSRC(try reader.readUInt32())
        // The media SSRC "is not used and SHALL be set to 0" (RFC 5104 §4.3.1.2).
        try reader.skip(4)
        entries = try reader.readBytes(reader.remaining & ~7)
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { entries.count / 8 }

    public subscript(position: Int) -> Entry {
        precondition(position >= 0 && position < endIndex, "an entry of this request")
        return Entry(ssrc: SSRC(entries.uint32(at: position * 8)), sequenceNumber: entries[position * 8 + 4])
    }
}

extension RTCPWriter {
    /// Writes an FIR. False when it does not fit.
    @discardableResult
    public mutating func fullIntraRequest(sender: SSRC, entries: some Collection<FullIntraRequest.Entry>) -> Bool {
        feedback(.payloadSpecificFeedback, format: FeedbackFormat.fullIntraRequest, sender: sender, media: SSRC(0)) { writer in
            for entry in entries {
                writer.write(entry.ssrc.rawValue)
                writer.write(entry.sequenceNumber)
                writer.writeZeros(3)
            }
        }
    }
}

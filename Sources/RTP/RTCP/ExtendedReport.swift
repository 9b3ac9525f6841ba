/// A received extended report, type 207 (RFC 3611 §2), of which we read the two blocks that let a receiver measure round trips.
///
///     | header | SSRC of sender | block type | type-specific | block length in words | block … | block type | …
public struct ExtendedReport: Sequence {
    /// One block.
    public enum Block: Equatable, Sendable {
        /// Receiver reference time (RFC 3611 §4.4): the sender's clock when it sent this.
        case receiverReferenceTime(NTPTime)
        /// Delay since the last receiver reference time (RFC 3611 §4.5): one sub-block; a block with several is answered one by one.
        case delaySinceLastReceiverReport(DelaySinceLastReceiverReport)
        /// A block of another type.
        case unknown(type: UInt8)
    }

    /// The answer to a receiver reference time.
    public struct DelaySinceLastReceiverReport: Equatable, Sendable {
        /// Whose reference time is answered.
        public var ssrc: SSRC
        /// `NTPTime.middle32` of that reference time; 0 if none has come.
        public var lastReceiverReport: UInt32
        /// Since it came, in 1/65536 s.
        public var delay: UInt32

        @inlinable
        public init(ssrc: SSRC, lastReceiverReport: UInt32, delay: UInt32) {
            self.ssrc = ssrc
            self.lastReceiverReport = lastReceiverReport
            self.delay = delay
        }
    }

    static let receiverReferenceTimeType: UInt8 = 4
    static let delaySinceLastReceiverReportType: UInt8 = 5

    public let sender: SSRC
    private let blocks: UnsafeRawBufferPointer

    /// Walks everything once, so that iterating cannot fail.
    init(_ body: ByteReader) throws(ParseError) {
        var reader = body
        sender = SSRC(try reader.readUInt32())
        let start = reader.offset
        blocks = try reader.readBytes(reader.remaining)
        do {
            var iterator = makeIterator()
            while try iterator.step() != nil {}
        } catch {
            throw ParseError(error.reason, at: error.offset + start)
        }
    }

    public func makeIterator() -> Iterator { Iterator(reader: ByteReader(blocks)) }

    public struct Iterator: IteratorProtocol {
        var reader: ByteReader
        var subBlocksLeft = 0

        public mutating func next() -> Block? {
            do {
                return try step()
            } catch {
                return nil
            }
        }

        mutating func step() throws(ParseError) -> Block? {
            while true {
                if subBlocksLeft > 0 {
                    subBlocksLeft -= 1
                    return .delaySinceLastReceiverReport(
                        DelaySinceLastReceiverReport(
                            ssrc: SSRC(try reader.readUInt32()), lastReceiverReport: try reader.readUInt32(),
                            delay: try reader.readUInt32()))
                }
                if reader.isAtEnd { return nil }
                let type = try reader.readUInt8()
                try reader.skip(1)
                let words = Int(try reader.readUInt16())
                try reader.require(words * 4)
                switch type {
                case ExtendedReport.receiverReferenceTimeType:
                    guard words == 2 else { throw ParseError(.badLength, at: reader.offset - 2) }
                    return .receiverReferenceTime(NTPTime(try reader.readUInt64()))
                case ExtendedReport.delaySinceLastReceiverReportType:
                    guard words % 3 == 0 else { throw ParseError(.badLength, at: reader.offset - 2) }
                    subBlocksLeft = words / 3
                default:
                    try reader.skip(words * 4)
                    return .unknown(type: type)
                }
            }
        }
    }
}

extension RTCPWriter {
    /// Writes an extended report with our reference time. False when it does not fit.
    @discardableResult
    public mutating func receiverReferenceTime(sender: SSRC, ntp: NTPTime) -> Bool {
        packet(.extendedReport, count: 0) { writer in
            writer.write(sender.rawValue)
            writer.write(ExtendedReport.receiverReferenceTimeType)
            writer.write(UInt8(0))
            writer.write(UInt16(2))
            writer.write(ntp.rawValue)
        }
    }

    /// Writes an extended report that answers the peers' reference times. False when it does not fit.
    @discardableResult
    public mutating func delaySinceLastReceiverReport(
        sender: SSRC, answers: some Collection<ExtendedReport.DelaySinceLastReceiverReport>
    ) -> Bool {
        packet(.extendedReport, count: 0) { writer in
            writer.write(sender.rawValue)
            writer.write(ExtendedReport.delaySinceLastReceiverReportType)
            writer.write(UInt8(0))
            writer.write(UInt16(truncatingIfNeeded: answers.count * 3))
            for answer in answers {
                writer.write(answer.ssrc.rawValue)
                writer.write(answer.lastReceiverReport)
                writer.write(answer.delay)
            }
        }
    }
}

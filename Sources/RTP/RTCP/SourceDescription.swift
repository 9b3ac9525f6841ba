/// A received source description, type 202 (RFC 3550 §6.5): items of text about up to 31 sources.
///
///     | header |  SSRC | type | length | text … | type | length | text … | 0 … to a whole word |  SSRC | …
public struct SourceDescription: Sequence {
    /// One item. Its text is UTF-8 of the peer's making, not checked.
    public struct Item {
        /// The item type of CNAME.
        @inlinable public static var cname: UInt8 { 1 }

        public let ssrc: SSRC
        /// 1 is CNAME, 2…8 are NAME, EMAIL, PHONE, LOC, TOOL, NOTE, PRIV (RFC 3550 §12.2), others come from extensions.
        public let type: UInt8
        public let text: UnsafeRawBufferPointer
    }

    private let chunks: UnsafeRawBufferPointer
    private let chunkCount: Int

    /// Walks everything once, so that iterating cannot fail.
    init(_ header: RTCPHeader, _ body: ByteReader) throws(ParseError) {
        var reader = body
        chunkCount = Int(header.count)
        chunks = try reader.readBytes(reader.remaining)
        do {
            var iterator = makeIterator()
            while try iterator.step() != nil {}
        } catch {
            throw ParseError(error.reason, at: error.offset + RTCPHeader.length)
        }
    }

    public func makeIterator() -> Iterator { Iterator(reader: ByteReader(chunks), chunksLeft: chunkCount) }

    public struct Iterator: IteratorProtocol {
        var reader: ByteReader
        var chunksLeft: Int
        var ssrc: SSRC?

        public mutating func next() -> Item? {
            do {
                return try step()
            } catch {
                return nil
            }
        }

        mutating func step() throws(ParseError) -> Item? {
            while true {
                guard let ssrc else {
                    guard chunksLeft > 0 else { return nil }
                    chunksLeft -= 1
                    self.ssrc = SSRC(try reader.readUInt32())
                    continue
                }
                let type = try reader.readUInt8()
                if type != 0 {
                    let length = Int(try reader.readUInt8())
                    return Item(ssrc: ssrc, type: type, text: try reader.readBytes(length))
                }
                // The terminating zero and zeros up to the next word. The chunks start at a word, so offsets tell the alignment.
                try reader.skip(-reader.offset & 3)
                self.ssrc = nil
            }
        }
    }
}

extension RTCPWriter {
    /// Writes a description of one source with its CNAME, cut at 255 bytes. False when it does not fit.
    ///
    /// An array and no `some Collection`: across modules the generic form is not specialised, and each byte then cost a heap allocation.
    @discardableResult
    public mutating func sourceDescription(ssrc: SSRC, cname: [UInt8]) -> Bool {
        packet(.sourceDescription, count: 1) { writer in
            let start = writer.offset
            writer.write(ssrc.rawValue)
            writer.write(SourceDescription.Item.cname)
            writer.write(UInt8(truncatingIfNeeded: Swift.min(cname.count, 255)))
            for index in 0..<Swift.min(cname.count, 255) { writer.write(cname[index]) }
            // At least one zero ends the list of items (RFC 3550 §6.5).
            writer.writeZeros(4 - ((writer.offset - start) & 3))
        }
    }
}

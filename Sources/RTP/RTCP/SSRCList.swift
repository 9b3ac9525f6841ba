/// A list of SSRCs in a received packet, read as they are asked for.
public struct SSRCList: RandomAccessCollection {
    private let bytes: UnsafeRawBufferPointer

    init(count: Int, _ reader: inout ByteReader) throws(ParseError) {
        bytes = try reader.readBytes(count * 4)
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { bytes.count / 4 }

    public subscript(position: Int) -> SSRC {
        precondition(position >= 0 && position < endIndex, "an SSRC of this list")
        return SSRC(bytes.uint32(at: position * 4))
    }
}

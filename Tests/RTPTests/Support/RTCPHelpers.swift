import RTP
import Testing

/// Hands the only packet of `bytes` to `body`; views into it live as long as the call.
func withPacket<T>(_ bytes: [UInt8], _ body: (RTCPPacket) throws -> T) throws -> T {
    try bytes.withUnsafeBytes { buffer in
        var reader = RTCPReader(buffer)
        let packet = try #require(try reader.next())
        #expect(reader.offset == buffer.count)
        return try body(packet)
    }
}

/// What `body` writes into a datagram of `size` bytes.
func rtcp(_ size: Int = 1_200, _ body: (inout RTCPWriter) -> Void) -> [UInt8] {
    composed(size) { buffer in
        var writer = RTCPWriter(buffer)
        body(&writer)
        return writer.count
    }
}

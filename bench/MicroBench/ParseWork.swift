import RTP

/// What is read of every packet that comes in: header, extensions, VP8 descriptor.
final class ParseWork {
    private static let packets = 64
    private static let stride = 1536

    private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: packets * stride, alignment: 4096)
    private var next = 0

    init() {
        var stream = VideoStream()
        for index in 0..<Self.packets {
            _ = stream.write(
                into: UnsafeMutableRawBufferPointer(rebasing: bytes[(index * Self.stride)...].prefix(1500)),
                at: Instant(nanoseconds: Int64(index) * 1_000_000), fillsExtensions: true)
        }
    }

    deinit { bytes.deallocate() }

    func run(_ count: Int) -> UInt64 {
        var sum: UInt64 = 0
        let ids = VideoStream.extensions
        for _ in 0..<count {
            next = (next + 1) & (Self.packets - 1)
            let packet = UnsafeRawBufferPointer(rebasing: bytes[(next * Self.stride)...].prefix(VideoStream.packetBytes))
            guard let header = try? RTPHeader(parsing: packet) else { continue }
            let extensions = HeaderExtensions(header, in: packet, ids: ids)
            sum &+= UInt64(header.sequenceNumber.rawValue) &+ UInt64(extensions.absSendTime?.rawValue ?? 0)
            sum &+= UInt64(extensions.mid?.count ?? 0) &+ UInt64(extensions.transportSequenceNumber?.sequenceNumber.rawValue ?? 0)
            if let payload = try? VP8PayloadDescriptor(parsing: UnsafeRawBufferPointer(rebasing: packet[header.payloadRange])) {
                sum &+= UInt64(payload.pictureID ?? 0) &+ (payload.isKeyframe ? 1 : 0)
            }
        }
        return sum
    }
}

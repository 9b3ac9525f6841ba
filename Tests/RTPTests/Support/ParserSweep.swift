import RTP

/// Gives `bytes` to the parser that a folder of fixtures is for, and reads everything that it answers. Traps if the parser does.
func sweep(_ folder: String, _ bytes: inout [UInt8], ids: HeaderExtensionIDs) {
    bytes.withUnsafeMutableBytes { buffer in
        let bytes = UnsafeRawBufferPointer(buffer)
        switch folder {
        case "rtp": sweepPacket(bytes, ids: ids)
        case "rtcp", "transport-feedback": sweepRTCP(bytes)
        case "rtx": sweepRetransmission(buffer)
        case "red": _ = (try? RED(parsing: bytes))?.reduce(0) { $0 + bytes[$1.range].count }
        case "opus": _ = (try? OpusPayload(parsing: bytes))?.duration
        case "vp8": (try? VP8PayloadDescriptor(parsing: bytes))?.rewrite(pictureID: 0xFEDC, tl0PictureIndex: 0xBA, in: buffer)
        case "vp9": sweepVP9(buffer)
        case "h264": _ = (try? H264Payload(parsing: bytes))?.frameSize
        default: break
        }
    }
}

private func sweepPacket(_ packet: UnsafeRawBufferPointer, ids: HeaderExtensionIDs) {
    _ = PacketClass.classify(packet)
    _ = try? RTPHeader(parsingEncrypted: packet)
    guard let header = try? RTPHeader(parsing: packet) else { return }
    let read = HeaderExtensions(header, in: packet, ids: ids)
    _ = packet[header.payloadRange].count + (read.dependencyDescriptor.map { packet[$0].count } ?? 0)
    _ = read.mid?.description
}

private func sweepRTCP(_ bytes: UnsafeRawBufferPointer) {
    var reader = RTCPReader(bytes)
    while let packet = reader.nextValid() { walk(packet) }
}

private func sweepRetransmission(_ packet: UnsafeMutableRawBufferPointer) {
    guard let header = try? RTPHeader(parsing: UnsafeRawBufferPointer(packet)) else { return }
    _ = try? RTX.decapsulate(packet, header: header, ssrc: SSRC(1), payloadType: PayloadType(96))
}

private func sweepVP9(_ payload: UnsafeMutableRawBufferPointer) {
    guard let vp9 = try? VP9PayloadDescriptor(parsing: UnsafeRawBufferPointer(payload)) else { return }
    for layer in 0..<8 { _ = vp9.scalabilityStructure?.frameSize(ofSpatialLayer: layer) }
    vp9.rewrite(pictureID: 0xFEDC, tl0PictureIndex: 0xBA, in: payload)
}

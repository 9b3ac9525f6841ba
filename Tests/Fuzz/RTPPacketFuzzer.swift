// sources: Sources/RTP
// seeds: Tests/Fixtures/RTP/rtp
import RTP

/// Header and extensions: nothing traps, ranges lie in the packet, and what was read can be written and read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let packet = inputBytes(data, count)
    _ = PacketClass.classify(packet)
    _ = try? RTPHeader(parsingEncrypted: packet)
    guard let header = try? RTPHeader(parsing: packet) else { return 0 }
    precondition(header.headerLength >= 12 && header.headerLength + header.paddingLength <= packet.count, "the payload lies in the packet")
    _ = packet[header.payloadRange].count

    var elements = 0
    for element in HeaderExtensionReader(header, in: packet) {
        precondition(header.extensionRange.contains(element.range.lowerBound) || element.range.isEmpty, "elements lie in the extension")
        precondition(element.id != 0 && element.range.upperBound <= header.headerLength, "elements have an id and end before the payload")
        elements += 1
    }
    precondition(elements <= header.extensionLength, "an element takes a byte at least")

    var ids = HeaderExtensionIDs()
    ids.audioLevel = 1
    ids.absSendTime = 2
    ids.transportSequenceNumber = 3
    ids.mid = 4
    ids.rid = 10
    ids.repairedRID = 11
    ids.videoOrientation = 5
    ids.playoutDelay = 6
    ids.absCaptureTime = 7
    ids.dependencyDescriptor = 8
    rewrite(header, HeaderExtensions(header, in: packet, ids: ids), ids, packet)
    return 0
}

private func rewrite(_ header: RTPHeader, _ read: HeaderExtensions, _ ids: HeaderExtensionIDs, _ packet: UnsafeRawBufferPointer) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_500, alignment: 1)
    defer { buffer.deallocate() }
    let writer = RTPHeaderWriter(
        marker: header.marker, payloadType: header.payloadType, sequenceNumber: header.sequenceNumber, timestamp: header.timestamp,
        ssrc: header.ssrc)
    let length = writer.write(into: buffer, form: .twoByte) { extensions in
        if let value = read.audioLevel { extensions.append(value, id: ids.audioLevel) }
        if let value = read.absSendTime { extensions.append(value, id: ids.absSendTime) }
        if let value = read.transportSequenceNumber { extensions.append(value, id: ids.transportSequenceNumber) }
        if let value = read.mid { extensions.append(value, id: ids.mid) }
        if let value = read.rid { extensions.append(value, id: ids.rid) }
        if let value = read.repairedRID { extensions.append(value, id: ids.repairedRID) }
        if let value = read.videoOrientation { extensions.append(value, id: ids.videoOrientation) }
        if let value = read.playoutDelay { extensions.append(value, id: ids.playoutDelay) }
        if let value = read.absCaptureTime { extensions.append(value, id: ids.absCaptureTime) }
        if let range = read.dependencyDescriptor {
            extensions.append(id: ids.dependencyDescriptor, value: UnsafeRawBufferPointer(rebasing: packet[range]))
        }
    }
    guard let length else { preconditionFailure("the buffer holds any header of ours") }
    let written = UnsafeRawBufferPointer(rebasing: buffer[0..<length])
    guard let again = try? RTPHeader(parsing: written) else { preconditionFailure("what we write can be read") }
    let second = HeaderExtensions(again, in: written, ids: ids)
    precondition(
        again.ssrc == header.ssrc && again.timestamp == header.timestamp && again.sequenceNumber == header.sequenceNumber, "fields")
    precondition(second.audioLevel == read.audioLevel && second.absSendTime == read.absSendTime, "values")
    precondition(second.mid == read.mid && second.rid == read.rid && second.repairedRID == read.repairedRID, "identifiers")
    precondition(second.playoutDelay == read.playoutDelay && second.absCaptureTime == read.absCaptureTime, "times")
    precondition(second.dependencyDescriptor?.count == read.dependencyDescriptor?.count, "opaque values")
}

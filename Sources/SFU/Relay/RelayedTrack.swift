import RTP

/// A track as one worker describes it to another: what was negotiated with its publisher, what may be shown of it, and what its encodings are
/// now.
struct RelayedTrack: Equatable {
    var id: RelayedTrackID
    var room: RoomID
    var participant: ParticipantID
    /// Of what was negotiated only that part counts which says how to read packets.
    var section: ReceiveSection
    var publishCeiling: VideoCeiling
    /// As many as the section has rids, or one.
    var encodings: [RelayedEncoding]

    static let maximumCodecs = 32
    static let maximumEncodings = 8

    init(
        id: RelayedTrackID, room: RoomID, participant: ParticipantID, section: ReceiveSection, publishCeiling: VideoCeiling,
        encodings: [RelayedEncoding]
    ) {
        self.id = id
        self.room = room
        self.participant = participant
        self.section = section
        self.publishCeiling = publishCeiling
        self.encodings = encodings
    }

    init(from reader: inout ByteReader) throws(ParseError) {
        id = try RelayedTrackID(from: &reader)
        room = RoomID(try reader.readUInt64())
        participant = ParticipantID(try reader.readUInt64())
        publishCeiling = try VideoCeiling(from: &reader)
        let feedback = FeedbackParameters(rawValue: try reader.readUInt8())
        let extensions = try HeaderExtensionIDs(from: &reader)
        var codecs: [CodecParameters] = []
        for _ in 0..<(try reader.readCount(upTo: Self.maximumCodecs)) { codecs.append(try CodecParameters(from: &reader)) }
        guard !codecs.isEmpty else { throw ParseError(.badValue, at: reader.offset) }
        var rids: [String] = []
        for _ in 0..<(try reader.readCount(upTo: Self.maximumEncodings)) { rids.append(try reader.readString()) }
        section = ReceiveSection(
            mid: "", source: id.source, codecs: codecs, extensions: extensions, feedback: feedback, rids: rids)
        encodings = []
        for _ in 0..<max(1, rids.count) { encodings.append(try RelayedEncoding(from: &reader)) }
    }

    func write(to writer: inout ByteWriter) {
        id.write(to: &writer)
        writer.write(room.rawValue)
        writer.write(participant.rawValue)
        publishCeiling.write(to: &writer)
        writer.write(section.feedback.rawValue)
        section.extensions.write(to: &writer)
        writer.write(UInt8(min(section.codecs.count, Self.maximumCodecs)))
        for codec in section.codecs.prefix(Self.maximumCodecs) { codec.write(to: &writer) }
        writer.write(UInt8(min(section.rids.count, Self.maximumEncodings)))
        for rid in section.rids.prefix(Self.maximumEncodings) { writer.writeString(rid) }
        for encoding in encodings.prefix(Self.maximumEncodings) { encoding.write(to: &writer) }
    }
}

/// What a worker that gets no packets of an encoding must know of it to choose among layers.
struct RelayedEncoding: Equatable {
    /// `nil` before its first packet.
    var ssrc: SSRC?
    /// The publisher sends it, or would if asked.
    var isAvailable: Bool
    /// Index into the section's codecs.
    var codecIndex: UInt8
    /// Pixels; 0 while not known.
    var width: Int
    var height: Int
    /// Bits per second; 0 while not known.
    var bitrate: Int

    init(ssrc: SSRC?, isAvailable: Bool, codecIndex: UInt8, width: Int, height: Int, bitrate: Int) {
        self.ssrc = ssrc
        self.isAvailable = isAvailable
        self.codecIndex = codecIndex
        self.width = width
        self.height = height
        self.bitrate = bitrate
    }

    init(from reader: inout ByteReader) throws(ParseError) {
        let flags = try reader.readUInt8()
        let number = try reader.readUInt32()
        ssrc = flags & 1 != 0 ? SSRC(number) : nil
        isAvailable = flags & 2 != 0
        codecIndex = try reader.readUInt8()
        width = Int(try reader.readUInt16())
        height = Int(try reader.readUInt16())
        bitrate = Int(try reader.readUInt32())
    }

    func write(to writer: inout ByteWriter) {
        writer.write((ssrc == nil ? 0 : 1) | (isAvailable ? 2 : 0) as UInt8)
        writer.write(ssrc?.rawValue ?? 0)
        writer.write(codecIndex)
        writer.write(UInt16(clamping: width))
        writer.write(UInt16(clamping: height))
        writer.write(UInt32(clamping: bitrate))
    }
}

// MARK: The parts

extension VideoCeiling {
    fileprivate init(from reader: inout ByteReader) throws(ParseError) {
        self.init(height: try reader.readCeiling(), framerate: try reader.readCeiling(), bitrate: try reader.readCeiling())
    }

    fileprivate func write(to writer: inout ByteWriter) {
        for value in [height, framerate, bitrate] { writer.write(UInt64(max(0, value))) }
    }
}

extension HeaderExtensionIDs {
    private static let paths: [WritableKeyPath<HeaderExtensionIDs, UInt8> & Sendable] = [
        \.audioLevel, \.absSendTime, \.transportSequenceNumber, \.mid, \.rid, \.repairedRID, \.videoOrientation, \.playoutDelay,
        \.absCaptureTime, \.dependencyDescriptor,
    ]

    fileprivate init(from reader: inout ByteReader) throws(ParseError) {
        self.init()
        for path in Self.paths { self[keyPath: path] = try reader.readUInt8() }
    }

    fileprivate func write(to writer: inout ByteWriter) {
        for path in Self.paths { writer.write(self[keyPath: path]) }
    }
}

extension CodecParameters {
    /// No payload type (they have seven bits).
    private static let none: UInt8 = 0xFF

    fileprivate init(from reader: inout ByteReader) throws(ParseError) {
        let offset = reader.offset
        guard let codec = Codec(rawValue: try reader.readString()) else { throw ParseError(.badValue, at: offset) }
        func payloadType(_ value: UInt8) -> PayloadType? { value == Self.none ? nil : PayloadType(value & 0x7F) }
        let types = (try reader.readUInt8(), try reader.readUInt8(), try reader.readUInt8())
        self.init(
            codec: codec, payloadType: PayloadType(types.0 & 0x7F), rtxPayloadType: payloadType(types.1),
            redPayloadType: payloadType(types.2), formatParameters: try reader.readString())
    }

    fileprivate func write(to writer: inout ByteWriter) {
        writer.writeString(codec.rawValue)
        writer.write(payloadType.rawValue)
        writer.write(rtxPayloadType?.rawValue ?? Self.none)
        writer.write(redPayloadType?.rawValue ?? Self.none)
        writer.writeString(formatParameters)
    }
}

extension ByteReader {
    fileprivate mutating func readCount(upTo limit: Int) throws(ParseError) -> Int {
        let count = Int(try readUInt8())
        guard count <= limit else { throw ParseError(.badValue, at: offset) }
        return count
    }

    fileprivate mutating func readCeiling() throws(ParseError) -> Int { Int(clamping: try readUInt64()) }

    /// At most 255 bytes of UTF-8 behind their number.
    fileprivate mutating func readString() throws(ParseError) -> String {
        let start = offset
        guard let text = String(validating: try readBytes(Int(try readUInt8())), as: UTF8.self) else {
            throw ParseError(.badValue, at: start)
        }
        return text
    }
}

extension ByteWriter {
    /// Neither rids nor format parameters come near 255 bytes; a longer text is left out.
    fileprivate mutating func writeString(_ text: String) {
        var text = text.utf8.count <= 255 ? text : ""
        text.withUTF8 { utf8 in
            write(UInt8(utf8.count))
            write(UnsafeRawBufferPointer(utf8))
        }
    }
}

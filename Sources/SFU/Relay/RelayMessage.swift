import RTP

/// What one worker tells another about a room that both have a part of. A value that can be written as bytes: today it crosses threads, and one
/// day nodes.
///
/// Everything but packets is soft state: it is said at once when it changes and again every second, and what has not been said for a few
/// seconds is forgotten. So a record that was lost, or a worker that came later, needs no protocol of its own.
///
///     downstream, from where a track is published       upstream, from where it is watched
///     track, trackEnded    what there is                watch       which of its encodings are to cross
///     packet               one RTP packet, in plain     keyframe    a picture loss indication
///     senderReport         its clock                    nack        packets that did not cross
///     levels               who speaks how loudly        hello       say everything now
///     keyframeRefused      not yet
enum RelayMessage: Equatable {
    case packet(RelayedPacket)
    case track(RelayedTrack)
    case trackEnded(RelayedTrackID)
    case senderReport(RelayedTrackID, RelayedReport)
    case levels(RoomID, [SpeakerLevel])
    /// In answer to `keyframe`: the client is not asked for one before then, for others just did.
    case keyframeRefused(RelayedTrackID, until: Instant)
    /// Bit per encoding. `fromStore`: somebody is shown nothing yet.
    case watch(RelayedTrackID, encodings: UInt8, fromStore: UInt8)
    case keyframe(RelayedTrackID, encoding: Int)
    case nack(RelayedTrackID, encoding: Int, lost: [UInt16])
    case hello(RoomID)

    /// Whether it carries media, and is no word about it.
    var isPacket: Bool { if case .packet = self { true } else { false } }

    /// Names of the cases on the wire.
    private enum Kind: UInt8 {
        case packet = 1, track, trackEnded, senderReport, levels, watch, keyframe, nack, hello, keyframeRefused
    }

    /// Entries of `levels` and `nack` that one record holds.
    static let maximumLevels = 256
    static let maximumLost = 512

    // MARK: Bytes

    init(parsing record: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = ByteReader(record)
        guard let kind = Kind(rawValue: try reader.readUInt8()) else { throw ParseError(.badValue, at: 0) }
        switch kind {
        case .packet: self = .packet(try RelayedPacket(from: &reader))
        case .track: self = .track(try RelayedTrack(from: &reader))
        case .trackEnded: self = .trackEnded(try RelayedTrackID(from: &reader))
        case .senderReport: self = .senderReport(try RelayedTrackID(from: &reader), try RelayedReport(from: &reader))
        case .levels: self = .levels(RoomID(try reader.readUInt64()), try Self.readLevels(&reader))
        case .watch:
            self = .watch(try RelayedTrackID(from: &reader), encodings: try reader.readUInt8(), fromStore: try reader.readUInt8())
        case .keyframe: self = .keyframe(try RelayedTrackID(from: &reader), encoding: Int(try reader.readUInt8()))
        case .nack:
            let track = try RelayedTrackID(from: &reader)
            let encoding = Int(try reader.readUInt8())
            self = .nack(track, encoding: encoding, lost: try Self.readLost(&reader))
        case .hello: self = .hello(RoomID(try reader.readUInt64()))
        case .keyframeRefused:
            let track = try RelayedTrackID(from: &reader)
            self = .keyframeRefused(track, until: Instant(nanoseconds: Int64(bitPattern: try reader.readUInt64())))
        }
    }

    /// - Returns: bytes written; 0 if it does not fit.
    func write(to bytes: UnsafeMutableRawBufferPointer) -> Int {
        var writer = ByteWriter(bytes)
        switch self {
        case .packet(let packet):
            writer.write(Kind.packet.rawValue)
            packet.write(to: &writer)
        case .track(let track):
            writer.write(Kind.track.rawValue)
            track.write(to: &writer)
        case .trackEnded(let track):
            writer.write(Kind.trackEnded.rawValue)
            track.write(to: &writer)
        case .senderReport(let track, let report):
            writer.write(Kind.senderReport.rawValue)
            track.write(to: &writer)
            report.write(to: &writer)
        case .levels(let room, let levels):
            writer.write(Kind.levels.rawValue)
            writer.write(room.rawValue)
            writer.write(UInt16(levels.count))
            for entry in levels {
                writer.write(entry.participant.rawValue)
                writer.write(entry.level)
            }
        case .watch(let track, let encodings, let fromStore):
            writer.write(Kind.watch.rawValue)
            track.write(to: &writer)
            writer.write(encodings)
            writer.write(fromStore)
        case .keyframe(let track, let encoding):
            writer.write(Kind.keyframe.rawValue)
            track.write(to: &writer)
            writer.write(UInt8(encoding))
        case .nack(let track, let encoding, let lost):
            writer.write(Kind.nack.rawValue)
            track.write(to: &writer)
            writer.write(UInt8(encoding))
            writer.write(UInt16(lost.count))
            for number in lost { writer.write(number) }
        case .hello(let room):
            writer.write(Kind.hello.rawValue)
            writer.write(room.rawValue)
        case .keyframeRefused(let track, let time):
            writer.write(Kind.keyframeRefused.rawValue)
            track.write(to: &writer)
            writer.write(UInt64(bitPattern: time.nanoseconds))
        }
        return writer.overflowed ? 0 : writer.offset
    }

    private static func readLevels(_ reader: inout ByteReader) throws(ParseError) -> [SpeakerLevel] {
        let count = Int(try reader.readUInt16())
        guard count <= maximumLevels else { throw ParseError(.badValue, at: reader.offset) }
        try reader.require(count * 9)
        var levels: [SpeakerLevel] = []
        levels.reserveCapacity(count)
        for _ in 0..<count {
            levels.append(SpeakerLevel(participant: ParticipantID(try reader.readUInt64()), level: min(127, try reader.readUInt8())))
        }
        return levels
    }

    private static func readLost(_ reader: inout ByteReader) throws(ParseError) -> [UInt16] {
        let count = Int(try reader.readUInt16())
        guard count <= maximumLost else { throw ParseError(.badValue, at: reader.offset) }
        try reader.require(count * 2)
        var lost: [UInt16] = []
        lost.reserveCapacity(count)
        for _ in 0..<count { lost.append(try reader.readUInt16()) }
        return lost
    }
}

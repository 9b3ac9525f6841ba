import RTP

/// A track on its way between workers: the peer that publishes it, and what it shows.
struct RelayedTrackID: Hashable {
    var peer: PeerID
    var source: TrackSource

    init(peer: PeerID, source: TrackSource) {
        self.peer = peer
        self.source = source
    }

    init(from reader: inout ByteReader) throws(ParseError) {
        source = try TrackSource(relayCode: try reader.readUInt8(), at: reader.offset)
        peer = PeerID(try reader.readUInt64())
    }

    func write(to writer: inout ByteWriter) {
        writer.write(source.relayCode)
        writer.write(peer.rawValue)
    }
}

/// One RTP packet of a relayed track, decrypted, padding cut off: what the publisher's worker keeps of it.
struct RelayedPacket: Equatable {
    var track: RelayedTrackID
    /// Index into the track's encodings.
    var encoding: Int
    /// Counts, modulo 256, how often this encoding began to cross or came under another SSRC. Where it changes, numbers begin anew.
    var generation: UInt8
    /// When it reached the publisher's worker, on the clock that both share.
    var arrival: Instant
    /// Header, extensions and payload. Valid as long as the record is.
    var bytes: UnsafeRawBufferPointer

    /// What stands before the packet's bytes in a record.
    static let overhead = 1 + 9 + 2 + 8

    init(track: RelayedTrackID, encoding: Int, generation: UInt8, arrival: Instant, bytes: UnsafeRawBufferPointer) {
        self.track = track
        self.encoding = encoding
        self.generation = generation
        self.arrival = arrival
        self.bytes = bytes
    }

    init(from reader: inout ByteReader) throws(ParseError) {
        track = try RelayedTrackID(from: &reader)
        encoding = Int(try reader.readUInt8())
        generation = try reader.readUInt8()
        arrival = Instant(nanoseconds: Int64(bitPattern: try reader.readUInt64()))
        bytes = try reader.readBytes(reader.remaining)
    }

    func write(to writer: inout ByteWriter) {
        track.write(to: &writer)
        writer.write(UInt8(encoding))
        writer.write(generation)
        writer.write(UInt64(bitPattern: arrival.nanoseconds))
        let start = writer.offset
        writer.write(bytes)
        // RFC 3550 §5.1: the padding was cut off, so the bit must not stand for it any more.
        if !writer.overflowed, writer.offset > start { writer.bytes[start] &= ~0x20 }
    }

    static func == (a: Self, b: Self) -> Bool {
        a.track == b.track && a.encoding == b.encoding && a.generation == b.generation && a.arrival == b.arrival
            && a.bytes.elementsEqual(b.bytes)
    }
}

/// What dates a relayed encoding's timestamps: its last sender report, and where the publisher's clock lies on ours.
struct RelayedReport: Equatable {
    var encoding: Int
    /// As of packets: a report of the new numbers comes before the first of them.
    var generation: UInt8
    var ntp: NTPTime
    var timestamp: UInt32
    var arrival: Instant
    /// Nanoseconds, of `PublisherClock`.
    var clockOffset: Int64

    init(encoding: Int, generation: UInt8, ntp: NTPTime, timestamp: UInt32, arrival: Instant, clockOffset: Int64) {
        self.encoding = encoding
        self.generation = generation
        self.ntp = ntp
        self.timestamp = timestamp
        self.arrival = arrival
        self.clockOffset = clockOffset
    }

    init(from reader: inout ByteReader) throws(ParseError) {
        encoding = Int(try reader.readUInt8())
        generation = try reader.readUInt8()
        ntp = NTPTime(try reader.readUInt64())
        timestamp = try reader.readUInt32()
        arrival = Instant(nanoseconds: Int64(bitPattern: try reader.readUInt64()))
        clockOffset = Int64(bitPattern: try reader.readUInt64())
    }

    func write(to writer: inout ByteWriter) {
        writer.write(UInt8(encoding))
        writer.write(generation)
        writer.write(ntp.rawValue)
        writer.write(timestamp)
        writer.write(UInt64(bitPattern: arrival.nanoseconds))
        writer.write(UInt64(bitPattern: clockOffset))
    }
}

extension TrackSource {
    /// Its number in relay records.
    var relayCode: UInt8 {
        switch self {
        case .microphone: 0
        case .camera: 1
        case .screen: 2
        case .screenAudio: 3
        }
    }

    init(relayCode: UInt8, at offset: Int) throws(ParseError) {
        switch relayCode {
        case 0: self = .microphone
        case 1: self = .camera
        case 2: self = .screen
        case 3: self = .screenAudio
        default: throw ParseError(.badValue, at: offset)
        }
    }
}

import RTP
import SFU

/// A publisher with one microphone and one camera, and viewers with a slot for each, in one room of a server of our own.
struct BenchRoom {
    static let audio = SSRC(1001)
    static let video = SSRC(1002)
    static let opus = CodecParameters(codec: .opus, payloadType: PayloadType(111))
    static let vp8 = CodecParameters(codec: .vp8, payloadType: PayloadType(96), rtxPayloadType: PayloadType(97))

    let server: MediaServer
    let publisher: LoadPeer
    let viewers: [LoadPeer]

    init(viewers count: Int, measuresDelay: Bool) throws {
        var configuration = MediaServerConfiguration(listen: (host: "127.0.0.1", port: 0))
        configuration.measuresDelay = measuresDelay
        let server = try MediaServer(configuration: configuration)
        try server.start { _ in }
        let room = RoomID(1)
        publisher = try LoadPeer(1, room: room, sections: Self.publishing, server: server)
        try publisher.connect()
        viewers = try (0..<count).map { index in
            let viewer = try LoadPeer(UInt64(index + 2), room: room, sections: Self.watching, server: server)
            try viewer.connect()
            // What a path carries is not the question here.
            server.send(.setAuto(viewer.id, false))
            return viewer
        }
        self.server = server
    }

    static var extensions: HeaderExtensionIDs {
        var ids = HeaderExtensionIDs()
        ids.audioLevel = 1
        ids.absSendTime = 2
        ids.transportSequenceNumber = 3
        ids.mid = 4
        return ids
    }

    private static var publishing: Sections {
        Sections(receive: [
            ReceiveSection(
                mid: "0", source: .microphone, codecs: [opus], extensions: extensions, feedback: [], ssrcs: [DeclaredSSRC(ssrc: audio)]),
            ReceiveSection(
                mid: "1", source: .camera, codecs: [vp8], extensions: extensions, feedback: [.nack, .pli, .transportCC],
                ssrcs: [DeclaredSSRC(ssrc: video, rtx: SSRC(1003))]),
        ])
    }

    private static var watching: Sections {
        Sections(slots: [
            SlotSection(mid: "0", purpose: .audio, index: 0, ssrc: SSRC(2001), codecs: [opus], extensions: extensions, feedback: []),
            SlotSection(
                mid: "1", purpose: .video, index: 0, ssrc: SSRC(2002), rtx: SSRC(2003), codecs: [vp8], extensions: extensions,
                feedback: [.nack, .pli, .remb]),
        ])
    }
}

/// The publisher's packets: 20 ms of Opus in 160 bytes, VP8 in 300 bytes, ten packets to a frame, a keyframe now and then.
struct BenchStream {
    /// Frames from one keyframe to the next: a second at the pace of `AllocationBench`.
    static let keyframeInterval = 360
    /// Ticks of 90 kHz that a frame stands for at that pace.
    static let frameTicks = 250

    private var audioSequence = SequenceNumber(1)
    private var audioTimestamp = RTPTimestamp(0)
    private var videoSequence = SequenceNumber(1)
    private var videoTimestamp = RTPTimestamp(0)
    private var packetInFrame = 0
    private var frame = 0

    mutating func nextAudio(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let header = RTPHeaderWriter(
            marker: false, payloadType: BenchRoom.opus.payloadType, sequenceNumber: audioSequence, timestamp: audioTimestamp,
            ssrc: BenchRoom.audio)
        let length =
            header.write(into: buffer) { $0.append(AudioLevel(voiceActivity: true, level: 20), id: BenchRoom.extensions.audioLevel) } ?? 0
        audioSequence = audioSequence &+ 1
        audioTimestamp = audioTimestamp &+ 960
        buffer[length] = 0x78  // Opus TOC: CELT, 20 ms, one frame (RFC 6716 §3.1).
        return length + 160
    }

    mutating func nextVideo(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let isLast = packetInFrame == 9
        let header = RTPHeaderWriter(
            marker: isLast, payloadType: BenchRoom.vp8.payloadType, sequenceNumber: videoSequence, timestamp: videoTimestamp,
            ssrc: BenchRoom.video)
        var at = header.write(into: buffer) { _ in } ?? 0
        let end = at + 300
        // RFC 7741 §4.2: X, S on the first packet, then I with a 15-bit picture id.
        let picture = frame & 0x7FFF
        for byte in [packetInFrame == 0 ? 0x90 : 0x80, 0x80, 0x80 | picture >> 8, picture & 0xFF] {
            buffer[at] = UInt8(byte)
            at += 1
        }
        if packetInFrame == 0 {
            // §4.3: a keyframe's first bytes with its size, 640×360; a delta frame's first bit is 1.
            let start: [UInt8] = frame % Self.keyframeInterval == 0 ? [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01] : [0x11]
            for byte in start {
                buffer[at] = byte
                at += 1
            }
        }
        videoSequence = videoSequence &+ 1
        packetInFrame = isLast ? 0 : packetInFrame + 1
        if isLast {
            frame += 1
            videoTimestamp = videoTimestamp &+ Self.frameTicks
        }
        return end
    }
}

/// How one stream's packets are spread over time.
public struct TrafficShape: Equatable, Sendable, Codable {
    public enum Pattern: String, Sendable, Codable {
        /// Each packet when its share of the second has come.
        case even
        /// All packets of a frame at once, as an encoder hands them to the packetiser.
        case frames
        /// One packet every 20 ms, with an audio level.
        case audio
    }

    public var pattern: Pattern
    /// On average; for video.
    public var packetsPerSecond: Int
    /// RTP packet before encryption, on average.
    public var packetBytes: Int
    public var framesPerSecond: Int
    /// Frames from one keyframe to the next; a keyframe also follows each request.
    public var keyframeInterval: Int
    /// How many times the packets of other frames a keyframe has.
    public var keyframeFactor: Int
    public var width: Int
    public var height: Int

    public init(
        pattern: Pattern, packetsPerSecond: Int, packetBytes: Int, framesPerSecond: Int = 30, keyframeInterval: Int = 300,
        keyframeFactor: Int = 4, width: Int = 1280, height: Int = 720
    ) {
        self.pattern = pattern
        self.packetsPerSecond = packetsPerSecond
        self.packetBytes = packetBytes
        self.framesPerSecond = framesPerSecond
        self.keyframeInterval = keyframeInterval
        self.keyframeFactor = keyframeFactor
        self.width = width
        self.height = height
    }

    /// Opus at 50 packets a second.
    public static func audio(packetBytes: Int = 120) -> TrafficShape {
        TrafficShape(pattern: .audio, packetsPerSecond: 50, packetBytes: packetBytes, framesPerSecond: 50)
    }

    /// The three layers of libwebrtc's simulcast at 720p, lowest first: 150 kbit/s, 500 kbit/s, 1.7 Mbit/s.
    public static let simulcast: [(rid: String, shape: TrafficShape)] = [
        ("q", TrafficShape(pattern: .frames, packetsPerSecond: 30, packetBytes: 625, width: 320, height: 180)),
        ("h", TrafficShape(pattern: .frames, packetsPerSecond: 60, packetBytes: 1042, width: 640, height: 360)),
        ("f", TrafficShape(pattern: .frames, packetsPerSecond: 180, packetBytes: 1180, width: 1280, height: 720)),
    ]

    /// What crosses the wire before encryption.
    public var bitsPerSecond: Int { packetsPerSecond * packetBytes * 8 }
}

/// One packet that a stream owes.
public struct ScheduledPacket: Equatable, Sendable {
    /// Nanoseconds after the stream's start at which it is due.
    public var due: Int64
    /// RTP packet before encryption.
    public var bytes: Int
    public var frame: Int
    public var startsFrame: Bool
    public var endsFrame: Bool
    public var isKeyframe: Bool
}

/// The packets of one stream in order, each with its time: pure arithmetic on the shape.
///
/// A frame is split "about equally", as libwebrtc's RtpPacketizer does: its packets differ by at most one byte, the smaller ones first. How
/// many bytes are left over differs from frame to frame, as it does with an encoder.
public struct PacketSchedule: Sendable {
    public let shape: TrafficShape
    private var frame = 0
    private var packetInFrame = 0
    private var packetsOfFrame = 0
    private var largerPackets = 0
    private var frameIsKey = true
    private var keyframeAt = 0
    /// Packets that the rate has earned and no frame has spent, times `framesPerSecond`; negative after a keyframe.
    private var remainder = 0

    public init(shape: TrafficShape) {
        precondition(shape.packetsPerSecond >= shape.framesPerSecond && shape.framesPerSecond > 0, "every frame has a packet")
        self.shape = shape
        beginFrame()
    }

    /// The next frame that begins is a keyframe.
    public mutating func requestKeyframe() {
        guard packetInFrame > 0 || !frameIsKey else { return }
        keyframeAt = packetInFrame == 0 ? frame : frame + 1
        if packetInFrame == 0 { frameIsKey = true }
    }

    /// The packet that comes next, which `advance` takes.
    public var next: ScheduledPacket {
        let isLarger = packetInFrame >= packetsOfFrame - largerPackets
        return ScheduledPacket(
            due: due, bytes: shape.packetBytes - (isLarger ? 0 : 1), frame: frame, startsFrame: packetInFrame == 0,
            endsFrame: packetInFrame == packetsOfFrame - 1, isKeyframe: frameIsKey)
    }

    public mutating func advance() {
        packetInFrame += 1
        guard packetInFrame == packetsOfFrame else { return }
        frame += 1
        beginFrame()
    }

    private var due: Int64 {
        let start = Int64(frame) * 1_000_000_000 / Int64(shape.framesPerSecond)
        guard shape.pattern == .even else { return start }
        return start + Int64(packetInFrame) * 1_000_000_000 / Int64(shape.framesPerSecond) / Int64(packetsOfFrame)
    }

    private mutating func beginFrame() {
        packetInFrame = 0
        frameIsKey = frame >= keyframeAt
        if frameIsKey { keyframeAt = frame + shape.keyframeInterval }
        remainder += shape.packetsPerSecond
        // A keyframe is larger, and the frames after it pay for it, as with a rate-controlled encoder.
        let isLarge = frameIsKey && shape.pattern == .frames
        packetsOfFrame = max(1, isLarge ? shape.packetsPerSecond * shape.keyframeFactor : remainder) / shape.framesPerSecond
        packetsOfFrame = max(1, packetsOfFrame)
        // Debts longer than a keyframe's are forgiven: requests may follow each other.
        remainder = max(remainder - packetsOfFrame * shape.framesPerSecond, -shape.packetsPerSecond * shape.keyframeFactor)
        switch shape.pattern {
        case .frames: largerPackets = Self.scatter(frame) % (packetsOfFrame + 1)
        case .even, .audio: largerPackets = packetsOfFrame
        }
    }

    /// SplitMix64's finaliser: spreads frame numbers evenly and alike in every run.
    private static func scatter(_ frame: Int) -> Int {
        var z = UInt64(frame) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return Int((z ^ (z >> 27)) >> 33)
    }
}

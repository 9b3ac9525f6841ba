/// What is known about one packet of a publisher, beside its bytes in the `PacketStore`: everything that a receiver's copy is made from, so
/// that nothing is parsed again per receiver.
struct StoredPacket: BitwiseCopyable {
    /// The source's sequence number, extended to count wraps.
    var sequence: UInt64 = .max
    /// Where the bytes start, counted over the store's whole life.
    var position: UInt64 = 0
    /// Nanoseconds of our clock (`Instant.nanoseconds`).
    var arrival: Int64 = 0
    var timestamp: UInt32 = 0
    /// Bytes of the packet as stored: header, extensions, payload; padding cut off.
    var length: UInt16 = 0
    var payloadOffset: UInt16 = 0
    /// The primary block of a RED payload (RFC 2198); equal to the payload where it is not RED.
    var primaryOffset: UInt16 = 0
    /// Index into the codecs of the publisher's section.
    var codecIndex: UInt8 = 0
    var traits: Traits = []

    // Header extensions that are forwarded, by their values; `traits` say which are present.
    /// NTP 32.32 of abs-capture-time, and its estimated clock offset where that is present.
    var captureTime: UInt64 = 0
    var captureClockOffset: Int64 = 0
    /// Twelve bits of minimum and twelve of maximum, in 10 ms.
    var playoutDelay: UInt32 = 0
    /// The RFC 6464 level, 0 (loudest) … 127; voice activity is a trait.
    var audioLevel: UInt8 = 127
    /// The 3GPP TS 26.114 byte of video orientation.
    var videoOrientation: UInt8 = 0

    // VP8 (RFC 7741 §4.2), where the descriptor has the fields.
    var temporalLayer: UInt8 = 0
    var tl0PictureIndex: UInt8 = 0
    var pictureID: UInt16 = 0

    /// Facts about a packet, one bit each.
    struct Traits: OptionSet, BitwiseCopyable {
        var rawValue: UInt16
        static let marker = Traits(rawValue: 1 << 0)
        /// The first packet of a frame that decodes without any other.
        static let keyframeStart = Traits(rawValue: 1 << 1)
        /// The first packet of a frame.
        static let frameStart = Traits(rawValue: 1 << 2)
        /// Nothing but padding arrived under this number. It is never sent on, and leaves no gap.
        static let empty = Traits(rawValue: 1 << 3)
        static let red = Traits(rawValue: 1 << 4)
        static let hasAudioLevel = Traits(rawValue: 1 << 5)
        static let hasVideoOrientation = Traits(rawValue: 1 << 6)
        static let hasPictureID = Traits(rawValue: 1 << 7)
        static let hasTL0PictureIndex = Traits(rawValue: 1 << 8)
        static let hasTemporalLayer = Traits(rawValue: 1 << 9)
        /// Part of a keyframe, first packet or not.
        static let keyframe = Traits(rawValue: 1 << 10)
        static let voiceActivity = Traits(rawValue: 1 << 11)
        static let hasPlayoutDelay = Traits(rawValue: 1 << 12)
        static let hasCaptureTime = Traits(rawValue: 1 << 13)
        static let hasCaptureClockOffset = Traits(rawValue: 1 << 14)
        /// A frame that refers to no frame above the base layer, so that dropped layers may come back from here (RFC 7741: Y).
        static let layerSync = Traits(rawValue: 1 << 15)
    }

    var payloadLength: Int { Int(length) - Int(payloadOffset) }
}

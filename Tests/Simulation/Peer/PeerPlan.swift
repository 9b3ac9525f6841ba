import RTP
import SFU

/// What a simulated client publishes and how many slots it offers. A plan is a value: two runs of one plan are the same run.
package struct PeerPlan: Sendable {
    /// Its tone, the id in its pictures, and the base of every other number of it. 1…250.
    package var index: Int
    package var room = RoomID(1)
    package var microphone: AudioPlan?
    package var camera: VideoPlan?
    package var screen: VideoPlan?
    /// The sound of the screen. Its tone is that of `screenSoundIndex`.
    package var screenSound: AudioPlan?
    package var audioSlots = 6
    package var videoSlots = 0
    package var screenSlots = 0
    package var screenAudioSlots = 0
    /// Video codecs of all sections, in order of preference.
    package var videoCodecs = Negotiated.videoCodecs
    /// RED was negotiated for all audio sections.
    package var acceptsRED = false
    package var rights = PeerRights()
    package var profile = SRTPProfile.aeadAES128GCM
    /// Where the first media packet's number starts, where a test wants it near a wrap; otherwise below 2^15, as libwebrtc does.
    package var firstSequenceNumber: UInt16?
    /// Where RTP timestamps start, in units before the wrap of 2^32; otherwise random.
    package var ticksBeforeTimestampWrap: UInt32?
    /// Between two of its receiver reports, in milliseconds. libwebrtc takes 500…1,500 for video.
    package var reportPause = 1_000...1_000
    /// Stops encodings that nobody watches when the server says so.
    package var pausesUnwatched = true

    package init(index: Int) {
        self.index = index
    }

    /// Who is heard when this participant's screen sounds.
    package var screenSoundIndex: Int { index + 20 }

    package var participant: ParticipantID { ParticipantID(1000 + UInt64(index)) }
}

/// A microphone.
package struct AudioPlan: Sendable {
    /// Encodes a tone with libopus; otherwise frames that carry an id and a number.
    package var isReal = true
    /// Of full scale; 0 is silence.
    package var amplitude = 0.3
    /// Sends next to nothing in silence (RFC 7587 §3.1.3).
    package var isDiscontinuous = false
    /// Each packet repeats the frame before it (RFC 2198).
    package var isRedundant = false
    package init(isReal: Bool = true, amplitude: Double = 0.3) {
        self.isReal = isReal
        self.amplitude = amplitude
    }
}

/// A camera or a screen.
package struct VideoPlan: Sendable {
    package struct Layer: Sendable {
        /// `nil` without simulcast.
        package var rid: String?
        package var width: Int
        package var height: Int
        /// Bits per second.
        package var bitrate: Int
        package init(rid: String?, width: Int, height: Int, bitrate: Int) {
            self.rid = rid
            self.width = width
            self.height = height
            self.bitrate = bitrate
        }
    }

    /// Encodes coded pictures with libvpx; otherwise `SyntheticFrame`s.
    package var isReal = false
    /// VP9 has to be real; H.264 is scripted around synthetic frames.
    package var codec = Codec.vp8
    /// Smallest first.
    package var layers: [Layer]
    package var framerate = 20
    /// 1…3, with libvpx 1…2, with H.264 1.
    package var temporalLayers = 1
    /// A keyframe without being asked every so many frames; 0 never.
    package var keyframeInterval = 0
    /// Makes keyframes at its interval only. What one viewer asks for then cannot reach another through the encoder.
    package var ignoresRequests = false

    package init(layers: [Layer], isReal: Bool = false, framerate: Int = 20, temporalLayers: Int = 1) {
        self.layers = layers
        self.isReal = isReal
        self.framerate = framerate
        self.temporalLayers = temporalLayers
    }

    /// The ladder of a 640×360 camera: three encodings at ¼, ½ and 1.
    package static func simulcast(isReal: Bool = false, framerate: Int = 20, temporalLayers: Int = 1) -> VideoPlan {
        VideoPlan(
            layers: [
                Layer(rid: "q", width: 160, height: 90, bitrate: 100_000),
                Layer(rid: "h", width: 320, height: 180, bitrate: 300_000),
                Layer(rid: "f", width: 640, height: 360, bitrate: 900_000),
            ], isReal: isReal, framerate: framerate, temporalLayers: temporalLayers)
    }

    /// One encoding without rids, as Firefox sends a screen.
    package static func single(
        isReal: Bool = false, width: Int = 320, height: Int = 180, bitrate: Int = 300_000, framerate: Int = 20
    ) -> VideoPlan {
        VideoPlan(layers: [Layer(rid: nil, width: width, height: height, bitrate: bitrate)], isReal: isReal, framerate: framerate)
    }
}

/// The numbers that every simulated client negotiates, those of Chromium's offers.
package enum Negotiated {
    package static let opus: UInt8 = 111
    package static let vp8: UInt8 = 96
    package static let vp8RTX: UInt8 = 97
    package static let red: UInt8 = 63

    package static let extensions: HeaderExtensionIDs = {
        var ids = HeaderExtensionIDs()
        ids.audioLevel = 1
        ids.absSendTime = 2
        ids.transportSequenceNumber = 3
        ids.mid = 4
        ids.rid = 10
        ids.repairedRID = 11
        return ids
    }()

    /// What we send in slots: no transport-wide numbers, so that the client answers with REMB.
    package static let slotExtensions: HeaderExtensionIDs = {
        var ids = HeaderExtensionIDs()
        ids.audioLevel = 1
        ids.absSendTime = 2
        ids.mid = 4
        return ids
    }()

    package static let audioCodecs = [CodecParameters(codec: .opus, payloadType: PayloadType(opus))]
    package static let videoCodecs = [
        CodecParameters(codec: .vp8, payloadType: PayloadType(vp8), rtxPayloadType: PayloadType(vp8RTX))
    ]
    package static let videoCodecsOfAll =
        videoCodecs + [
            CodecParameters(
                codec: .vp9, payloadType: PayloadType(98), rtxPayloadType: PayloadType(99), formatParameters: "profile-id=0"),
            CodecParameters(
                codec: .h264, payloadType: PayloadType(102), rtxPayloadType: PayloadType(103),
                formatParameters: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
        ]
    package static let redundantAudioCodecs = [
        CodecParameters(codec: .opus, payloadType: PayloadType(opus), redPayloadType: PayloadType(red))
    ]
    package static let publishFeedback: FeedbackParameters = [.nack, .pli, .fir, .remb, .transportCC]
    package static let slotFeedback: FeedbackParameters = [.nack, .pli, .fir, .remb]
}

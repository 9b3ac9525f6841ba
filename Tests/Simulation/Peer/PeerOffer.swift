import RTP
import SFU

/// What signalling would have got from a client's offer and put into the answer, drawn from a seed instead of SDP.
struct PeerOffer {
    private(set) var parameters: PeerParameters
    private(set) var audio: AudioPublisher?
    private(set) var screenSound: AudioPublisher?
    private(set) var videos: [VideoPublisher] = []

    init(id: PeerID, plan: PeerPlan, random: inout RandomSource, start: Instant) {
        var sections = Sections()
        var mid = 0
        func nextMid() -> String {
            defer { mid += 1 }
            return String(mid)
        }
        if let microphone = plan.microphone {
            let section = nextMid()
            let stream = SendStream(Self.audioStream(mid: section, &random), plan: plan, random: &random)
            let offset = Duration.milliseconds(random.integer(in: 0...19))
            audio = AudioPublisher(stream: stream, plan: microphone, index: plan.index, start: start + offset)
            sections.receive.append(
                ReceiveSection(
                    mid: section, source: .microphone, codecs: Self.audioCodecs(plan), extensions: Negotiated.extensions,
                    feedback: [.transportCC], ssrcs: [DeclaredSSRC(ssrc: SSRC(stream.parameters.ssrc))]))
        }
        for (source, video) in [(TrackSource.camera, plan.camera), (.screen, plan.screen)] {
            guard let video else { continue }
            let section = nextMid()
            let encodings = video.layers.indices.map { layer in
                let codec = plan.videoCodecs.first { $0.codec == video.codec }
                let stream = SendStream(
                    Self.videoStream(mid: section, rid: video.layers[layer].rid, codec, &random), plan: plan, random: &random)
                let index = plan.index | (source == .screen ? 0x80 : 0)
                return VideoEncoding(stream: stream, plan: video, layerIndex: layer, index: index, random: random.forked(UInt64(layer)))
            }
            let offset = Duration.milliseconds(random.integer(in: 0...1000 / video.framerate))
            videos.append(VideoPublisher(source: source, encodings: encodings, plan: video, start: start + offset))
            sections.receive.append(Self.section(section, source, encodings, plan))
        }
        if let sound = plan.screenSound {
            let section = nextMid()
            let stream = SendStream(Self.audioStream(mid: section, &random), plan: plan, random: &random)
            screenSound = AudioPublisher(stream: stream, plan: sound, index: plan.screenSoundIndex, start: start)
            sections.receive.append(
                ReceiveSection(
                    mid: section, source: .screenAudio, codecs: Self.audioCodecs(plan), extensions: Negotiated.extensions,
                    feedback: [.transportCC], ssrcs: [DeclaredSSRC(ssrc: SSRC(stream.parameters.ssrc))]))
        }
        sections.slots = Self.slots(plan, &random, nextMid)
        let hexadecimal = Array("0123456789abcdef")
        func word(_ length: Int) -> String { String((0..<length).map { _ in hexadecimal[random.integer(in: 0...15)] }) }
        let local = ICECredentials(ufrag: word(8), password: word(24))
        let remote = ICECredentials(ufrag: word(4), password: word(24))
        parameters = PeerParameters(
            id: id, room: plan.room, participant: plan.participant, localICE: local, remoteICE: remote,
            remoteFingerprint: Fingerprint(algorithm: .sha256, bytes: random.bytes(32)), sections: sections, rights: plan.rights)
    }

    private static func audioCodecs(_ plan: PeerPlan) -> [CodecParameters] {
        plan.acceptsRED ? Negotiated.redundantAudioCodecs : Negotiated.audioCodecs
    }

    private static func ssrc(_ random: inout RandomSource) -> UInt32 {
        UInt32(truncatingIfNeeded: random.next()) | 1
    }

    private static func audioStream(mid: String, _ random: inout RandomSource) -> SendStream.Parameters {
        SendStream.Parameters(
            ssrc: ssrc(&random), rtxSSRC: nil, payloadType: Negotiated.opus, rtxPayloadType: nil, clockRate: 48_000, mid: mid, rid: nil)
    }

    private static func videoStream(
        mid: String, rid: String?, _ codec: CodecParameters?, _ random: inout RandomSource
    ) -> SendStream.Parameters {
        SendStream.Parameters(
            ssrc: ssrc(&random), rtxSSRC: ssrc(&random), payloadType: codec?.payloadType.rawValue ?? Negotiated.vp8,
            rtxPayloadType: codec?.rtxPayloadType?.rawValue, clockRate: 90_000, mid: mid,
            rid: rid)
    }

    /// With rids the offer's SSRC lines are not used; without, they are all there is beside MID.
    private static func section(_ mid: String, _ source: TrackSource, _ encodings: [VideoEncoding], _ plan: PeerPlan) -> ReceiveSection {
        let rids = encodings.compactMap(\.stream.parameters.rid)
        let declared = encodings.map { encoding in
            let parameters = encoding.stream.parameters
            return DeclaredSSRC(ssrc: SSRC(parameters.ssrc), rtx: parameters.rtxSSRC.map { SSRC($0) })
        }
        return ReceiveSection(
            mid: mid, source: source, codecs: plan.videoCodecs, extensions: Negotiated.extensions,
            feedback: Negotiated.publishFeedback, rids: rids, ssrcs: rids.isEmpty ? declared : [])
    }

    private static func slots(_ plan: PeerPlan, _ random: inout RandomSource, _ nextMid: () -> String) -> [SlotSection] {
        var slots: [SlotSection] = []
        let counts = [
            (SlotPurpose.audio, plan.audioSlots), (.video, plan.videoSlots), (.screen, plan.screenSlots),
            (.screenAudio, plan.screenAudioSlots),
        ]
        for (purpose, count) in counts {
            for index in 0..<count {
                let isVideo = purpose.kind == .video
                slots.append(
                    SlotSection(
                        mid: nextMid(), purpose: purpose, index: index, ssrc: SSRC(ssrc(&random)),
                        rtx: isVideo ? SSRC(ssrc(&random)) : nil, codecs: isVideo ? plan.videoCodecs : audioCodecs(plan),
                        extensions: Negotiated.slotExtensions, feedback: isVideo ? Negotiated.slotFeedback : []))
            }
        }
        return slots
    }
}

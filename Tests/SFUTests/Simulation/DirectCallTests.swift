import RTP
import SFU
import Simulation
import Testing

/// A publisher and a viewer with nothing but a path between them: what the viewer reports is the path's doing, never the server's. These are
/// the controls of the oracles: a good path must satisfy them, and a broken one must not.
@Suite struct DirectCallTests {
    /// One simulcast encoding, sent through a link, watched by a slot that has its SSRC.
    private struct Call {
        let encoding: VideoEncoding
        let viewer: VideoSlotReceiver
        let publisher: VideoPublisher
        var path: Link
        let loss: LinkConditions.Loss
        var answersNack = true
        var answersPLI = true

        init(plan: VideoPlan, conditions: LinkConditions) {
            var random = RandomSource(seed: 11)
            let stream = SendStream(
                SendStream.Parameters(
                    ssrc: 77, rtxSSRC: 78, payloadType: Negotiated.vp8, rtxPayloadType: Negotiated.vp8RTX, clockRate: 90_000, mid: "1",
                    rid: nil),
                plan: PeerPlan(index: 5), random: &random)
            encoding = VideoEncoding(stream: stream, plan: plan, layerIndex: 0, index: 5, random: random.forked(1))
            publisher = VideoPublisher(source: .camera, encodings: [encoding], plan: plan, start: .zero)
            viewer = VideoSlotReceiver(
                section: SlotSection(
                    mid: "1", purpose: .video, index: 0, ssrc: SSRC(77), rtx: SSRC(78), codecs: Negotiated.videoCodecs,
                    extensions: Negotiated.slotExtensions, feedback: Negotiated.slotFeedback))
            viewer.assigned(TrackID(participant: PeerPlan(index: 5).participant, source: .camera), at: .zero)
            loss = conditions.loss
            path = Link(conditions, random: random.forked(2))
        }

        /// Runs for so long, the first half second without loss; the way back is perfect and takes 20 ms.
        mutating func run(seconds: Int) -> PictureFigures {
            var queue = EventQueue<WirePacket>()
            var back = EventQueue<VideoSlotReceiver.Requests>()
            for millisecond in 0..<Int64(seconds * 1000) {
                let now = Instant(nanoseconds: millisecond * 1_000_000)
                path.conditions.loss = millisecond < 500 ? .none : loss
                for packet in publisher.advance(to: now, captureMilliseconds: UInt32(millisecond)) { send(packet, now, &queue) }
                while let packet = queue.pop(dueBy: now) { viewer.receive(packet, at: now) }
                back.push(viewer.requests(at: now), at: now + .milliseconds(20))
                while let requests = back.pop(dueBy: now) {
                    if requests.pictureLoss, answersPLI { publisher.requestKeyframe() }
                    for number in requests.nack where answersNack {
                        if let packet = encoding.stream.retransmission(of: number) { send(packet, now, &queue) }
                    }
                }
            }
            return PictureFigures(viewer.log, epoch: .zero, from: .zero, to: Instant(nanoseconds: Int64(seconds) * 1_000_000_000))
        }

        private mutating func send(_ packet: WirePacket, _ now: Instant, _ queue: inout EventQueue<WirePacket>) {
            let arrivals = path.send(bytes: packet.payload.count + 40, at: now)
            for case .some(let arrival) in [arrivals.first, arrivals.second] { queue.push(packet, at: arrival) }
        }
    }

    private static func path(loss: Double = 0, reorder: Double = 0) -> LinkConditions {
        var conditions = LinkConditions()
        conditions.loss = .random(loss)
        conditions.reorder = reorder
        return conditions
    }

    @Test(arguments: [(false, 1), (false, 2), (false, 3), (true, 1), (true, 2)])
    func aPerfectPathShowsEveryFrame(isReal: Bool, temporalLayers: Int) {
        let plan = VideoPlan(
            layers: [.init(rid: nil, width: 320, height: 180, bitrate: 600_000)], isReal: isReal, temporalLayers: temporalLayers)
        var call = Call(plan: plan, conditions: Self.path(reorder: 0.05))
        let figures = call.run(seconds: 4)
        #expect(figures.frames == 80)
        #expect(figures.freezes == 0)
        #expect(figures.strangers == 0)
        #expect(figures.longestGap <= .milliseconds(80))
        #expect(call.viewer.log.broken == 0)
        #expect(call.viewer.log.pictureLosses == 0)
        #expect(figures.age(0.95) <= .milliseconds(40))
    }

    @Test(arguments: [1, 2, 3]) func lossIsRepairedByNACK(temporalLayers: Int) {
        let plan = VideoPlan(layers: [.init(rid: nil, width: 320, height: 180, bitrate: 900_000)], temporalLayers: temporalLayers)
        var call = Call(plan: plan, conditions: Self.path(loss: 0.05))
        let figures = call.run(seconds: 10)
        #expect(figures.frames >= 195)
        #expect(call.viewer.log.broken == 0)
        #expect(figures.longestGap <= .milliseconds(500))
        #expect(call.viewer.log.repairs > 20)
    }

    /// Negative control: with nobody answering NACKs the same judgement fails.
    @Test func withoutRepairTheOraclesComplain() {
        let plan = VideoPlan(layers: [.init(rid: nil, width: 320, height: 180, bitrate: 900_000)])
        var call = Call(plan: plan, conditions: Self.path(loss: 0.05))
        call.answersNack = false
        let figures = call.run(seconds: 10)
        #expect(figures.frames < 120)
        #expect(figures.longestGap > .milliseconds(500))
        #expect(call.viewer.log.broken == 0)
    }

    /// Negative control: with nobody answering PLIs either, the picture stands still for good.
    @Test func withoutKeyframesThePictureStandsStill() {
        let plan = VideoPlan(layers: [.init(rid: nil, width: 320, height: 180, bitrate: 900_000)])
        var call = Call(plan: plan, conditions: Self.path(loss: 0.05))
        (call.answersNack, call.answersPLI) = (false, false)
        #expect(call.run(seconds: 10).longestGap > .seconds(5))
        #expect(call.viewer.log.pictureLosses > 3)
    }

    /// Negative control: pictures of somebody else are strangers.
    @Test func theWrongPersonIsSeen() {
        let plan = VideoPlan(layers: [.init(rid: nil, width: 160, height: 90, bitrate: 100_000)])
        var call = Call(plan: plan, conditions: Self.path())
        call.viewer.assigned(TrackID(participant: PeerPlan(index: 6).participant, source: .camera), at: .zero)
        _ = call.run(seconds: 2)
        let figures = PictureFigures(call.viewer.log, epoch: .zero, from: .zero + .seconds(1), to: .zero + .seconds(2))
        #expect(figures.strangers > 0)
    }
}

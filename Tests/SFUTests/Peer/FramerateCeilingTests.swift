import RTP
import SFU
import Simulation
import Testing

/// A ceiling on frames a second drops temporal layers, where the publisher sends some; and the reason says who is behind what the viewer gets.
@Suite struct FramerateCeilingTests {
    /// A camera of 20 frames a second, watched with a bound of 12: the last report, and frames seen in the last two seconds.
    private static func watch(temporalLayers: Int, by who: LayerReason) -> (reason: LayerReason?, frames: Int) {
        let world = World(seed: 3)
        let ceiling = VideoCeiling(height: .max, framerate: 12, bitrate: .max)
        var plan = PeerPlan(index: 1)
        plan.camera = .simulcast(temporalLayers: temporalLayers)
        if who == .publishTier { plan.rights.publishCeiling = ceiling }
        world.join(plan)
        var watching = PeerPlan(index: 2)
        watching.videoSlots = 1
        if who == .watchTier { watching.rights.watchCeiling = ceiling }
        let viewer = world.join(watching)
        if who == .viewerTier {
            let track = TrackID(participant: plan.participant, source: .camera)
            world.at(.milliseconds(300)) {
                $0.send(.subscribe(viewer.peer.id, [Subscription(track: track, ceiling: ceiling, priority: 100)]))
            }
        }
        world.run(until: .seconds(6))
        let reason = viewer.peer.events.layers.last?.reports.first?.reason
        return (reason, viewer.peer.videoSlots[0].log.shown.count { $0.at > world.epoch + .seconds(4) })
    }

    @Test(arguments: [LayerReason.viewerTier, .watchTier, .publishTier])
    func layersAreDroppedAndTheTierIsNamed(who: LayerReason) {
        let result = Self.watch(temporalLayers: 2, by: who)
        #expect(result.reason == who)
        #expect((18...24).contains(result.frames), "half of 40: \(result.frames)")
    }

    /// Nothing can be dropped, and a browser's lower encodings have as many frames: the picture stays, and the reason is the publisher.
    @Test func aStreamWithoutLayersIsThePublishersDoing() {
        let result = Self.watch(temporalLayers: 1, by: .viewerTier)
        #expect(result.reason == .publisher)
        #expect(result.frames >= 38)
    }
}

import RTP

/// The three ceilings over one track for one viewer, and which of them forbids a layer.
struct Ceilings {
    /// The tier that the viewer picked; `nil` is Auto.
    var viewer: VideoCeiling?
    /// What the viewer's roles may watch.
    var watch: VideoCeiling
    /// What the publisher's roles may publish.
    var publish: VideoCeiling

    /// What both persons' roles allow.
    var roles: VideoCeiling { watch.limited(to: publish) }

    var strictest: VideoCeiling {
        viewer.map { roles.limited(to: $0) } ?? roles
    }

    func forbids(_ encoding: Encoding, at now: Instant) -> LayerReason? {
        if !Ladder.allows(encoding, publish, at: now) { return .publishTier }
        if !Ladder.allows(encoding, watch, at: now) { return .watchTier }
        if let viewer, !Ladder.allows(encoding, viewer, at: now) { return .viewerTier }
        return nil
    }

    /// Which ceiling's framerate is the lowest.
    var slowest: LayerReason {
        let framerate = strictest.framerate
        if publish.framerate == framerate { return .publishTier }
        return watch.framerate == framerate ? .watchTier : .viewerTier
    }
}

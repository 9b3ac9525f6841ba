/// Which encoding of a track one slot forwards. Pure: it is told what arrives and answers what to do.
///
/// A decoder can begin only at a keyframe, so the wanted encoding replaces the present one when its keyframe starts to arrive, and until then the
/// present one goes on: a switch is never a gap. Where nothing is shown and the wanted encoding is not being sent, another is shown until it is.
struct LayerSelector: Equatable {
    enum Decision: Equatable {
        case drop
        case forward
        /// Forward, and begin a new source with this packet.
        case switchAndForward
    }

    /// The encoding being forwarded.
    private(set) var current: Int?
    /// The encoding that should be; `nil` forwards nothing.
    private(set) var target: Int?
    /// What is shown for the time being, if nothing is.
    private(set) var stopgap: Int?

    mutating func setTarget(_ encoding: Int?, stopgap: Int? = nil) {
        target = encoding
        self.stopgap = stopgap
        if encoding == nil { current = nil }
    }

    mutating func packetArrived(encoding: Int, keyframeStart: Bool) -> Decision {
        if encoding == current { return .forward }
        guard keyframeStart, awaits(encoding) else { return .drop }
        current = encoding
        return .switchAndForward
    }

    /// The encoding would be shown if a keyframe of it came.
    func awaits(_ encoding: Int) -> Bool { encoding != current && (encoding == target || (current == nil && encoding == stopgap)) }

    /// What was forwarded is of no use any more (frames were dropped, or the track changed): the next picture begins at a keyframe.
    mutating func awaitKeyframe() { current = nil }

    /// The encoding was begun from stored packets.
    mutating func begun(_ encoding: Int) { current = encoding }

    /// A keyframe is needed to get where we want to be.
    var needsKeyframe: Bool { target != nil && current != target }
}

import RTP
import SFU

/// A camera or screen: one or more encodings of the same pictures.
package final class VideoPublisher {
    package let source: TrackSource
    package let encodings: [VideoEncoding]
    package private(set) var nextDeadline: Instant
    /// The camera is off: nothing is captured.
    package var isStopped = false
    package private(set) var keyframeRequests = 0
    private let interval: Duration
    private let keyframeInterval: Int
    private let ignoresRequests: Bool
    private var framesSinceKeyframe = 0
    private var keyframeWanted = true

    package init(source: TrackSource, encodings: [VideoEncoding], plan: VideoPlan, start: Instant) {
        self.source = source
        self.encodings = encodings
        interval = .nanoseconds(1_000_000_000 / Int64(plan.framerate))
        keyframeInterval = plan.keyframeInterval
        ignoresRequests = plan.ignoresRequests
        nextDeadline = start
    }

    /// A PLI or FIR arrived. One of them makes keyframes on all encodings (measured in both browsers).
    package func requestKeyframe() {
        keyframeRequests += 1
        if !ignoresRequests { keyframeWanted = true }
    }

    /// Pauses and resumes encodings; resuming one makes a keyframe on all of them.
    package func setActive(_ isActive: Bool, rid: String?) {
        for encoding in encodings where encoding.stream.parameters.rid == rid && encoding.isActive != isActive {
            encoding.isActive = isActive
            if isActive { keyframeWanted = true }
        }
    }

    /// The uplink leaves room for no more than the lowest `count` encodings from now on; one that is sent again begins with a keyframe, as libwebrtc's does.
    package func afford(_ count: Int) {
        for (index, encoding) in encodings.enumerated() {
            if encoding.isStarved, index < count { keyframeWanted = true }
            encoding.isStarved = index >= count
        }
    }

    package func resume(at now: Instant) {
        while nextDeadline < now { nextDeadline += interval }
    }

    /// The packets of the frame that is due, all encodings, smallest first.
    package func advance(to now: Instant, captureMilliseconds: UInt32) -> [WirePacket] {
        guard now >= nextDeadline else { return [] }
        let captured = nextDeadline
        nextDeadline += interval
        guard !isStopped else { return [] }
        framesSinceKeyframe += 1
        if keyframeInterval > 0, framesSinceKeyframe > keyframeInterval { keyframeWanted = true }
        let isKeyframe = keyframeWanted
        if isKeyframe {
            keyframeWanted = false
            framesSinceKeyframe = 0
        }
        return encodings.filter { $0.isActive && !$0.isStarved }.flatMap {
            $0.frame(isKeyframe: isKeyframe, capturedAt: captured, captureMilliseconds: captureMilliseconds)
        }
    }
}

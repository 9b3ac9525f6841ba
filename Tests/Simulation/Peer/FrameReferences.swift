/// Decides whether a frame can be decoded, from what is on the wire alone, as libwebrtc's reference finders do: by TL0PICIDX and
/// temporal id where they are, by unbroken sequence numbers where they are not.
package struct FrameReferences: Sendable {
    private var lastNumber: Int?
    private var lastPicture: UInt16?
    private var baseIndex: UInt8?

    package init() {}

    /// `false` until a keyframe was decoded.
    package var hasKeyframe: Bool { lastNumber != nil }

    package func isOld(_ frame: AssembledFrame) -> Bool {
        lastNumber.map { frame.last <= $0 } ?? false
    }

    package func canDecode(_ frame: AssembledFrame, isPadding: (Int) -> Bool) -> Bool {
        guard !frame.isKeyframe else { return true }
        guard let lastNumber else { return false }
        guard let temporalID = frame.head.temporalID, let index = frame.head.tl0PictureIndex, let baseIndex else {
            return follows(frame, lastNumber, isPadding)
        }
        if temporalID == 0 { return index == baseIndex &+ 1 }
        guard index == baseIndex else { return false }
        return frame.head.layerSync || frame.head.pictureID == lastPicture.map { ($0 + 1) & 0x7FFF }
    }

    private func follows(_ frame: AssembledFrame, _ last: Int, _ isPadding: (Int) -> Bool) -> Bool {
        var next = last + 1
        while next < frame.first, isPadding(next) { next += 1 }
        return next == frame.first
    }

    package mutating func decoded(_ frame: AssembledFrame) {
        lastNumber = frame.last
        lastPicture = frame.head.pictureID
        if frame.isKeyframe || frame.head.temporalID == 0 { baseIndex = frame.head.tl0PictureIndex }
        if frame.head.temporalID == nil { baseIndex = nil }
    }

    /// The decoder gave up: only a keyframe helps.
    package mutating func reset() {
        self = FrameReferences()
    }
}

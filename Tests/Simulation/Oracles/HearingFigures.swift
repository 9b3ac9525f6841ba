import RTP

/// Whether a peer heard whom it should hear, and nobody else, between two instants.
package struct HearingFigures: Sendable {
    package private(set) var windows = 0
    /// Exactly the expected set.
    package private(set) var right = 0
    /// Somebody expected was not heard.
    package private(set) var missing = 0
    /// Somebody was heard who should not be.
    package private(set) var extra = 0
    /// Even a trace of somebody who must never be heard.
    package private(set) var forbidden = 0

    /// - Parameters:
    ///   - expected: bits of participant indices.
    ///   - forbidden: bits of those of whom not a trace may be heard: oneself, and everybody of other rooms.
    package init(_ log: HearingLog, from: Instant, to: Instant, expected: UInt64, forbidden mask: UInt64 = 0) {
        // A window of 200 ms counts when it lies wholly inside.
        for window in log.windows where window.end - .milliseconds(200) >= from && window.end <= to {
            windows += 1
            if window.heard == expected { right += 1 }
            if expected & ~window.heard != 0 { missing += 1 }
            if window.heard & ~expected != 0 { extra += 1 }
            if (window.heard | window.faint) & mask != 0 { forbidden += 1 }
        }
    }

    /// The part of the windows with exactly the expected set; 1 if there were none.
    package var rightShare: Double { windows == 0 ? 1 : Double(right) / Double(windows) }

    package static func mask(_ indices: [Int]) -> UInt64 {
        indices.reduce(0) { $0 | 1 << UInt64($1) }
    }
}

import RTP
import SFU

/// What a person would say about one video slot between two instants.
package struct PictureFigures: Sendable {
    /// libwebrtc's rule looks at the last thirty frames.
    private static let averageOver = 30
    /// Pictures of the former track may still be on their way when the slot map has changed.
    private static let changeTolerance = Duration.milliseconds(1000)

    package private(set) var frames = 0
    package private(set) var keyframes = 0
    /// Pictures of somebody that the slot map did not name.
    package private(set) var strangers = 0
    package private(set) var longestGap: Duration = .zero
    /// Gaps of at least three times the average, or 150 ms more than it.
    package private(set) var freezes = 0
    /// Capture to picture, sorted.
    package private(set) var ages: [Duration] = []
    /// For each time that a track came into the slot: how long until its first picture.
    package private(set) var firstPictures: [Duration] = []
    /// Tracks that came, stayed at least two seconds and never showed a picture.
    package private(set) var blank = 0

    /// - Parameter settled: gaps count from this long after a track came into the slot.
    package init(_ log: PictureLog, epoch: Instant, from: Instant, to: Instant, settled: Duration = .milliseconds(500)) {
        for (index, assignment) in log.assignments.enumerated() {
            let end = index + 1 < log.assignments.count ? log.assignments[index + 1].at : to
            guard let track = assignment.track, end > from, assignment.at < to else { continue }
            let pictures = log.shown.filter {
                $0.picture.id == track.pictureID && $0.at >= assignment.at - .milliseconds(100) && $0.at <= min(end, to)
            }
            if let first = pictures.first {
                if assignment.at >= from { firstPictures.append(max(.zero, first.at - assignment.at)) }
            } else if end - max(assignment.at, from) > .seconds(2) {
                blank += 1
            }
            addGaps(pictures.map(\.at).filter { $0 >= max(from, assignment.at + settled) }, until: min(end, to))
        }
        let window = log.shown.filter { $0.at >= from && $0.at <= to }
        frames = window.count
        keyframes = window.count { $0.isKeyframe }
        ages = window.map { ($0.at - epoch) - .milliseconds(Int64($0.picture.captureMilliseconds)) }.sorted()
        strangers = window.count { !Self.isExpected($0, log) }
    }

    private mutating func addGaps(_ times: [Instant], until end: Instant) {
        var recent: [Int64] = []
        for (before, after) in zip(times, times.dropFirst() + [end]) {
            let gap = after.nanoseconds(since: before)
            longestGap = max(longestGap, .nanoseconds(gap))
            if recent.count >= 5 {
                let average = recent.reduce(0, +) / Int64(recent.count)
                if gap >= max(3 * average, average + 150_000_000) { freezes += 1 }
            }
            recent.append(gap)
            if recent.count > Self.averageOver { recent.removeFirst() }
        }
    }

    private static func isExpected(_ shown: PictureLog.Shown, _ log: PictureLog) -> Bool {
        log.assignments.indices.contains { index in
            guard log.assignments[index].track?.pictureID == shown.picture.id else { return false }
            let end = index + 1 < log.assignments.count ? log.assignments[index + 1].at : .distantFuture
            return shown.at >= log.assignments[index].at - changeTolerance && shown.at <= end + changeTolerance
        }
    }

    /// The age that this part (0…1) of the pictures did not exceed.
    package func age(_ part: Double) -> Duration {
        ages.isEmpty ? .zero : ages[min(ages.count - 1, Int(Double(ages.count) * part))]
    }
}

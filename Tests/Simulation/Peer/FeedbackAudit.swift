import RTP

/// Holds the server's transport-wide feedback against what was sent: browsers' estimators believe it, so it must be true.
package struct FeedbackAudit: Sendable {
    package private(set) var sent = 0
    package private(set) var acknowledged = 0
    package private(set) var reportedLost = 0
    package private(set) var messages = 0
    /// Packets reported that were never sent, a message count that skips, an arrival before the sending.
    package private(set) var contradictions = 0
    private var numbers = Unwrapper(bits: 16)
    private var lastCount: UInt8?
    private var acknowledgedNumbers: Set<Int> = []

    package init() {}

    package mutating func noteSent(_ number: UInt16) {
        _ = numbers.unwrap(UInt32(number))
        sent += 1
    }

    package mutating func receive(_ feedback: WireRTCP.TransportFeedback) {
        messages += 1
        // Counts that arrive out of order or with gaps are the path's doing; the same count twice in a row is the server's.
        if let lastCount, feedback.count == lastCount { contradictions += 1 }
        lastCount = feedback.count
        for (offset, delta) in feedback.deltas.enumerated() {
            let number = numbers.peek(UInt32(feedback.base &+ UInt16(truncatingIfNeeded: offset)))
            guard let last = numbers.last, number <= last else {
                contradictions += 1
                continue
            }
            if delta == nil {
                reportedLost += 1
            } else if acknowledgedNumbers.insert(number).inserted {
                acknowledged += 1
            }
        }
        if acknowledgedNumbers.count > 4096, let last = numbers.last {
            acknowledgedNumbers = acknowledgedNumbers.filter { $0 > last - 2048 }
        }
    }
}

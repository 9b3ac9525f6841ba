import RTP

/// What one endpoint has received and says about it: receiver reports and an ample bandwidth estimate once a second, and NACKs at each gap.
///
/// What a browser does besides and this does not: it asks for a keyframe where repair fails, and it estimates. No allocation for a packet that is
/// in order, once its stream is known.
final class ReceiverFeedback {
    /// What a packet was, for whoever counts.
    enum Arrival: Equatable {
        /// So many more should have come than was known before this one, itself among them.
        case new(Int)
        /// It had been asked for, so many nanoseconds after the gap was seen.
        case repaired(after: Int64)
        case late
        case repeated
    }

    /// Streams that one endpoint receives at most; more are not tracked.
    static let capacity = 64
    /// Above what any path here carries: the question is what a server costs, not what it takes the path for.
    static let estimate = DataRate(bitsPerSecond: 100_000_000)
    /// Report blocks that one report holds (RFC 3550 §6.4.2).
    private static let blocks = 31
    /// Before anything was repaired; libwebrtc assumes as much.
    private static let assumedRoundTrip: Int64 = 100_000_000
    private static let shortestRetry: Int64 = 10_000_000

    let terms: FeedbackTerms
    private let local = SSRC(UInt32.random(in: 1...UInt32.max))
    private var streams: ContiguousArray<StreamReception> = []
    private var missing: ContiguousArray<MissingPackets> = []
    /// Of all streams.
    private(set) var nextNACK: Int64 = .max
    private var roundTrip: Int64?
    private var numbers: ContiguousArray<SequenceNumber> = []
    private var reports: ContiguousArray<ReportBlock> = []
    private var nextReported = 0

    init(_ terms: FeedbackTerms) { self.terms = terms }

    /// Given up so far.
    var abandoned: UInt64 { missing.reduce(0) { $0 + $1.abandoned } }

    @inline(__always)
    func received(_ sequence: UInt16, ssrc: UInt32, timestamp: UInt32, kind: StreamReception.Kind, at now: Int64) -> Arrival {
        guard let row = row(of: ssrc) ?? insert(ssrc, kind, sequence) else { return .new(1) }
        return judge(streams[row].arrived(sequence, timestamp: timestamp, at: now), row, sequence, now)
    }

    /// A retransmission brought this number back.
    /// - Parameter ssrc: the stream that the retransmission came on.
    func restored(_ sequence: UInt16, by ssrc: UInt32, at now: Int64) -> Arrival {
        let repaired = terms.repairs[ssrc].map { row(of: $0) } ?? streams.firstIndex { $0.kind == .video }
        guard let repaired else { return .repeated }
        return judge(streams[repaired].restored(sequence), repaired, sequence, now)
    }

    @inline(__always)
    private func judge(_ arrival: StreamReception.Arrival, _ row: Int, _ sequence: UInt16, _ now: Int64) -> Arrival {
        switch arrival {
        case .new(1): return .new(1)
        case .new(let count):
            if terms.nack, streams[row].kind == .video {
                missing[row].lost(count - 1, before: sequence, at: now)
                nextNACK = min(nextNACK, missing[row].nextDue)
            }
            return .new(count)
        case .late: return repair(row, sequence, now)
        case .repeated: return .repeated
        }
    }

    private func repair(_ row: Int, _ sequence: UInt16, _ now: Int64) -> Arrival {
        guard let missing = missing[row].arrived(sequence), missing.tries > 0 else { return .late }
        if missing.tries == 1 {
            let sample = now - missing.asked
            if roundTrip == nil { lookAgain(at: now) }
            roundTrip = roundTrip.map { ($0 * 7 + sample) / 8 } ?? sample
        }
        return .repaired(after: now - missing.found)
    }

    /// What was asked for before anything had come back waits for a round trip that was only assumed.
    private func lookAgain(at now: Int64) {
        for row in missing.indices { missing[row].lookAgain(at: now) }
        nextNACK = now
    }

    private func row(of ssrc: UInt32) -> Int? { streams.firstIndex { $0.ssrc == ssrc } }

    private func insert(_ ssrc: UInt32, _ kind: StreamReception.Kind, _ sequence: UInt16) -> Int? {
        guard streams.count < Self.capacity else { return nil }
        streams.append(StreamReception(ssrc: ssrc, kind: kind, first: sequence))
        missing.append(MissingPackets())
        return streams.count - 1
    }

    func senderReportArrived(_ report: SenderReport, at now: Int64) {
        guard let row = row(of: report.ssrc.rawValue) else { return }
        streams[row].senderReportArrived(report.info.ntp, at: now)
    }

    // MARK: What is sent

    /// The report of this second; of more than 31 streams those whose turn it is.
    func writeReport(to writer: inout RTCPWriter, at now: Int64) {
        reports.removeAll(keepingCapacity: true)
        for _ in 0..<min(Self.blocks, streams.count) {
            nextReported = (nextReported + 1) % streams.count
            reports.append(streams[nextReported].report(at: now))
        }
        writer.receiverReport(ssrc: local, reports: reports)
        guard terms.remb else { return }
        let sources = streams.lazy.filter { $0.kind != .audio }.map { SSRC($0.ssrc) }
        writer.receiverEstimatedMaximumBitrate(sender: local, bitrate: Self.estimate, sources: Array(sources))
    }

    /// What is missing and due, stream by stream, each as a message of its own.
    /// - Returns: how many numbers were asked for.
    func writeNACKs(to writer: inout RTCPWriter, at now: Int64) -> Int {
        var asked = 0
        nextNACK = .max
        for row in streams.indices {
            numbers.removeAll(keepingCapacity: true)
            missing[row].takeDue(at: now, every: max(Self.shortestRetry, roundTrip ?? Self.assumedRoundTrip), into: &numbers)
            nextNACK = min(nextNACK, missing[row].nextDue)
            guard !numbers.isEmpty else { continue }
            if !terms.reducedSize, writer.count == 0 {
                writer.receiverReport(ssrc: local, reports: CollectionOfOne(streams[row].report(at: now)))
            }
            asked += writer.genericNACK(sender: local, media: SSRC(streams[row].ssrc), lost: numbers)
        }
        return asked
    }
}

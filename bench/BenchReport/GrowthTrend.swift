/// How a process's memory, descriptors and threads went over a long load: lines through the second half of its samples, when every pool and
/// cache has had time to fill.
///
/// For memory filling begins anew with each thread that makes them more than they ever were: glibc gives it a heap of its own, to which what sessions
/// keep moves bit by bit (15 MB in a run of 200,000 joins, when a second thread of the executor came at 145,000), and the old heap keeps its pages. So the
/// half is that of the longest stretch without such a thread. What is lost once a join is lost in every stretch, and a process that always gets more
/// threads is never flat, for too few samples are left.
package struct GrowthTrend: Equatable, Sendable {
    /// Below this a join leaves nothing: the smallest piece that glibc's malloc hands out takes 32 bytes, so whatever is lost once a join
    /// shows as 32 or more.
    package static let tolerance = 32.0
    /// Chosen: a line through fewer points says little, and through two it has no error at all.
    private static let fewestSamples = 10

    /// Memory a join: the slope of a line, and its standard error.
    package struct Slope: Equatable, Sendable {
        package var bytesPerJoin = 0.0
        package var error = 0.0
        /// Joins that were over where the line begins and ends, and the samples on it.
        package var joins = 0...0
        package var samples = 0

        init(_ samples: ArraySlice<ProcessSample>, _ memory: KeyPath<ProcessSample, Int>) {
            let fit = LeastSquares(samples.map { (Double($0.joins), Double($0[keyPath: memory]) * 1024) })
            (bytesPerJoin, error) = (fit?.slope ?? 0, fit?.standardError ?? 0)
            if let first = samples.first, let last = samples.last { joins = first.joins...max(first.joins, last.joins) }
            self.samples = samples.count
        }

        /// With two standard errors.
        package var text: String { "\(bytesPerJoin.fixed(1)) ± \((2 * error).fixed(1)) bytes a join" }
    }

    package let resident: Slope
    package let anonymous: Slope
    package let residentBytesPerSecond: Double
    package let descriptorsPerThousandJoins: Double
    package let threadsPerThousandJoins: Double
    /// Since the last further thread, where a longer stretch was before it.
    package let afterwards: Slope?
    /// Whether all samples are one stretch, but for threads that came in the first half.
    private let isUndivided: Bool

    package init(_ samples: [ProcessSample]) {
        func slope(_ samples: ArraySlice<ProcessSample>, _ x: (ProcessSample) -> Double, _ y: KeyPath<ProcessSample, Int>) -> Double {
            LeastSquares(samples.map { (x($0), Double($0[keyPath: y])) })?.slope ?? 0
        }
        let half = Self.secondHalf(of: samples[...])
        let stretches = Self.stretches(of: samples)
        // Of stretches that are as long as each other the later one.
        let longest = stretches.reversed().max { $0.count < $1.count } ?? []
        let settled = Self.secondHalf(of: longest)
        resident = Slope(settled, \.residentKiB)
        anonymous = Slope(settled, \.anonymousKiB)
        residentBytesPerSecond = slope(settled, \.seconds, \.residentKiB) * 1024
        descriptorsPerThousandJoins = slope(half, { Double($0.joins) }, \.descriptors) * 1000
        threadsPerThousandJoins = slope(half, { Double($0.joins) }, \.threads) * 1000
        isUndivided = longest.endIndex == samples.endIndex && longest.startIndex <= half.startIndex
        afterwards = longest.endIndex == samples.endIndex ? nil : stretches.last.map { Slope(Self.secondHalf(of: $0), \.residentKiB) }
    }

    /// Whether RSS stays: even two standard errors above the line nothing is lost once a join.
    package var isFlat: Bool { resident.samples >= Self.fewestSamples && resident.bytesPerJoin + 2 * resident.error < Self.tolerance }

    /// What the slope is that of, for a reader.
    package var range: String {
        let joins = "(\(resident.joins.lowerBound) to \(resident.joins.upperBound) joins)"
        let half = isUndivided ? "in the second half" : "in the second half of the longest stretch without a further thread"
        return "\(half) \(joins)" + (afterwards.map { ", and \($0.text) in that of what came after the last such thread" } ?? "")
    }

    private static func secondHalf(of samples: ArraySlice<ProcessSample>) -> ArraySlice<ProcessSample> {
        samples.suffix((samples.count + 1) / 2)
    }

    /// From each sample with more threads than any before to the next such.
    private static func stretches(of samples: [ProcessSample]) -> [ArraySlice<ProcessSample>] {
        var (most, begins) = (0, [Int]())
        for (index, sample) in samples.enumerated() where sample.threads > most {
            most = sample.threads
            begins.append(index)
        }
        return zip(begins, begins.dropFirst() + [samples.endIndex]).map { samples[$0..<$1] }
    }
}

/// How a process's memory, descriptors and threads went over a long load: lines through the second half of its samples, when every pool and
/// cache has had time to fill.
///
/// For memory filling begins anew with each thread that makes them more than they ever were: glibc gives it a heap of its own, to which what sessions
/// keep moves bit by bit (16 MB in one run of 100,000 joins, when a second thread of the executor came at 60,000), and the old heap keeps its pages. So the
/// half is that of the samples since then. What is lost once a join goes on being lost after that, and a process that always gets more threads is never
/// flat, for too few samples are left.
package struct GrowthTrend: Codable, Equatable, Sendable {
    /// Below this a join leaves nothing: the smallest piece that glibc's malloc hands out takes 32 bytes, so whatever is lost once a join
    /// shows as 32 or more.
    package static let tolerance = 32.0
    /// Chosen: a line through fewer points says little, and through two it has no error at all.
    private static let fewestSamples = 10

    /// RSS, and the slope's standard error.
    package var residentBytesPerJoin = 0.0
    package var residentError = 0.0
    package var anonymousBytesPerJoin = 0.0
    package var anonymousError = 0.0
    package var residentBytesPerSecond = 0.0
    package var descriptorsPerThousandJoins = 0.0
    package var threadsPerThousandJoins = 0.0
    /// Joins that were over when the lines of memory begin, and the samples on them; none in files from before they were told.
    package var fromJoins: Int?
    package var samples: Int?
    /// Joins that were over when the threads became more than ever, if that was in the second half of all.
    package var newThreadAtJoins: Int?

    package init(_ samples: [ProcessSample]) {
        func line(
            _ samples: ArraySlice<ProcessSample>, _ x: (ProcessSample) -> Double, _ y: (ProcessSample) -> Int
        ) -> (slope: Double, error: Double) {
            let fit = LeastSquares(samples.map { (x($0), Double(y($0))) })
            return (fit?.slope ?? 0, fit?.standardError ?? 0)
        }
        let joins: (ProcessSample) -> Double = { Double($0.joins) }
        let half = Self.secondHalf(of: samples[...])
        let newThread = Self.lastNewThread(in: samples)
        let settled = Self.secondHalf(of: samples[newThread...])
        let resident = line(settled, joins, \.residentKiB)
        let anonymous = line(settled, joins, \.anonymousKiB)
        (residentBytesPerJoin, residentError) = (resident.slope * 1024, resident.error * 1024)
        (anonymousBytesPerJoin, anonymousError) = (anonymous.slope * 1024, anonymous.error * 1024)
        residentBytesPerSecond = line(settled, \.seconds, \.residentKiB).slope * 1024
        descriptorsPerThousandJoins = line(half, joins, \.descriptors).slope * 1000
        threadsPerThousandJoins = line(half, joins, \.threads).slope * 1000
        (fromJoins, self.samples) = (settled.first?.joins ?? 0, settled.count)
        newThreadAtJoins = newThread > half.startIndex ? samples[newThread].joins : nil
    }

    /// Whether RSS stays: even two standard errors above the line nothing is lost once a join.
    package var isFlat: Bool {
        samples ?? Self.fewestSamples >= Self.fewestSamples && residentBytesPerJoin + 2 * residentError < Self.tolerance
    }

    /// What the slope is that of, for a reader.
    package var range: String {
        let from = fromJoins.map { " (from \($0) joins on)" } ?? ""
        guard let newThreadAtJoins else { return "in the second half" + from }
        return "in the second half since a further thread came at \(newThreadAtJoins) joins" + from
    }

    private static func secondHalf(of samples: ArraySlice<ProcessSample>) -> ArraySlice<ProcessSample> {
        samples.suffix((samples.count + 1) / 2)
    }

    /// The first sample with more threads than any before; of several the last.
    private static func lastNewThread(in samples: [ProcessSample]) -> Int {
        var (most, last) = (0, 0)
        for (index, sample) in samples.enumerated() where sample.threads > most { (most, last) = (sample.threads, index) }
        return last
    }
}

/// What a process held at one moment of a long load.
package struct ProcessSample: Codable, Equatable, Sendable {
    /// Since the load began.
    package var seconds: Double
    /// Joins that were over by then.
    package var joins: Int
    /// VmRSS.
    package var residentKiB: Int
    /// RssAnon: without the pages of files, which come and go with the database.
    package var anonymousKiB: Int
    package var descriptors: Int
    package var threads: Int

    package init(seconds: Double, joins: Int, residentKiB: Int, anonymousKiB: Int, descriptors: Int, threads: Int) {
        (self.seconds, self.joins, self.residentKiB, self.anonymousKiB) = (seconds, joins, residentKiB, anonymousKiB)
        (self.descriptors, self.threads) = (descriptors, threads)
    }
}

/// How a process's memory, descriptors and threads went over a long load: lines through the second half of its samples, when every pool and
/// cache has had time to fill.
package struct GrowthTrend: Codable, Equatable, Sendable {
    /// Below this a join leaves nothing: the smallest piece that glibc's malloc hands out takes 32 bytes, so whatever is lost once a join
    /// shows as 32 or more.
    package static let tolerance = 32.0

    /// RSS, and the slope's standard error.
    package var residentBytesPerJoin = 0.0
    package var residentError = 0.0
    package var anonymousBytesPerJoin = 0.0
    package var anonymousError = 0.0
    package var residentBytesPerSecond = 0.0
    package var descriptorsPerThousandJoins = 0.0
    package var threadsPerThousandJoins = 0.0

    package init(_ samples: [ProcessSample]) {
        let half = samples.suffix((samples.count + 1) / 2)
        func line(_ x: (ProcessSample) -> Double, _ y: (ProcessSample) -> Int) -> (slope: Double, error: Double) {
            let fit = LeastSquares(half.map { (x($0), Double(y($0))) })
            return (fit?.slope ?? 0, fit?.standardError ?? 0)
        }
        let joins: (ProcessSample) -> Double = { Double($0.joins) }
        let resident = line(joins, \.residentKiB)
        let anonymous = line(joins, \.anonymousKiB)
        (residentBytesPerJoin, residentError) = (resident.slope * 1024, resident.error * 1024)
        (anonymousBytesPerJoin, anonymousError) = (anonymous.slope * 1024, anonymous.error * 1024)
        residentBytesPerSecond = line(\.seconds, \.residentKiB).slope * 1024
        descriptorsPerThousandJoins = line(joins, \.descriptors).slope * 1000
        threadsPerThousandJoins = line(joins, \.threads).slope * 1000
    }

    /// Whether RSS stays: even two standard errors above the line nothing is lost once a join.
    package var isFlat: Bool { residentBytesPerJoin + 2 * residentError < Self.tolerance }
}

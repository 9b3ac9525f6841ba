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

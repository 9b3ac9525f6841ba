/// Where figures were taken.
package struct Machine: Codable, Equatable, Sendable {
    package var processor: String
    package var cores: Int
    package var kernel: String
    /// Load average of a minute, before the run: above 0.5 others were working.
    package var loadAverage: Double

    package init(processor: String, cores: Int, kernel: String, loadAverage: Double) {
        self.processor = processor
        self.cores = cores
        self.kernel = kernel
        self.loadAverage = loadAverage
    }
}

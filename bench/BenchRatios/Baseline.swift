/// The accepted figures: bench/results/micro.json.
public struct Baseline: Codable, Equatable, Sendable {
    public struct Figure: Codable, Equatable, Sendable {
        public var operation: String
        /// Steps of the reference loop.
        public var ratio: Double
        public var nanoseconds: Double

        public init(operation: String, ratio: Double, nanoseconds: Double) {
            self.operation = operation
            self.ratio = ratio
            self.nanoseconds = nanoseconds
        }
    }

    public var processor: String
    /// Load average of a minute when they were taken.
    public var loadAverage: Double
    public var method: String
    public var figures: [String: Figure]

    public init(processor: String, loadAverage: Double, method: String, results: [MicroResult]) {
        self.processor = processor
        self.loadAverage = loadAverage
        self.method = method
        figures = Dictionary(
            results.map {
                ($0.name, Figure(operation: $0.operation, ratio: Self.round($0.ratio), nanoseconds: Self.round($0.nanoseconds)))
            },
            uniquingKeysWith: { $1 })
    }

    /// Three digits after the point are more than is known.
    private static func round(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

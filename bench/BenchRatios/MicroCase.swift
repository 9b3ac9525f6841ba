/// One thing to be measured.
public struct MicroCase {
    public var name: String
    /// What one operation is, for the reader of the table.
    public var operation: String
    /// Does it so many times and returns something made of all of them, which keeps the optimiser from leaving anything out.
    public var run: (Int) -> UInt64

    public init(_ name: String, _ operation: String, run: @escaping (Int) -> UInt64) {
        self.name = name
        self.operation = operation
        self.run = run
    }
}

/// What was found of one case.
public struct MicroResult: Codable, Equatable, Sendable {
    public var name: String
    public var operation: String
    /// Of one operation, undisturbed, on this machine.
    public var nanoseconds: Double
    /// Of one step of the reference loop, undisturbed, between the same batches.
    public var referenceNanoseconds: Double
    /// How much the dearest of several measurements was above the cheapest, as a share: how noisy the machine was.
    public var spread: Double

    public init(name: String, operation: String, nanoseconds: Double, referenceNanoseconds: Double, spread: Double) {
        self.name = name
        self.operation = operation
        self.nanoseconds = nanoseconds
        self.referenceNanoseconds = referenceNanoseconds
        self.spread = spread
    }

    /// Time of one operation in steps of the reference loop: the figure that is compared.
    public var ratio: Double { nanoseconds / max(referenceNanoseconds, .leastNormalMagnitude) }
}

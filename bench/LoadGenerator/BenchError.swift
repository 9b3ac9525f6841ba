/// Why a measurement could not be made; a sentence for whoever runs it.
public struct BenchError: Error, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

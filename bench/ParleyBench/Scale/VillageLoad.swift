import BenchReport
import LoadGenerator

/// A bench of one load on one village, from the server's start to the file of results.
protocol VillageLoad: AnyObject {
    associatedtype Outcome: Encodable

    var village: Village { get }

    init(_ options: ScaleOptions, in laboratory: Laboratory) throws
    func measure(_ machine: Machine, _ command: String) throws -> Outcome
}

extension VillageLoad {
    static func run(_ options: ScaleOptions, command: String) throws {
        ControlBench.raiseFileLimit()
        let machine = Machine.here
        let laboratory = try Laboratory(options.ground)
        let bench = try Self(options, in: laboratory)
        let results = try bench.measure(machine, command)
        if let output = options.ground.output { try TextFile.write(try JSON.encode(results, pretty: true) + "\n", to: output) }
        bench.village.server.process.end()
        try laboratory.remove()
    }
}

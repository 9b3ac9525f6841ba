import BenchReport
import Glibc
import LoadGenerator

/// `parley-bench scale`: one file for each curve. A point is one fresh server process, some seconds long.
struct ScaleBench {
    private let options: MediaOptions
    private let laboratory: Laboratory
    private let machine: Machine
    private let command: String

    /// - Parameter arguments: those of `media`, and `--curves a,b`; `--output` is a folder.
    static func run(_ arguments: [String], command: String) throws {
        var arguments = arguments
        var wanted = CurvePlan.all.map(\.name)
        if let at = arguments.firstIndex(of: "--curves"), at + 1 < arguments.count {
            wanted = arguments[at + 1].split(separator: ",").map(String.init)
            arguments.removeSubrange(at...(at + 1))
        }
        let plans = try wanted.map { name in
            guard let plan = CurvePlan.all.first(where: { $0.name == name }) else {
                throw BenchError("there is no curve \(name); there are \(CurvePlan.all.map(\.name).joined(separator: ", "))")
            }
            return plan
        }
        let options = try MediaOptions(["--seconds", "3", "--warm-up", "1", "--peers", "parley"] + arguments)
        let laboratory = try Laboratory(options.ground)
        let bench = ScaleBench(options: options, laboratory: laboratory, machine: Machine.here, command: command)
        for plan in plans { try bench.draw(plan) }
        try laboratory.remove()
    }

    private func draw(_ plan: CurvePlan) throws {
        print("== \(plan.title): \(plan.fixed)\nx           \(Measurement.header)")
        var curve = ScaleCurve(
            title: plan.title, fixed: plan.fixed, variable: plan.variable, step: plan.step, machine: machine,
            command: "\(command.split(separator: " ").first ?? "scale") --curves \(plan.name)")
        for load in plan.loads {
            do {
                let run = try measure(load)
                curve.points.append(ScaleCurve.Point(x: load.x, series: load.series, run))
                print(load.x.fixed(2) + String(repeating: " ", count: max(1, 12 - load.x.fixed(2).count)) + run.row)
            } catch {
                // The other points are worth having.
                print("\(load.x.fixed(2)) \(load.series): \(error)")
            }
            fflush(nil)
        }
        guard let folder = options.ground.output else { return }
        guard !curve.points.isEmpty else { throw BenchError("nothing was measured of \(plan.name)") }
        try TextFile.write(try JSON.encode(curve, pretty: true) + "\n", to: "\(folder)/scale-\(plan.name).json")
    }

    private func measure(_ load: CurvePlan.Load) throws -> Measurement {
        var options = options
        options.warmUp += load.warmUp
        switch load.kind {
        case .room(let shape):
            return try RoomRun(options: options, laboratory: laboratory, workers: load.workers).measure("parley", shape: shape)
        case .forwarding(let shape, let publishers, let viewers):
            let run = ForwardingRun(options: options, laboratory: laboratory, workers: load.workers)
            return try run.measure("parley", viewers: viewers, shape: shape, publishers: publishers)
        }
    }
}

import Glibc
import LoadGenerator
import SFU

/// `parley-bench media` and `parley-bench limit`.
enum MediaBench {
    static func run(_ options: MediaOptions) throws {
        let machine = Machine.here
        let laboratory = try Laboratory(serverCore: options.serverCore, generatorCore: options.generatorCore)
        let runs = options.ramps ? try ramp(options, laboratory) : try rounds(options, laboratory)
        let results = Results(runs, on: machine)
        print("\nmedians\n\(Measurement.header)")
        for row in results.medians { print(row.row) }
        if let output = options.output { try TextFile.write(try JSON.encode(results, pretty: true) + "\n", to: output) }
    }

    /// Every peer in turn, then all of them again: a noisy moment of the machine does not fall on one alone.
    private static func rounds(_ options: MediaOptions, _ laboratory: Laboratory) throws -> [Measurement] {
        var runs: [Measurement] = []
        print(Measurement.header)
        for _ in 0..<options.repeats {
            for viewers in options.viewers {
                for peer in options.peers {
                    runs += attempt(peer) { try measure(peer, viewers, options.shape(viewers: viewers), options, laboratory) }
                }
            }
        }
        return runs
    }

    /// A peer that fails leaves a line, and the others their figures.
    private static func attempt(_ peer: String, _ body: () throws -> [Measurement]) -> [Measurement] {
        do {
            let measured = try body()
            for run in measured { print(run.row) }
            fflush(nil)
            return measured
        } catch {
            print("\(peer): \(error)")
            return []
        }
    }

    private static func measure(
        _ peer: String, _ viewers: Int, _ shape: TrafficShape, _ options: MediaOptions, _ laboratory: Laboratory
    ) throws -> [Measurement] {
        guard peer == "limit" else {
            return [try ForwardingRun(options: options, laboratory: laboratory).measure(peer, viewers: viewers, shape: shape)]
        }
        let profile: SRTPProfile = options.profile == .cm ? .aes128CMSHA180 : .aeadAES128GCM
        return try options.runs.map {
            try LimitRun(options: options, laboratory: laboratory).measure(
                viewers: viewers, shape: shape, profile: profile, longestRun: $0)
        }
    }

    /// Open loop: the load does not wait for the server. It grows by a quarter until it is not carried any more, then the gap is halved twice;
    /// capacity is the highest load that was carried.
    private static func ramp(_ options: MediaOptions, _ laboratory: Laboratory) throws -> [Measurement] {
        var runs: [Measurement] = []
        print(Measurement.header)
        for viewers in options.viewers {
            for peer in options.peers {
                var search = CapacitySearch(start: max(30, options.outgoing / viewers))
                while let rate = search.next {
                    var shape = options.shape(viewers: viewers)
                    shape.packetsPerSecond = rate
                    let measured = attempt(peer) { try measure(peer, viewers, shape, options, laboratory) }
                    runs += measured
                    search.tried(isCarried: measured.contains(where: \.isCarried))
                }
                print("\(peer): capacity with \(viewers) viewers \(search.carried * viewers) packets/s out")
            }
        }
        return runs
    }
}

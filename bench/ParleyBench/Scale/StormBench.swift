import BenchReport
import CBench
import Glibc
import LoadGenerator

/// `parley-bench storm`: a thousand people, all on the main gateway, click "join" at a steady rate, into many small rooms and into few large ones.
/// Open loop: nobody waits for the server, and each delay counts from the moment when the click was due.
enum StormBench {
    static func run(_ options: ScaleOptions, command: String) throws {
        ControlBench.raiseFileLimit()
        let machine = Machine.here
        let laboratory = try Laboratory(options.ground)
        var results: StormResults?
        for roomSize in options.roomSizes {
            let village = try Village(options, guildSize: roomSize, in: laboratory)
            results =
                results
                ?? StormResults(
                    machine: machine, command: command, server: village.server.version, people: options.people, speaking: options.speaking,
                    offer: options.offer.rawValue)
            print(Self.header)
            for rate in options.rates {
                let row = try Storm(village, options, rate: rate).measure()
                print(text(row))
                fflush(nil)
                results?.rows.append(row)
            }
            results?.problems.merge(village.problems, uniquingKeysWith: +)
            for (problem, count) in village.problems.sorted(by: { $0.key < $1.key }) { print("\(count) × \(problem)") }
            village.server.process.end()
        }
        try laboratory.remove()
        guard let results, let output = options.ground.output else { return }
        try TextFile.write(try JSON.encode(results, pretty: true) + "\n", to: output)
    }

    private static let header =
        "rooms      asked/s  done/s  failed  Ready p50/p99 ms     DTLS p50/p99 ms      heard p50/p99 ms     server media  gen   µs/join"

    private static func text(_ row: StormResults.Row) -> String {
        func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
        func pair(_ quantiles: Quantiles) -> String { "\(quantiles.p50.fixed(1)) / \(quantiles.p99.fixed(1))" }
        func share(_ value: Double) -> String { "\((value * 100).fixed(0)) %" }
        return pad("\(row.rooms) × \(row.roomSize)", 11) + pad("\(row.rate)", 9) + pad((Double(row.joins) / row.seconds).fixed(0), 8)
            + pad("\(row.failures)", 8) + pad(pair(row.readyMilliseconds), 21) + pad(pair(row.connectedMilliseconds), 21)
            + pad(pair(row.heardMilliseconds), 21) + pad(share(row.serverCPU), 7) + pad(share(row.mediaCPU), 7)
            + pad(share(row.generatorCPU), 6) + row.serverMicrosecondsPerJoin.fixed(0)
    }
}

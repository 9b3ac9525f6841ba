import BenchReport
import Glibc
import LoadGenerator

/// `parley-bench control`: what the chat and signalling side of a server carries, measured from outside on the released binary with its default
/// settings. People come from addresses of their own, as they do; no limit is lifted.
enum ControlBench {
    static func run(_ options: ControlOptions) throws {
        raiseFileLimit()
        let machine = Machine.here
        let laboratory = try Laboratory(options.ground)
        let server = try ControlServer(binary: options.ground.parley, in: laboratory)
        let poll = try EventPoll()
        let town = Town(poll, port: server.port, people: options.people, guildSize: options.guildSize)
        let meter = PhaseMeter(server)
        let idle = Double(meter.residentKiB) / 1024
        print("idle: RSS \((idle * 10).rounded() / 10) MiB")
        print(ControlRow.header)
        fflush(nil)

        let accounts = AccountLoad(town, poll, meter)
        try accounts.register()
        try accounts.found()
        try accounts.join()
        try accounts.login()
        try ReadLoad(town, poll, meter, seconds: options.seconds).run()
        try GatewayLoad(town, poll, meter, options).run()
        try VoiceLoad(town, poll, meter, seconds: options.seconds).run()

        for problem in meter.problems.sorted(by: { $0.key < $1.key }) { print("\(problem.value) × \(problem.key)") }
        let results = ControlResults(
            machine: machine, server: server.version, idleResidentMiB: idle, people: options.people, guildSize: options.guildSize,
            rows: meter.rows)
        if let output = options.ground.output { try TextFile.write(try JSON.encode(results, pretty: true) + "\n", to: output) }
    }

    /// Thousands of sockets; the server inherits the limit.
    static func raiseFileLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// A file of bench/results.
struct ControlResults: Codable {
    var machine: Machine
    var server: String
    /// Before the first request but the one for `/ready`.
    var idleResidentMiB: Double
    var people: Int
    var guildSize: Int
    var method = """
        One released server with default settings on one core, the generator on the other, on loopback. Everybody has an address (127.x.y.z) and a \
        kept connection of their own. Closed loops: so many operations under way at once. Open loops: so many a second whatever the server does; \
        delay counts from the moment when each was due. CPU is schedstat of all the server's threads, per completed operation. Sign-up and sign-in \
        hash a password with Argon2id (19 MiB, two passes), which is what bounds them: at most two hashes run at once, sixteen wait.
        """
    var rows: [ControlRow]
}

import CBench
import Glibc
import LoadGenerator

/// A network of the bench's own: a namespace with one address on an interface that is not loopback, which Janus never offers, and MTU 1,500, so that
/// a segment which would not fit an Ethernet frame fails here as it would there.
struct Laboratory {
    static let address = "10.77.0.1"
    static let mtu = 1500

    /// Core of the servers, and of the bare loop.
    let serverCore: Int
    /// Core of the generator.
    let generatorCore: Int
    let directory: String

    /// To be called by the main thread, before any other is started.
    /// - Throws: without the right to make namespaces (root).
    init(_ ground: BenchGround) throws {
        (serverCore, generatorCore) = (ground.serverCore, ground.generatorCore)
        Self.raiseDescriptorLimit()
        let code = bench_enter_network_namespace()
        guard code == 0 else { throw BenchError("a network namespace needs root: \(String(cString: strerror(code)))") }
        try Self.run("ip", "link", "set", "lo", "mtu", "\(Self.mtu)", "up")
        try Self.run("ip", "link", "add", "bench0", "type", "veth", "peer", "name", "bench1")
        try Self.run("ip", "link", "set", "bench1", "up")
        try Self.run("ip", "addr", "add", "\(Self.address)/24", "dev", "bench0")
        try Self.run("ip", "link", "set", "bench0", "mtu", "\(Self.mtu)", "up")
        guard bench_pin(Int32(generatorCore)) == 0 else { throw BenchError("core \(generatorCore) does not exist") }
        let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array("\(temporary)/parley-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw BenchError("mkdtemp: errno \(errno)") }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// A socket for each viewer, here and, in servers that have one for each, there: they inherit the limit.
    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Removes what servers have left. Not after a failure: their logs are there.
    func remove() throws { try Self.run("rm", "-rf", directory) }

    /// Runs a program to its end.
    static func run(_ arguments: String...) throws {
        var argv = arguments.map { strdup($0) }
        argv.append(nil)
        let pid = bench_spawn(&argv, "/dev/null", -1)
        for argument in argv { free(argument) }
        guard pid > 0 else { throw BenchError("\(arguments[0]) cannot be started") }
        var status: Int32 = 0
        waitpid(pid, &status, 0)
        guard status == 0 else { throw BenchError("`\(arguments.joined(separator: " "))` failed") }
    }
}

import Glibc
import LoadGenerator

/// The released binary with its default settings, on a fresh data directory; told where media is received, where a load needs more than loopback.
final class ControlServer {
    let port: UInt16 = 18_080
    let process: ServerProcess
    let version: String

    init(binary: String, media: String = "127.0.0.1:18089", in laboratory: Laboratory) throws {
        let data = "\(laboratory.directory)/control-\(UInt32.random(in: 0...UInt32.max))"
        mkdir(data, 0o700)
        process = try ServerProcess(
            [binary, "serve", "--data", data, "--http", "127.0.0.1:\(port)", "--media", media], log: "\(data).log",
            core: laboratory.serverCore)
        let http = HTTPClient(port: port)
        var isReady = false
        for _ in 0..<1000 where !isReady {
            try process.requireAlive()
            isReady = (try? http.request("GET", "/ready"))?.status == 200
            if !isReady { usleep(20_000) }
        }
        guard isReady else { throw BenchError("Parley did not become ready; its log ends: \(TextFile.read(process.log).suffix(1500))") }
        version = String(TextFile.read(process.log).split(separator: "\n").first { $0.hasPrefix("Parley ") }?.prefix(40) ?? "Parley")
    }
}

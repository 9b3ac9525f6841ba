import BenchReport
import CBench
import Glibc
import LoadGenerator
import SFU
import Synchronization

/// The bare loop on the server's core, to the same generator's sockets.
struct LimitRun {
    let options: MediaOptions
    let laboratory: Laboratory

    /// - Parameter longestRun: equal-sized packets in one message at most.
    func measure(viewers count: Int, shape: TrafficShape, profile: SRTPProfile, longestRun: Int) throws -> Measurement {
        let generator = try GeneratorWindow(options)
        defer { generator.stop() }
        for _ in 0..<count { _ = try generator.addViewer() }
        let loop = try BareLoop(to: generator.viewers, address: Laboratory.address, profile: profile, longestRun: longestRun)
        for viewer in generator.viewers { generator.receiver.add(viewer, remote: nil) }
        _ = Self.onCore(laboratory.serverCore) { [options] in loop.run(shape, nanoseconds: Int64(options.warmUp * 1e9)) }
        let (before, began) = generator.count(resetting: true) { Clock.now }
        let figures = Self.onCore(laboratory.serverCore) { [options] in loop.run(shape, nanoseconds: Int64(options.seconds * 1e9)) }
        let nanoseconds = Clock.now - began
        guard figures.failures == 0 else { throw BenchError("the kernel refused \(figures.failures) messages of the bare loop") }
        let (after, _) = generator.count(resetting: false) {}
        let window = MeasuredWindow(generator, before, after, options, cpuNanoseconds: UInt64(figures.cpu), nanoseconds: nanoseconds)
        var result = window.measurement(of: "limit-\(longestRun)", wanted: Double(figures.packets), setUp: 0)
        result.packetsPerSecondIn = shape.packetsPerSecond
        (result.packetBytes, result.pattern) = (shape.packetBytes, shape.pattern.rawValue)
        // The loop counts its own messages.
        result.runLength = Double(figures.packets) / Double(max(1, figures.messages))
        result.threads = 1
        return result
    }

    /// Runs the body on a thread of its own that is pinned to the core.
    private static func onCore(_ core: Int, _ body: @escaping @Sendable () -> BareLoop.Figures) -> BareLoop.Figures {
        let figures = Mutex(BareLoop.Figures())
        var thread = GeneratorThread()
        thread.start("bench-limit") {
            bench_pin(Int32(core))
            let result = body()
            figures.withLock { $0 = result }
        }
        thread.join()
        return figures.withLock { $0 }
    }
}

import BenchReport
import CBench
import Glibc
import LoadGenerator
import SFU

/// A plain reflector on the server's core in place of a server: what of a delay is the machine's and the generator's.
struct ReflectorRun {
    let options: MediaOptions
    let laboratory: Laboratory

    func measure(viewers count: Int, shape: TrafficShape, publishers: Int) throws -> Measurement {
        let generator = try GeneratorWindow(options)
        defer { generator.stop() }
        let reflector = try FanOut(address: Laboratory.address)
        try connect(generator, to: reflector, viewers: count, shape: shape, publishers: publishers)
        var thread = GeneratorThread()
        thread.start("bench-reflect") { [laboratory] in
            bench_pin(Int32(laboratory.serverCore))
            reflector.run()
        }
        defer {
            reflector.stop()
            thread.join()
        }
        for publisher in generator.publishers { generator.sender.add(publisher) }
        try generator.waitUntilMediaFlows()
        usleep(UInt32(options.warmUp * 1e6))
        let (before, start) = generator.count(resetting: true) { (reflector.cpu.load(ordering: .relaxed), Clock.now) }
        usleep(UInt32(options.seconds * 1e6))
        let (after, end) = generator.count(resetting: false) { (reflector.cpu.load(ordering: .relaxed), Clock.now) }
        let window = MeasuredWindow(
            generator, before, after, options, cpuNanoseconds: end.0 - start.0, nanoseconds: end.1 - start.1)
        let wanted = Double(window.sent.reduce(0, +)) * Double(count)
        var result = window.measurement(of: "reflector", wanted: wanted, setUp: 0)
        result.packetsPerSecondIn = shape.packetsPerSecond
        (result.packetBytes, result.pattern, result.publishers) = (shape.packetBytes, shape.pattern.rawValue, publishers)
        result.threads = 1
        return result
    }

    private func connect(
        _ generator: GeneratorWindow, to reflector: FanOut, viewers count: Int, shape: TrafficShape, publishers: Int
    ) throws {
        for stream in ForwardingRun.streams(shape, publishers: publishers) {
            let publisher = try generator.addPublisher([stream])
            publisher.isSilent = true
            let viewers = try (0..<count).map { _ in try generator.addViewer() }
            try reflector.connect(publisher, to: viewers, keying: .random(options.limitProfile))
            for endpoint in [publisher] + viewers { generator.receiver.add(endpoint, remote: nil) }
        }
    }
}

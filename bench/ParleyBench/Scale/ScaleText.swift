import BenchReport
import LoadGenerator

/// Lines for the terminal.
enum ScaleText {
    static func summary(_ results: ChurnResults) -> String {
        let trend = results.trend
        var lines = [
            "\(results.joins) joins and leaves in \(results.seconds.fixed(1)) s (\(results.joinsPerSecond.fixed(0))/s), "
                + "\(results.failures.values.reduce(0, +)) failures",
            "server \(results.serverMicrosecondsPerJoin.fixed(0)) µs a join, \((results.serverCPU * 100).fixed(0)) % of its core; "
                + "generator \((results.generatorCPU * 100).fixed(0)) %",
            "click → Ready p50 \(results.readyMilliseconds.p50.fixed(1)) p99 \(results.readyMilliseconds.p99.fixed(1)) ms; "
                + "→ DTLS done p50 \(results.connectedMilliseconds.p50.fixed(1)) p99 \(results.connectedMilliseconds.p99.fixed(1)) ms",
            "\(results.packetsSent) packets sent, \(results.packetsReceived) received, \(results.packetsBad) bad",
            "RSS \(trend.residentBytesPerJoin.fixed(1)) ± \((2 * trend.residentError).fixed(1)) bytes a join in the second half "
                + "(anonymous \(trend.anonymousBytesPerJoin.fixed(1)) ± \((2 * trend.anonymousError).fixed(1))): "
                + (trend.isFlat ? "flat" : "it grows, or the noise is too great"),
        ]
        for (name, sample) in [("before", results.before), ("after", results.after)] {
            guard let sample else { continue }
            lines.append("\(name): RSS \(sample.residentKiB) KiB, \(sample.descriptors) descriptors, \(sample.threads) threads")
        }
        lines += results.failures.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
        return lines.joined(separator: "\n")
    }
}

extension Quantiles {
    /// In milliseconds.
    init(_ histogram: LatencyHistogram) {
        func value(_ share: Double) -> Double { Double(histogram.quantile(share) ?? 0) / 1e6 }
        self.init(p50: value(0.5), p99: value(0.99), longest: value(1))
    }
}

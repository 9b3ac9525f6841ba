import BenchReport
import LoadGenerator

/// Lines for the terminal.
enum ScaleText {
    static func line(_ interval: SoakResults.Interval, _ sample: ProcessSample?) -> String {
        let process = sample.map {
            "RSS \((Double($0.residentKiB) / 1024).fixed(1)) MiB  \($0.descriptors) descriptors  \($0.threads) threads  \($0.joins) joins  "
        }
        return
            "\(interval.seconds.fixed(0)) s  \(process ?? "")\(interval.inVoice) in voice  CPU \((interval.serverCPU * 100).fixed(1)) %  "
            + "in \(interval.packetsPerSecondIn.fixed(0))/s  out \(interval.packetsPerSecondOut.fixed(0))/s  missing \(interval.missing)  "
            + "p50 \(interval.delayMilliseconds.p50.fixed(2)) p99 \(interval.delayMilliseconds.p99.fixed(2)) ms"
    }

    static func summary(_ results: SoakResults) -> String {
        let trend = results.trend
        var lines = [
            "\(results.minutes.fixed(1)) minutes, \(results.joins) joins, \(results.gatewaySockets) chat sockets, \(results.reads) reads, "
                + "\(results.failures.values.reduce(0, +)) failures",
            "\(results.packetsReceived) packets received, \(results.packetsMissing) missing, \(results.packetsBad) bad, "
                + "\(results.socketDrops) thrown away at the media socket",
            "RSS \((trend.residentBytesPerSecond * 3600 / 1e6).fixed(2)) MB an hour \(trend.range); "
                + "CPU \((results.meanCPU * 100).fixed(1)) % on average; worst p99 \(results.longestP99.fixed(2)) ms",
        ]
        lines += results.failures.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }
        return lines.joined(separator: "\n")
    }

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
            "RSS \(trend.resident.text) \(trend.range) (anonymous \(trend.anonymous.text)): "
                + (trend.isFlat ? "flat" : "it grows, or the noise is too great, or there are too few samples"),
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

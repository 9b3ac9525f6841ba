/// Tables and sentences of `ScaleReport`.
enum ScaleTables {
    static func table(_ curve: ScaleCurve) -> Table {
        let isOne = curve.series.count < 2
        var table = Table(
            columns: [curve.variable] + (isOne ? [] : ["load"])
                + ["packets/s in", "packets/s out", "CPU", "µs a packet", "RSS MB", "delivered", "p99 ms", "load average"])
        for point in curve.points {
            let x = point.x == point.x.rounded() ? point.x.fixed(0) : point.x.fixed(2)
            table.rows.append(
                [x] + (isOne ? [] : [point.series]) + [
                    "\(point.packetsPerSecondIn)", point.packetsPerSecondOut.fixed(0), percent(point.serverCPU, 1),
                    point.microsecondsPerPacket.fixed(2), megabytes(point.residentKiB), percent(point.deliveryRatio, 2),
                    (point.delayP99 / 1000).fixed(2), point.loadAverage.fixed(1),
                ])
        }
        return table
    }

    /// What one more takes, where memory grows in proportion.
    static func memory(_ curve: ScaleCurve) -> String? {
        guard let step = curve.step, let fit = LeastSquares(curve.points.map { (x: $0.x, y: Double($0.residentKiB)) }) else { return nil }
        let slope = "\(fit.slope.fixed(0)) ± \((2 * fit.standardError).fixed(0)) KiB"
        return "Memory grows by \(slope) with \(step) (least-squares line, two standard errors)."
    }

    static func section(_ churn: ChurnResults) -> String {
        let trend = churn.trend
        var table = Table(columns: ["", "before", "after", "growth in the second half"])
        if let before = churn.before, let after = churn.after {
            table.rows = [
                [
                    "RSS MB", megabytes(before.residentKiB), megabytes(after.residentKiB),
                    trend.resident.text,
                ],
                [
                    "descriptors", "\(before.descriptors)", "\(after.descriptors)",
                    "\(trend.descriptorsPerThousandJoins.fixed(2)) a thousand joins",
                ],
                ["threads", "\(before.threads)", "\(after.threads)", "\(trend.threadsPerThousandJoins.fixed(2)) a thousand joins"],
            ]
        }
        return """
            ## Joins and leaves

            \(churn.joins) joins and leaves by the voice gateway (op 4, voice socket, offer, ICE, DTLS, media, leave) at \(churn.joinsPerSecond.fixed(0)) a second, \
            \(churn.atOnce) visits at once among \(churn.rooms * churn.people) people in rooms of \(churn.people); \(churn.failures.values.reduce(0, +)) failed. \
            A join and leave costs the server \((churn.serverMicrosecondsPerJoin / 1000).fixed(2)) ms of CPU. Click to Ready: p50 \
            \(churn.readyMilliseconds.p50.fixed(1)) ms, p99 \(churn.readyMilliseconds.p99.fixed(1)) ms; to DTLS done: \(churn.connectedMilliseconds.p50.fixed(1)) and \
            \(churn.connectedMilliseconds.p99.fixed(1)) ms. Growth is the least-squares line, with two standard errors, through the samples \
            \(trend.range). The first half fills what is bounded: SQLite keeps 2 MB of pages a connection, and glibc the gaps between pieces of unlike sizes. The smallest piece of \
            glibc's heap is \(GrowthTrend.tolerance.fixed(0)) bytes, so below that nothing is left over once a join\(trend.isFlat ? ", and this is below" : "; this is not below, or rests on too few samples").

            \(table.markdown)
            """
    }

    static func section(_ storm: StormResults) -> String {
        var table = Table(columns: [
            "rooms", "joins/s asked", "done", "failed", "Ready p50 / p99 ms", "DTLS p50 / p99 ms", "first voice p50 / p99 ms", "server CPU",
            "media threads", "generator CPU", "load",
        ])
        for row in storm.rows {
            table.rows.append([
                "\(row.rooms) × \(row.roomSize)", "\(row.rate)", (Double(row.joins) / max(row.seconds, 1e-9)).fixed(0), "\(row.failures)",
                pair(row.readyMilliseconds), pair(row.connectedMilliseconds), pair(row.heardMilliseconds), percent(row.serverCPU, 0),
                percent(row.mediaCPU, 0), percent(row.generatorCPU, 0), row.loadAverage.fixed(1),
            ])
        }
        return """
            ## Join storms

            \(storm.people) people on the main gateway click "join" once each, at a steady rate whether the server keeps up or not, and stay. \
            \(storm.speaking) of each room sends a microphone as soon as it is connected. Delays count from the moment when each click was due: to Ready, until DTLS is \
            done, and to the first packet from somebody who spoke in the room before. Where the generator's CPU is near 100 % of its core, delays are partly its own. \
            Everything that a storm costs is in it: accounts, guilds, the record of stays in the database, what every member of the guild is told.

            \(table.markdown)
            """
    }

    static func section(_ soak: SoakResults) -> String {
        let trend = soak.trend
        var table = Table(columns: ["", "at first", "at last", "growth in the second half"])
        if let first = soak.samples.first, let last = soak.samples.last {
            table.rows = [
                [
                    "RSS MB", megabytes(first.residentKiB), megabytes(last.residentKiB),
                    "\((trend.residentBytesPerSecond * 3600 / 1e6).fixed(2)) MB an hour",
                ],
                [
                    "descriptors", "\(first.descriptors)", "\(last.descriptors)",
                    "\(trend.descriptorsPerThousandJoins.fixed(2)) a thousand joins",
                ],
                ["threads", "\(first.threads)", "\(last.threads)", "\(trend.threadsPerThousandJoins.fixed(2)) a thousand joins"],
            ]
        }
        return """
            ## Soak

            \(soak.audioRooms) rooms of about five microphones and \(soak.videoRooms) with cameras for \(soak.minutes.fixed(0)) minutes; \(soak.joins) people came, \
            \(soak.gatewaySockets) main gateway sockets were opened besides and \(soak.reads) REST reads made; \(soak.failures.values.reduce(0, +)) failures. \
            \(soak.packetsReceived) packets arrived, \(soak.packetsMissing) were missing by their numbers, \(soak.packetsBad) were not what was sent, the kernel threw away \
            \(soak.socketDrops) at the server's sockets. CPU \(percent(soak.meanCPU, 1)) of a core on average; the worst p99 of ten seconds was \(soak.longestP99.fixed(2)) ms.

            ![Soak: memory, CPU and delay](images/performance-soak.svg)

            \(table.markdown)
            """
    }

    static func chart(_ soak: SoakResults) -> LineChart {
        LineChart(
            title: "\(soak.minutes.fixed(0)) minutes of rooms in which people come and go", variable: "minutes",
            panels: [
                .init(
                    "memory (RSS), MB", [.init("server", soak.samples.map { (x: $0.seconds / 60, y: Double($0.residentKiB) * 1024 / 1e6) })]
                ),
                .init("CPU, % of one core", [.init("server", soak.intervals.map { (x: $0.seconds / 60, y: $0.serverCPU * 100) })]),
                .init("delay p99, ms", [.init("server", soak.intervals.map { (x: $0.seconds / 60, y: $0.delayMilliseconds.p99) })]),
            ])
    }

    private static func percent(_ share: Double, _ digits: Int) -> String { (share * 100).fixed(digits) + " %" }
    private static func megabytes(_ kibibytes: Int) -> String { (Double(kibibytes) * 1024 / 1e6).fixed(0) }
    private static func pair(_ quantiles: Quantiles) -> String {
        quantiles.longest > 0 ? "\(quantiles.p50.fixed(1)) / \(quantiles.p99.fixed(1))" : ""
    }
}

/// What was lost between a server and its clients, and what came back, in the window of one run.
package struct Repair: Codable, Equatable, Sendable {
    /// Of what came to each viewer, and of what each publisher sent.
    package var lossPercent: Double
    package var uplinkLossPercent: Double
    /// Packets that viewers threw away, retransmissions among them.
    package var thrownAway: UInt64
    /// Packets that viewers asked for by NACK, each time counted.
    package var asked: UInt64
    /// Packets that came after they had been asked for.
    package var repaired: UInt64
    /// Packets that came twice; not among the delivered.
    package var repeated: UInt64
    /// Packets that publishers sent again because the server asked.
    package var resentByPublishers: UInt64
    /// From a viewer's seeing the gap to the packet that filled it, in µs.
    package var delayP50: Double
    package var delayP99: Double

    package init(
        lossPercent: Double, uplinkLossPercent: Double, thrownAway: UInt64, asked: UInt64, repaired: UInt64, repeated: UInt64,
        resentByPublishers: UInt64, delayP50: Double, delayP99: Double
    ) {
        self.lossPercent = lossPercent
        self.uplinkLossPercent = uplinkLossPercent
        self.thrownAway = thrownAway
        self.asked = asked
        self.repaired = repaired
        self.repeated = repeated
        self.resentByPublishers = resentByPublishers
        self.delayP50 = delayP50
        self.delayP99 = delayP99
    }

    /// Behind the row of its measurement.
    package var row: String {
        "  lost \(thrownAway) asked \(asked) repaired \(repaired) twice \(repeated) resent \(resentByPublishers) "
            + "repair p50 \(delayP50.fixed(0)) p99 \(delayP99.fixed(0)) us"
    }
}

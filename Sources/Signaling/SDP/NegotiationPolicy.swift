/// What this server agrees to, beyond what the modules can do.
package struct NegotiationPolicy: Equatable, Sendable {
    /// Bits per second asked of a publisher's Opus encoder (`maxaveragebitrate`), from the channel's voice tier.
    package var audioBitrate: Int
    /// RED doubles speech against loss, but a RED stream is silent for viewers without it (Firefox), so by default it is left out of
    /// every answer.
    package var allowsRED: Bool
    /// Microphones may fall silent between words (`usedtx=1`): in a full room most people listen.
    package var usesDTX: Bool
    /// Simulcast layers kept of an offer; the ladder has three (docs/architecture.md), one more is allowed for experiments.
    package var maxEncodings: Int

    package init(audioBitrate: Int = 64_000, allowsRED: Bool = false, usesDTX: Bool = true, maxEncodings: Int = 4) {
        self.audioBitrate = audioBitrate
        self.allowsRED = allowsRED
        self.usesDTX = usesDTX
        self.maxEncodings = maxEncodings
    }
}

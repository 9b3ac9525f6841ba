import SFU

/// What tests shorten and operators need not touch.
package struct VoiceConfiguration: Sendable {
    package var identifyTimeout: Duration = .seconds(10)
    /// Discord's figure.
    package var heartbeatInterval: Duration = .milliseconds(13_750)
    /// How long a token of VOICE_SERVER_UPDATE is good.
    package var tokenLifetime: Duration = .seconds(30)
    /// How long media goes on without a socket.
    package var resumeTimeout: Duration = .seconds(60)
    /// The slots that the page is asked to offer (docs/architecture.md).
    package var slots: [(purpose: SlotPurpose, count: Int)] = [(.audio, 6), (.video, 12), (.screen, 2)]

    package init() {}
}

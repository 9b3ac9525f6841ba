/// What tests shorten and operators need not touch.
package struct GatewayConfiguration: Sendable {
    /// From HELLO to IDENTIFY or RESUME.
    package var identifyTimeout: Duration = .seconds(10)
    /// Discord's figure; below the 60 s after which its libraries give up on a silent server.
    package var heartbeatInterval: Duration = .milliseconds(41_250)
    /// How long a session waits for its client to come back.
    package var resumeTimeout: Duration = .seconds(120)
    /// Sessions of one user, those waiting included. Chosen: more devices than a person has; the oldest makes room.
    package var sessionsPerUser = 32
    /// Events kept for one guild or one sign-in while the database is asked. Chosen: beyond it the question is asked again, or the client is.
    package var eventsWhileAsking = 1024
    /// Where clients reach the server, as `https://chat.example.org`; `nil`: taken from each socket's Host.
    package var publicURL: String?

    package init() {}
}

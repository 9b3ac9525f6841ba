/// Why a WebSocket is closed: RFC 6455 §7.4 below 4000, the gateway's own (Discord's numbers where they mean the same) from 4000 on.
package struct CloseCode: Hashable, Sendable {
    package var rawValue: UInt16
    package init(_ rawValue: UInt16) { self.rawValue = rawValue }

    // RFC 6455 §7.4.1
    package static let normal = CloseCode(1000)
    package static let goingAway = CloseCode(1001)
    package static let protocolError = CloseCode(1002)
    package static let unsupportedData = CloseCode(1003)
    package static let policyViolation = CloseCode(1008)
    package static let messageTooBig = CloseCode(1009)
    /// IANA's registry of close codes: the server is overloaded, come back later.
    package static let tryAgainLater = CloseCode(1013)

    // Discord, "Gateway Close Event Codes"
    package static let unknownError = CloseCode(4000)
    package static let unknownOpcode = CloseCode(4001)
    package static let decodeError = CloseCode(4002)
    package static let notAuthenticated = CloseCode(4003)
    package static let authenticationFailed = CloseCode(4004)
    package static let alreadyAuthenticated = CloseCode(4005)
    package static let sessionInvalid = CloseCode(4006)
    package static let invalidSequence = CloseCode(4007)
    package static let rateLimited = CloseCode(4008)
    package static let sessionTimedOut = CloseCode(4009)
    package static let invalidShard = CloseCode(4010)

    // The voice gateway (docs/voice-gateway.md)
    package static let channelNotFound = CloseCode(4011)
    package static let disconnected = CloseCode(4014)
    package static let draining = CloseCode(4015)
    package static let offerRefused = CloseCode(4016)
    package static let voiceRateLimited = CloseCode(4029)
}

import Control
import Logging
import SFU

/// The ways into Signaling, which must exist before what stands behind them: Control is opened with a sink for its events and with hands
/// for moderators, the media server is started with an ear for its events, and the gateways are built on both.
package struct SignalingDoors: Sendable {
    let gatewayEvents: GatewayEvents
    let voiceMailbox: VoiceMailbox
    /// The media server's events: give `mediaEvents.publish` to `MediaServer.start(onEvent:)`. WHIP and WHEP register their peers here.
    package let mediaEvents: MediaEvents

    /// Capacities are for tests, which make them small.
    package init(gatewayCapacity: Int = GatewayEvents.capacity, voiceCapacity: Int = VoiceMailbox.capacity) {
        gatewayEvents = GatewayEvents(capacity: gatewayCapacity)
        voiceMailbox = VoiceMailbox(capacity: voiceCapacity)
        mediaEvents = MediaEvents(voiceMailbox)
    }

    /// For `ControlServices.start(sink:)`.
    package var eventSink: any DomainEventSink { gatewayEvents }
    /// For `ControlServices.start(voice:)`.
    package var voiceActions: any VoiceActions { GatewayVoiceActions(events: gatewayEvents) }
}

/// The two gateways over one database and one media server.
package struct SignalingPlane: Sendable {
    package let gateway: Gateway
    package let voice: VoiceGateway
    package let mediaEvents: MediaEvents
    package let media: any MediaPlane
    private let doors: SignalingDoors
    private let logger: Logger

    package init(
        doors: SignalingDoors, services: ControlServices, media: any MediaPlane, gateway: GatewayConfiguration = .init(),
        voice: VoiceConfiguration = .init(), logger: Logger
    ) {
        self.doors = doors
        self.media = media
        self.logger = logger
        mediaEvents = doors.mediaEvents
        mediaEvents.attach(media)
        self.gateway = Gateway(
            events: doors.gatewayEvents, services: services, voice: doors.voiceMailbox, configuration: gateway, logger: logger)
        self.voice = VoiceGateway(
            mailbox: doors.voiceMailbox, events: doors.gatewayEvents, media: media, configuration: voice, logger: logger)
    }

    /// The paths `/gateway` and `/voice`, for the upgrade channel.
    package var endpoints: [WebSocketEndpoint] {
        [
            WebSocketEndpoint(
                path: "/gateway", maximumMessageBytes: 4096, oversizeCode: .decodeError, rateCode: .rateLimited, drainCode: .goingAway,
                owner: SocketDoor(mailbox: doors.gatewayEvents.mailbox, logger: logger)),
            // An offer with 26 sections and every codec that a browser knows has 90 kB.
            WebSocketEndpoint(
                path: "/voice", maximumMessageBytes: 128 * 1024, oversizeCode: .decodeError, rateCode: .voiceRateLimited,
                drainCode: .draining, owner: SocketDoor(mailbox: doors.voiceMailbox.mailbox, logger: logger)),
        ]
    }

    /// Runs both gateways until the task is cancelled. Cancel it after the HTTP server has stopped, so that sockets are told good-bye.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await gateway.run() }
            group.addTask { await voice.run() }
        }
    }
}

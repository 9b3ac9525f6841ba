import Control
import Logging
import NIOCore

/// The main gateway: every client's sessions, who hears which event, and who is in which voice channel.
///
/// It is one actor, told everything through one mailbox: sockets' messages, committed events, the database's answers and what the voice
/// gateway reports. Whatever it decides it decides from its own state in one step; a question to the database is asked by a task whose
/// answer is another message. So events reach every client in commit order, and none falls between a snapshot and the stream of events.
package actor Gateway {
    let mailbox: Mailbox<GatewayMessage>
    let services: ControlServices
    let configuration: GatewayConfiguration
    let voice: Mailbox<VoiceMessage>
    let records: VoiceRecords
    let logger: Logger

    var sockets: [UInt64: SocketStage] = [:]
    var sessions: [String: GatewaySession] = [:]
    var sessionsOfUser: [Snowflake: [String]] = [:]
    /// Sessions by guild they were told of.
    var audience: [Snowflake: Set<String>] = [:]
    /// Events since a sign-in began that its answer from the database may not know of: new memberships and revocations.
    var pending: [UInt64: PendingSignIn] = [:]
    var guilds: [Snowflake: GuildState] = [:] { didSet { views.removeAll() } }
    /// Guilds on their way from the database, with the events that came meanwhile.
    var loading: [Snowflake: LoadingGuild] = [:]
    var voiceStates: [Snowflake: VoiceState] = [:] { didSet { views.removeAll() } }
    /// Guilds as they were last written for GUILD_CREATE; none outlives a change of what it shows.
    var views = GuildViews()
    var watches: [UInt64: RightsWatch] = [:]
    var eventWatches: [UInt64: @Sendable (DomainEvent) -> Void] = [:]
    private var lastWatch: UInt64 = 0

    /// How far a socket has come.
    enum SocketStage: Equatable {
        case greeted
        case signingIn
        case open(session: String)
    }

    /// - Parameters:
    ///   - events: the mailbox that was given to Control as its event sink.
    ///   - voice: the voice gateway's mailbox.
    package init(
        events: GatewayEvents, services: ControlServices, voice: VoiceMailbox, configuration: GatewayConfiguration = .init(), logger: Logger
    ) {
        self.mailbox = events.mailbox
        self.services = services
        self.voice = voice.mailbox
        self.configuration = configuration
        self.records = VoiceRecords(store: services.store, logger: logger)
        self.logger = logger
    }

    /// Handles messages until the mailbox is closed or the task is cancelled.
    package func run() async {
        let mailbox = mailbox
        let clock = mailbox.ticks(.tick)
        defer { clock.cancel() }
        for await message in mailbox.messages {
            // What follows from a message goes to these two and may not be refused there, so it is not begun while they are full.
            if !voice.hasRoom { await voice.room() }
            if !records.hasRoom { await records.room() }
            receive(message)
        }
    }

    func receive(_ message: GatewayMessage) {
        switch message {
        case .opened(let socket): greet(socket)
        case .received(let text, let socket): messageArrived(text, on: socket)
        case .closed(let socket, let code): socketClosed(socket, code)
        case .draining(let socket): drain(socket)
        case .committed(let event):
            committed(event)
            for watch in eventWatches.values { watch(event) }
        case .authenticated(let answer, let socket): authenticated(answer, on: socket)
        case .guildLoaded(let id, let snapshot): guildLoaded(id, snapshot)
        case .voice(let report): voiceReported(report)
        case .move(let user, let guild, let channel, let answer): answer(move(user, in: guild, to: channel))
        case .disconnect(let user, let guild): disconnect(user, in: guild)
        case .whereIs(let user, let guild, let answer): answer(connectedChannel(of: user, in: guild))
        case .tick: expireSessions(at: .now)
        }
    }

    func nextWatch() -> UInt64 {
        lastWatch += 1
        return lastWatch
    }
}

/// The way in for committed events: made before the database is opened, handed to it as its sink and to the gateway as its mailbox.
package struct GatewayEvents: DomainEventSink {
    /// Chosen: one message of every socket that there may be, and half as many again; some 100 MB with the messages' bytes.
    package static let capacity = 16_384
    private static let byteCapacity = 32 << 20

    let mailbox: Mailbox<GatewayMessage>

    package init(capacity: Int = Self.capacity) {
        mailbox = Mailbox(capacity: capacity, byteCapacity: Self.byteCapacity)
    }

    /// Commits are never dropped; REST lets nothing be written while there is no room for what would follow.
    package var hasRoom: Bool { mailbox.hasRoom }

    package func publish(_ event: DomainEvent, commit: UInt64) {
        mailbox.post(.committed(event))
    }
}

/// Moderators' way in: Control is given it before the gateway exists.
package struct GatewayVoiceActions: VoiceActions {
    let mailbox: Mailbox<GatewayMessage>

    package init(events: GatewayEvents) {
        mailbox = events.mailbox
    }

    package func connectedChannel(of user: Snowflake, in guild: Snowflake) async -> Snowflake? {
        await withCheckedContinuation { continuation in
            let isTaken = mailbox.post(.whereIs(user: user, guild: guild) { continuation.resume(returning: $0) })
            if !isTaken { continuation.resume(returning: nil) }
        }
    }

    package func move(_ user: Snowflake, in guild: Snowflake, to channel: Snowflake) async -> VoiceMove {
        await withCheckedContinuation { continuation in
            let isTaken = mailbox.post(.move(user: user, guild: guild, to: channel) { continuation.resume(returning: $0) })
            if !isTaken { continuation.resume(returning: .notConnected) }
        }
    }

    package func disconnect(_ user: Snowflake, in guild: Snowflake) async {
        mailbox.post(.disconnect(user: user, guild: guild))
    }
}

import Control
import Logging
import NIOCore
import SFU

/// The voice gateway: carries out what `VoicePlane` decides, on sockets, in the media server and towards the main gateway.
package actor VoiceGateway {
    private let mailbox: Mailbox<VoiceMessage>
    private let gateway: Mailbox<GatewayMessage>
    private let media: any MediaPlane
    private let logger: Logger
    private var plane: VoicePlane
    private var sockets: [UInt64: WebSocketConnection] = [:]

    /// - Parameters:
    ///   - mailbox: the same that the main gateway was given.
    ///   - events: the main gateway's way in.
    ///   - media: where rooms live.
    package init(
        mailbox: VoiceMailbox, events: GatewayEvents, media: any MediaPlane, configuration: VoiceConfiguration = .init(), logger: Logger
    ) {
        self.mailbox = mailbox.mailbox
        self.gateway = events.mailbox
        self.media = media
        self.logger = logger
        self.plane = VoicePlane(
            environment: VoicePlane.Environment(
                configuration: configuration, token: RandomToken.make, nextPeer: PeerID.next,
                port: { media.answerEndpoint(for: $0.participant, in: $0.room).candidates.first?.port ?? 0 },
                negotiate: { offer, session, state in
                    let answerer = Answerer(
                        policy: NegotiationPolicy(audioBitrate: session.member.rights.audioBitrate),
                        endpoint: media.answerEndpoint(for: session.participant, in: session.room))
                    var generator = SystemRandomNumberGenerator()
                    return Result { () throws(AnswerRefusal) in
                        try answerer.answer(offer.sdp, roles: offer.roles, state: state, using: &generator)
                    }
                }))
    }

    /// Handles messages until the mailbox is closed or the task is cancelled.
    package func run() async {
        let mailbox = mailbox
        let clock = mailbox.ticks(.tick)
        defer { clock.cancel() }
        for await message in mailbox.messages { receive(message) }
    }

    private func receive(_ message: VoiceMessage) {
        for action in plane.handle(translate(message), at: .now) { carryOut(action) }
    }

    private func translate(_ message: VoiceMessage) -> VoicePlaneMessage {
        switch message {
        case .opened(let socket):
            sockets[socket.id] = socket
            return .opened(socket.id)
        case .received(let bytes, let socket): return .received(bytes, socket.id)
        case .closed(let socket, let code):
            sockets[socket.id] = nil
            return .closed(socket.id, code)
        case .draining(let socket): return .draining(socket.id)
        case .admit(let admission): return .admit(admission)
        case .update(let member): return .update(member)
        case .expel(let user, let farewell): return .expel(user: user, farewell)
        case .introduce(let member, let channel): return .introduce(member, channel: channel)
        case .media(let event): return .media(event)
        case .due(let channel): return .due(channel: channel)
        case .tick: return .tick
        }
    }

    private func carryOut(_ action: VoiceAction) {
        switch action {
        case .send(let frame, let socket): sockets[socket]?.send(frame)
        case .close(let socket, let code, let reason):
            logger.debug("voice socket closed", metadata: ["code": "\(code.rawValue)", "reason": "\(reason)"])
            sockets[socket]?.close(code, reason: reason)
        case .expect(let socket, let time, let code, let reason): sockets[socket]?.expect(within: time, orClose: code, reason: reason)
        case .wake(let channel, let time):
            let mailbox = mailbox
            Task {
                try? await Task.sleep(for: time)
                mailbox.post(.due(channel: channel))
            }
        case .media(let command): send(command)
        case .report(let report): gateway.post(.voice(report))
        }
    }

    /// What the media server will not do is answered in its place, so that nobody waits for it.
    private func send(_ command: Command) {
        guard !media.send(command) else { return }
        switch command {
        case .openPeer(let parameters): mailbox.post(.media(.disconnected(parameters.id, .closed)))
        case .requestStatistics(_, let ticket): mailbox.post(.media(.statistics(ticket: ticket, nil)))
        default: break  // The peer is gone already, and the event that says so is on its way.
        }
    }
}

import LoadGenerator
import RTP

/// What all visits of a load have in common.
struct VisitSurroundings {
    let poll: EventPoll
    let port: UInt16
    let context: DTLSContext
    /// Of all packets that visitors receive.
    let delays: LatencyHistogram
    /// Of how many packets one is decrypted and checked.
    let sampling: Int
}

/// One person's stay in a voice channel, by the real voice gateway: op 4, the voice socket, Identify, Ready, an offer and its answer, ICE, DTLS,
/// media, and the way out.
final class VoiceVisit {
    enum Farewell {
        /// Op 4 without a channel: the server then closes the voice socket.
        case gateway
        /// The voice socket is closed with 1000, as the page does.
        case socket
        /// The network is gone; a little later op 4 without a channel, from the main gateway's session that is still there.
        case silence
    }

    /// Nanoseconds of CLOCK_MONOTONIC.
    struct Times {
        var clicked: Int64
        var ready: Int64?
        var answered: Int64?
        var connected: Int64?
        /// The first packet from somebody else.
        var heard: Int64?
    }

    /// DTLS is done.
    var onConnected: () -> Void = {}
    /// Once, however it ends; why, where it was not by `leave`.
    var onOver: (String?) -> Void = { _ in }
    private(set) var times: Times
    private(set) var isOver = false
    let person: Inhabitant
    private(set) var media: PolledEndpoint?

    private let surroundings: VisitSurroundings
    private let guild: Town.Guild
    private let gateway: GatewayClient
    private let speaks: Bool
    private let offer: OfferShape
    private var socket: WebSocketStream?
    private var isLeaving = false
    private var nextBeat: Int64 = .max
    /// Below the 13.75 s that the server asks for.
    private static let beatInterval: Int64 = 12_000_000_000
    /// From the click to DTLS, and from leaving to the socket's end: later it has failed.
    private static let patience: Int64 = 20_000_000_000
    private var deadline: Int64
    /// `{"op":100,"seq":` stands within so many bytes.
    private static let opcodeBytes = 24

    /// - Parameter speaks: whether they send 50 packets of Opus a second.
    init(
        _ surroundings: VisitSurroundings, _ person: Inhabitant, _ gateway: GatewayClient, in guild: Town.Guild, offer: OfferShape,
        speaks: Bool
    ) {
        (self.surroundings, self.person, self.gateway, self.guild) = (surroundings, person, gateway, guild)
        (self.offer, self.speaks) = (offer, speaks)
        times = Times(clicked: EventPoll.now)
        deadline = times.clicked + Self.patience
    }

    func start() {
        guard gateway.isReady else { return end("not on the main gateway") }
        gateway.onVoiceServer = { [weak self] token in
            guard let self else { return }
            gateway.onVoiceServer = { _ in }
            guard let token else { return end("the join was refused") }
            openVoice(token)
        }
        gateway.voice(guild: guild.id, channel: guild.voiceChannel)
    }

    func advance(to now: Int64) {
        media?.advance(to: now)
        if now >= deadline { return end(isLeaving ? "left, and the voice socket stays" : "not connected after 20 s: \(stage)") }
        guard now >= nextBeat else { return }
        nextBeat = now + Self.beatInterval
        socket?.send(#"{"op":3,"d":{"t":1}}"#)
    }

    /// - Precondition: it is not over.
    func leave(_ farewell: Farewell) {
        isLeaving = true
        deadline = EventPoll.now + Self.patience
        media?.close()
        switch farewell {
        case .gateway: gateway.voice(guild: guild.id, channel: nil)
        case .socket:
            socket?.close()
            end(nil)
        case .silence:
            socket?.abandon()
            gateway.voice(guild: guild.id, channel: nil)
            end(nil)
        }
    }

    /// Packets sent so far.
    var sent: UInt64 { media?.endpoint.published.reduce(0) { $0 + $1.sent.load(ordering: .relaxed) } ?? 0 }

    /// Packets and bytes that came, and those that were not what was sent.
    var received: EndpointCounters.Snapshot { media?.endpoint.counters.snapshot ?? EndpointCounters.Snapshot() }

    private var stage: String {
        if times.answered != nil { return "ICE or DTLS" }
        if times.ready != nil { return "no answer to the offer" }
        return socket == nil ? "no VOICE_SERVER_UPDATE" : "no Ready"
    }

    private func openVoice(_ token: String) {
        do {
            let socket = try WebSocketStream(surroundings.poll, port: surroundings.port, path: "/voice", from: person.address)
            self.socket = socket
            socket.onText = { [weak self] in self?.heard($0, token) }
            socket.onEnd = { [weak self] code, why in
                guard let self else { return }
                end(isLeaving ? nil : "the voice socket closed: \(code) \(why)")
            }
        } catch { end("\(error)") }
    }

    private func heard(_ text: String, _ token: String) {
        switch FieldScan.int("op", in: Array(text.utf8.prefix(Self.opcodeBytes))[...]) {
        case 8:
            socket?.send(
                #"{"op":0,"d":{"server_id":"\#(guild.id)","channel_id":"\#(guild.voiceChannel)","user_id":"\#(person.id)","#
                    + #""session_id":"\#(gateway.session)","token":"\#(token)"}}"#)
        case 2: ready()
        case 4: answered(text)
        case 107 where !isLeaving: end("notice: \(FieldScan.string("code", in: text) ?? "without a code")")
        default: break
        }
    }

    private func ready() {
        times.ready = EventPoll.now
        nextBeat = EventPoll.now + Self.beatInterval
        do {
            let endpoint = try Endpoint(address: Laboratory.address, context: surroundings.context)
            endpoint.published = offer.streams(of: person.number, speaks: speaks)
            let media = PolledEndpoint(surroundings.poll, endpoint, sampling: surroundings.sampling, delays: surroundings.delays)
            media.isSending = true
            self.media = media
            // The best layer that is allowed, for these visitors say nothing of their networks.
            if offer == .camera { socket?.send(#"{"op":102,"d":{"auto":false,"subscriptions":[]}}"#) }
            socket?.send(offer.selectProtocol(endpoint, fingerprint: surroundings.context.fingerprint))
        } catch { end("\(error)") }
    }

    private func answered(_ text: String) {
        guard times.answered == nil, let media else { return }
        times.answered = EventPoll.now
        media.onUp = { [weak self] in
            guard let self else { return }
            times.connected = EventPoll.now
            deadline = .max
            onConnected()
        }
        media.onMedia = { [weak self] in self?.times.heard = EventPoll.now }
        media.onFailure = { [weak self] in self?.end("DTLS: \($0)") }
        do {
            media.begin(try RemoteParameters(sdp: OfferShape.firstSection(ofAnswer: text), preferring: Laboratory.address))
        } catch { end("\(error)") }
    }

    private func end(_ why: String?) {
        guard !isOver else { return }
        isOver = true
        gateway.onVoiceServer = { _ in }
        // Somebody whose visit failed is taken out, so that the next one begins from nothing.
        if why != nil, gateway.isReady { gateway.voice(guild: guild.id, channel: nil) }
        socket?.abandon()
        media?.close()
        (onConnected, socket) = ({}, nil)
        let over = onOver
        onOver = { _ in }
        over(why)
    }
}

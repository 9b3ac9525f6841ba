import LoadGenerator

/// Voice joins: op 4 on the main gateway, VOICE_SERVER_UPDATE, a socket to `/voice`, Identify, Ready. Then the person leaves by op 4.
final class VoiceLoad {
    static let atOnce = 16
    static let openShare = 0.6
    /// A gateway socket may send 120 messages a minute; a join takes two.
    private static let mostPerPerson = 40

    private let town: Town
    private let poll: EventPoll
    private let meter: PhaseMeter
    private let seconds: Double
    private var idle: ArraySlice<(person: Inhabitant, gateway: GatewayClient)> = []
    /// Joins left to each person this minute, by number.
    private var joins: [Int: Int] = [:]

    init(_ town: Town, _ poll: EventPoll, _ meter: PhaseMeter, seconds: Double) {
        (self.town, self.poll, self.meter, self.seconds) = (town, poll, meter, seconds)
    }

    func run() throws {
        var failed = 0
        var waiting = town.people.count
        for person in town.people {
            let gateway = try GatewayClient(poll, port: town.port, person: person)
            gateway.onReady = { isGood in
                waiting -= 1
                failed += isGood ? 0 : 1
            }
            gateway.onEnd = { [meter] in meter.note("voice, gateway: \($0)") }
            idle.append((person, gateway))
            poll.wait(milliseconds: 1)
        }
        guard poll.run(seconds: 30, until: { waiting == 0 }), failed == 0 else { throw BenchError("not everybody reached the gateway") }
        let closed = try measure("closed, \(Self.atOnce) at once", .closed(atOnce: Self.atOnce))
        let rate = (closed.perSecond * Self.openShare).rounded()
        _ = try measure("open, \(Int(rate))/s", .open(perSecond: rate))
        for (_, gateway) in idle { gateway.close() }
    }

    private func measure(_ loop: String, _ pace: LoadPace) throws -> ControlRow {
        try meter.measure("voice joins", loop) {
            LoadRun(poll).run(pace, .seconds(seconds)) { [self] _, done in
                guard let (person, gateway) = idle.popFirst() else {
                    meter.note("voice joins: everybody is busy")
                    return done(false)
                }
                join(person, gateway, done)
            }
        }
    }

    private func join(_ person: Inhabitant, _ gateway: GatewayClient, _ done: @escaping (Bool) -> Void) {
        let guild = town.guilds[person.guild]
        joins[person.number, default: 0] += 1
        guard joins[person.number, default: 0] <= Self.mostPerPerson else {
            meter.note("voice joins: somebody would send more messages than a socket may")
            return done(false)
        }
        let finish: (Bool, String) -> Void = { [self] isGood, why in
            if !isGood { meter.note("voice joins: \(why)") }
            gateway.onVoiceServer = { _ in }
            gateway.voice(guild: guild.id, channel: nil)
            idle.append((person, gateway))
            done(isGood)
        }
        gateway.onVoiceServer = { [self] token in
            gateway.onVoiceServer = { _ in }
            guard let token else { return finish(false, "refused") }
            let identify =
                #"{"op":0,"d":{"server_id":"\#(guild.id)","channel_id":"\#(guild.voiceChannel)","user_id":"\#(person.id)","#
                + #""session_id":"\#(gateway.session)","token":"\#(token)"}}"#
            do { try identifyOnVoice(person, identify, finish) } catch { finish(false, "\(error)") }
        }
        gateway.voice(guild: guild.id, channel: guild.voiceChannel)
    }

    /// The socket keeps itself until the server closes it, which op 4 with no channel makes it do.
    private func identifyOnVoice(_ person: Inhabitant, _ identify: String, _ finish: @escaping (Bool, String) -> Void) throws {
        let socket = try WebSocketStream(poll, port: town.port, path: "/voice", from: person.address)
        var isSettled = false
        socket.onText = { text in
            switch FieldScan.int("op", in: text) {
            case 8: socket.send(identify)
            case 2 where !isSettled:
                isSettled = true
                finish(true, "")
            default: break
            }
        }
        socket.onEnd = { code, why in
            // They hold the socket.
            socket.onText = { _ in }
            socket.onEnd = { _, _ in }
            guard !isSettled else { return }
            isSettled = true
            finish(false, "/voice closed: \(code) \(why)")
        }
    }
}

import Control
import NIOCore
import SFU
import Testing

@testable import Signaling

/// B25: calling state machines that let media through before or after they should (Group FaceTime, Signal, Duo, Messenger). Random
/// signalling runs through the voice gateway's state beside a model of eleven lines; after each step the media server's view must be what the
/// model allows: media only of members who are joined and permitted, with the rights they have now.
struct VoicePlaneModelTests {
    /// 100,000 sequences. Guards, each seen red by hand: the token check in `join`, `closePeer` in `endSession`, `setRights` in `update`, the
    /// expiry in `expire`, and `endSession` in `admit`.
    @Test func mediaOnlyForThoseJoinedAndPermitted() async {
        for seed in UInt64(0)..<100_000 {
            if Model.runs(seed) != nil {
                let (fault, history) = Model.runs(seed, recording: true) ?? ("", [])
                Issue.record("seed \(seed): \(fault)\n\(history.joined(separator: "\n"))")
                return
            }
            // Other tests want to run too.
            if seed % 50 == 0 { await Task.yield() }
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

private struct Model {
    var random: SplitMix
    var bench = VoiceBench()
    let isRecording: Bool
    var history: [String] = []
    var fault: String?

    // What ought to be.
    var admitted: [UInt64: (token: String, channel: UInt64, until: ContinuousClock.Instant)] = [:]
    var joined: [UInt64: (channel: UInt64, socket: UInt64?, awayUntil: ContinuousClock.Instant?)] = [:]
    var rights: [UInt64: VoiceRights] = [:]
    var sockets: [UInt64: UInt64?] = [:]
    // What the media server believes.
    var peers: [PeerID: (user: UInt64, channel: UInt64, rights: PeerRights)] = [:]
    var everOpened: [PeerID] = []
    var tokens = ["nobody's"]
    var last: UInt64 = 0

    /// Eight steps; what was wrong after one of them, and what led there.
    static func runs(_ seed: UInt64, recording: Bool = false) -> (fault: String, history: [String])? {
        var model = Model(random: SplitMix(state: seed), isRecording: recording)
        // Half of them start in a call: by chance alone few would get as far as losing one.
        if seed.isMultiple(of: 2) { model.call(1) }
        for _ in 0..<8 {
            model.step()
            if let fault = model.fault { return (fault, model.history) }
        }
        return nil
    }

    private init(random: SplitMix, isRecording: Bool) {
        self.random = random
        self.isRecording = isRecording
        bench.pause = .zero
    }

    /// Takes a user into a call as a page does.
    private mutating func call(_ user: UInt64) {
        admit(user, 10)
        open()
        let (socket, token) = (last, admitted[user]?.token ?? "")
        admitted[user] = nil
        joined[user] = (10, socket, nil)
        sockets[socket] = .some(user)
        say(socket, VoiceBench.identify(user, token: token), "identify")
        say(socket, VoiceBench.offer(), "offer")
        check()
    }

    private mutating func step() {
        let user = UInt64.random(in: 1...3, using: &random)
        let channel = UInt64.random(in: 10...11, using: &random)
        let socket = sockets.keys.sorted().randomElement(using: &random)
        switch Int.random(in: 0..<20, using: &random) {
        case 0, 1: admit(user, channel)
        case 2, 3: open()
        case 4, 5, 6: if let socket { identify(user, socket) }
        case 7, 8, 9: if let socket { say(socket, VoiceBench.offer(Bool.random(using: &random) ? "offer" : "other"), "offer") }
        case 10: if let socket { say(socket, VoiceBench.offer("bad"), "bad offer") }
        case 11: if let socket { close(socket) }
        case 12: if let socket { resume(user, socket) }
        case 13: expel(user)
        case 14, 15: update(user)
        case 16: wait()
        case 17: lose()
        case 18:
            if let socket {
                say(socket, ["op": 102, "d": ["auto": false, "subscriptions": [["user_id": "2", "source": "camera"]]]], "subscribe")
            }
        default: if let socket { say(socket, ["op": 12, "d": ["tracks": [["source": "camera", "active": false]]]], "video") }
        }
        check()
    }

    private func randomRights(_ random: inout SplitMix) -> VoiceRights {
        VoiceBench.rights(
            connect: Int.random(in: 0..<4, using: &random) > 0, speak: Bool.random(using: &random), stream: Bool.random(using: &random),
            muted: Bool.random(using: &random))
    }

    private mutating func admit(_ user: UInt64, _ channel: UInt64) {
        last += 1
        let token = "token\(last)"
        let new = randomRights(&random)
        tokens.append(token)
        rights[user] = new
        leave(user)
        admitted[user] = (token, channel, bench.now + .seconds(30))
        tell("admit \(user) to \(channel)", .admit(VoiceBench.admission(user, channel, token: token, new)))
    }

    private mutating func open() {
        last += 1
        sockets[last] = .some(nil)
        let socket = last
        tell("socket \(socket)", .opened(socket))
    }

    private mutating func identify(_ user: UInt64, _ socket: UInt64) {
        // Mostly the right token; else an old one, another's or none.
        let token =
            Int.random(in: 0..<4, using: &random) > 0 ? admitted[user]?.token ?? tokens[0] : tokens.randomElement(using: &random) ?? ""
        if sockets[socket] == .some(nil), let admission = admitted[user], admission.token == token, admission.until > bench.now {
            admitted[user] = nil
            joined[user] = (admission.channel, socket, nil)
            sockets[socket] = .some(user)
        }
        say(socket, VoiceBench.identify(user, token: token), "identify \(user) by \(token)")
    }

    private mutating func resume(_ user: UInt64, _ socket: UInt64) {
        guard let session = bench.plane.sessions[Snowflake(user)] else { return }
        let isRight = Bool.random(using: &random)
        if isRight, sockets[socket] == .some(nil), joined[user] != nil {
            if let old = joined[user]?.socket { sockets[old] = nil }
            joined[user]?.socket = socket
            joined[user]?.awayUntil = nil
            sockets[socket] = .some(user)
        }
        let token = isRight ? session.resumeToken.text : "wrong"
        say(
            socket, ["op": 7, "d": ["session_id": .string(session.id), "token": .string(token), "seq_ack": 0]], "resume \(user) \(isRight)")
    }

    private mutating func close(_ socket: UInt64) {
        let saysGoodbye = Bool.random(using: &random)
        if let user = sockets.removeValue(forKey: socket) ?? nil, joined[user]?.socket == socket {
            joined[user]?.socket = nil
            joined[user]?.awayUntil = bench.now + .seconds(60)
            if saysGoodbye { joined[user] = nil }
        }
        tell("close \(socket) \(saysGoodbye)", .closed(socket, saysGoodbye ? .goingAway : nil))
    }

    private mutating func expel(_ user: UInt64) {
        admitted[user] = nil
        leave(user)
        tell("expel \(user)", .expel(user: Snowflake(user), .notice(.disconnected)))
    }

    private mutating func leave(_ user: UInt64) {
        if let socket = joined.removeValue(forKey: user)?.socket { sockets[socket] = .some(nil) }
    }

    private mutating func update(_ user: UInt64) {
        let new = randomRights(&random)
        rights[user] = new
        tell("rights of \(user): connect \(new.connect) speak \(new.speak)", .update(VoiceBench.member(user, new)))
    }

    private mutating func wait() {
        bench.now += .seconds([1, 20, 61].randomElement(using: &random) ?? 1)
        for (user, state) in joined where state.awayUntil.map({ $0 <= bench.now }) ?? false { joined[user] = nil }
        tell("time passes", .tick)
    }

    private mutating func lose() {
        guard let peer = everOpened.randomElement(using: &random) else { return }
        if let user = peers.removeValue(forKey: peer)?.user, joined[user]?.socket == nil { joined[user] = nil }
        tell("media of \(peer.rawValue) lost", .media(.disconnected(peer, .consentExpired)))
    }

    private mutating func say(_ socket: UInt64, _ message: JSONValue, _ what: @autoclosure () -> String) {
        tell("\(socket): \(what())", .received(ByteBuffer(bytes: message.bytes), socket))
    }

    // MARK: The media server

    private mutating func tell(_ what: @autoclosure () -> String, _ message: VoicePlaneMessage) {
        if isRecording { history.append(what()) }
        for action in bench.tell(message) {
            switch action {
            case .media(let command): obey(command)
            case .send(let frame, let socket): hear(frame, socket)
            case .close, .expect, .wake, .report: break
            }
        }
    }

    private mutating func obey(_ command: Command) {
        switch command {
        case .openPeer(let parameters):
            if everOpened.contains(parameters.id) { fault = "a peer's number was used twice" }
            everOpened.append(parameters.id)
            peers[parameters.id] = (parameters.participant.rawValue, parameters.room.rawValue, parameters.rights)
        case .closePeer(let peer): if peers.removeValue(forKey: peer) == nil { fault = "closed twice" }
        case .setRights(let peer, let new):
            if peers[peer] == nil { fault = "rights for nobody" }
            peers[peer]?.rights = new
        case .subscribe(let peer, _), .setAuto(let peer, _), .setInactive(let peer, _), .updateSections(let peer, _),
            .restartICE(let peer, _, _),
            .requestStatistics(let peer, _):
            if peers[peer] == nil { fault = "a command for a peer that is not there" }
        case .drain: break
        case .spanRoom: fault = "signalling does not place rooms"
        }
    }

    /// A socket that has not identified is told nothing of any room.
    private mutating func hear(_ frame: ByteBuffer, _ socket: UInt64) {
        let text = String(buffer: frame)
        let isGreeting = text.hasPrefix(#"{"op":8,"#) || text.hasPrefix(#"{"op":6,"#)
        let isFarewell = text.hasPrefix(#"{"op":107,"#)
        if !isGreeting, !isFarewell, sockets[socket].flatMap({ $0 }) == nil { fault = "a stranger was told \(text)" }
    }

    private mutating func check() {
        var seen: Set<UInt64> = []
        for (_, peer) in peers {
            if !seen.insert(peer.user).inserted { fault = "two media connections of one member" }
            guard let state = joined[peer.user] else { fault = "media of \(peer.user), who is not in a channel"; continue }
            if state.channel != peer.channel { fault = "media in another channel" }
            if peer.rights != PeerRights(rights[peer.user] ?? VoiceBench.rights(connect: false)) {
                fault = "rights of \(peer.user) are stale"
            }
            if rights[peer.user]?.connect == false, peer.rights.speak || peer.rights.listen || peer.rights.stream {
                fault = "media without CONNECT"
            }
        }
    }
}

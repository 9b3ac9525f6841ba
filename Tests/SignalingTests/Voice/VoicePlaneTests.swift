import Control
import NIOCore
import SFU
import Testing

@testable import Signaling

/// The voice gateway's rules, each as a transcript.
struct VoicePlaneTests {
    private let camera = TrackID(participant: ParticipantID(1), source: .camera)

    @Test func aTokenWorksOnceAndForThirtySeconds() {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        bench.tell(.opened(6))
        bench.send(VoiceBench.identify(1, token: "token1-5"), on: 6)
        #expect(bench.closes(6) == 4004, "it was used")
        bench.tell(.admit(VoiceBench.admission(2, 10, token: "late")))
        bench.now += .seconds(30)
        bench.tell(.opened(7))
        bench.send(VoiceBench.identify(2, token: "late"), on: 7)
        #expect(bench.closes(7) == 4004, "it is too old")
        #expect(bench.plane.sessions.count == 1)
    }

    @Test func aTokenIsGoodForItsUserSessionAndGuildOnly() {
        for (key, value) in [("user_id", "2"), ("server_id", "2"), ("session_id", "another"), ("channel_id", "11")] {
            var bench = VoiceBench()
            bench.tell(.admit(VoiceBench.admission(1, 10, token: "token")))
            bench.tell(.opened(5))
            guard case .object(var message) = VoiceBench.identify(1, token: "token"), case .object(var data)? = message["d"] else { return }
            data[key] = .string(value)
            message["d"] = .object(data)
            bench.send(.object(message), on: 5)
            #expect(bench.closes(5) == 4004, "\(key)")
        }
    }

    @Test func beforeIdentifyOnlyAHeartbeatIsAnswered() {
        var bench = VoiceBench()
        bench.tell(.opened(5))
        bench.send(["op": 3, "d": ["t": 42]], on: 5)
        #expect(bench.messages(to: 5).map(\.op) == [6])
        #expect(bench.messages(to: 5).first?.d == ["t": 42])
        bench.send(VoiceBench.offer(), on: 5)
        #expect(bench.closes(5) == 4003)
    }

    @Test(
        arguments: [
            (#"{"op":55,"d":{}}"#, 4001), (#"{"op":2,"d":{}}"#, 4001), ("nonsense", 4002), (#"{"op":1,"d":{"sdp":5}}"#, 4002),
            (#"{"op":1,"d":{"sdp":"x","publish":{"0":"keyboard"}}}"#, 4002), (#"{"op":102,"d":{"subscriptions":[{}]}}"#, 4002),
            (#"{"op":12,"d":{"tracks":[{"source":"camera"}]}}"#, 4002), (#"{"op":0,"d":{}}"#, 4002),
            (#"{"op":1,"d":{"protocol":"udp"}}"#, 4002),
        ] as [(String, UInt16)]) func whatIsNotUnderstoodClosesTheSocketAndNotTheMedia(text: String, code: UInt16)
    {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        bench.tell(.received(ByteBuffer(string: text), 5))
        #expect(bench.closes(5) == code)
        #expect(bench.commands.isEmpty)
        #expect(bench.peer(of: 1) != nil)
    }

    @Test func identifyingTwiceIsAnError() {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        bench.send(VoiceBench.identify(1, token: "x"), on: 5)
        #expect(bench.closes(5) == 4005)
    }

    @Test func aRefusedOfferIsExplained() {
        var bench = VoiceBench()
        bench.join(1, on: 5, offers: false)
        bench.send(VoiceBench.offer("bad"), on: 5)
        #expect(bench.messages(to: 5).map(\.op) == [107])
        #expect(bench.messages(to: 5).first?.d["reason"] == "bundle-required")
        #expect(bench.closes(5) == 4016)
        #expect(bench.commands.isEmpty)
    }

    @Test func theSecondDeviceTakesOver() {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        let old = bench.peer(of: 1)
        bench.tell(.admit(VoiceBench.admission(1, 11, token: "second")))
        #expect(bench.messages(to: 5).map { $0.d["code"] } == ["moved"])
        #expect(bench.messages(to: 5).first?.d["channel_id"] == "11")
        #expect(bench.closes(5) == 4014)
        guard case .closePeer(old)? = bench.commands.first else { return #expect(Bool(false), "the old media ends") }
        bench.tell(.opened(6))
        bench.send(VoiceBench.identify(1, token: "second"), on: 6)
        #expect(bench.messages(to: 6).map(\.op) == [2])
        #expect(bench.reports == [.opened(user: Snowflake(1), channel: Snowflake(11))])
    }

    @Test func theOthersLearnWhoComesAndGoes() {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        bench.join(2, on: 6, offers: false)
        #expect(bench.messages(to: 5).map(\.op) == [11])
        #expect(bench.messages(to: 6).map(\.op) == [2])
        bench.join(3, 11, on: 7, offers: false)
        #expect(bench.messages(to: 5).isEmpty, "another channel")
        bench.tell(.closed(6, .goingAway))
        #expect(bench.messages(to: 5).map(\.op) == [13])
        #expect(bench.reports == [.ended(user: Snowflake(2), channel: Snowflake(10), .left)])
    }

    @Test func aDroppedSocketLosesNothing() throws {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        bench.join(2, on: 6)
        let session = try #require(bench.plane.sessions[Snowflake(1)])
        let acknowledged = session.outbox.lastSequence
        bench.tell(.closed(5, nil))
        #expect(bench.commands.isEmpty, "media goes on")
        bench.tell(
            .media(.trackStarted(RoomID(10), TrackID(participant: ParticipantID(2), source: .camera), try #require(bench.peer(of: 2)))))
        bench.tell(.media(.speaking(RoomID(10), [SpeakerLevel(participant: ParticipantID(2), level: 9)])))
        bench.now += .seconds(59)
        bench.tell(.tick)
        bench.tell(.opened(7))
        bench.send(["op": 7, "d": ["session_id": .string(session.id), "token": "wrong", "seq_ack": 0]], on: 7)
        #expect(bench.closes(7) == 4006)
        bench.tell(.opened(8))
        let resume: JSONValue = [
            "session_id": .string(session.id), "token": .string(session.resumeToken.text), "seq_ack": .int(Int64(acknowledged)),
        ]
        bench.send(["op": 7, "d": resume], on: 8)
        #expect(bench.messages(to: 8).map(\.op) == [9, 105, 108, 103], "what was missed, in order; Speaking is stale and not among it")
        bench.tell(.closed(8, nil))
        bench.now += .seconds(60)
        bench.tell(.tick)
        #expect(bench.commands.count == 1 && bench.peer(of: 1) == nil, "after 60 s it is over")
        #expect(bench.reports.contains(.ended(user: Snowflake(1), channel: Snowflake(10), .timedOut)))
    }

    @Test func whatTheClientHasIsNotKept() throws {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        let last = try #require(bench.plane.sessions[Snowflake(1)]).outbox.lastSequence
        bench.send(["op": 3, "d": ["t": 1, "seq_ack": .int(Int64(last - 1))]], on: 5)
        #expect(bench.plane.sessions[Snowflake(1)]?.outbox.after(last - 2) == nil)
        #expect(bench.plane.sessions[Snowflake(1)]?.outbox.after(last - 1)?.count == 1)
        bench.send(["op": 3, "d": ["t": 1, "seq_ack": 1_000_000]], on: 5)
        #expect(bench.plane.sessions[Snowflake(1)]?.outbox.after(last)?.isEmpty == true)
    }

    @Test func whoMissedTooMuchGetsTheWholeState() throws {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        let session = try #require(bench.plane.sessions[Snowflake(1)])
        bench.tell(.closed(5, nil))
        for index in 0..<400 { bench.tell(.media(.slots(try #require(bench.peer(of: 1)), [SlotAssignment(mid: "\(index)", track: nil)]))) }
        bench.tell(.opened(6))
        bench.send(
            ["op": 7, "d": ["session_id": .string(session.id), "token": .string(session.resumeToken.text), "seq_ack": 1]], on: 6)
        #expect(bench.messages(to: 6).map(\.op) == [9, 105, 100, 101, 103])
    }

    @Test func anotherCertificateIsAnotherConnection() throws {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        let old = try #require(bench.peer(of: 1))
        bench.send(VoiceBench.offer(), on: 5)
        #expect(bench.peer(of: 1) == old, "a later offer renegotiates")
        guard case .updateSections(old, _)? = bench.commands.first else { return #expect(Bool(false)) }
        bench.send(VoiceBench.offer("reloaded"), on: 5)
        guard case .closePeer(old)? = bench.commands.first, case .openPeer(let parameters)? = bench.commands.last else {
            return #expect(Bool(false))
        }
        #expect(parameters.id == bench.peer(of: 1) && parameters.id != old)
    }

    @Test func lostMediaIsToldAndCanBeOpenedAgain() throws {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        let old = try #require(bench.peer(of: 1))
        bench.tell(.media(.trackStarted(RoomID(10), camera, old)))
        bench.tell(.media(.disconnected(old, .consentExpired)))
        #expect(bench.messages(to: 5).map(\.op) == [107, 105, 108])
        #expect(bench.messages(to: 5).first?.d["code"] == "media-lost")
        bench.send(VoiceBench.offer("again"), on: 5)
        #expect(bench.peer(of: 1) != nil && bench.peer(of: 1) != old)
    }

    @Test func unreachableNamesThePort() throws {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        bench.tell(.media(.unreachable(try #require(bench.peer(of: 1)))))
        #expect(bench.messages(to: 5).first?.d == ["code": "unreachable", "message": "UDP port 8089 is unreachable.", "port": 8089])
    }

    @Test func rightsReachMediaAndTheClientIsTold() throws {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        let peer = try #require(bench.peer(of: 1))
        bench.tell(.update(VoiceBench.member(1, VoiceBench.rights(stream: false))))
        guard case .setRights(peer, let rights)? = bench.commands.first else { return #expect(Bool(false)) }
        #expect(!rights.stream && rights.speak)
        #expect(bench.messages(to: 5).map(\.op) == [104, 104, 107])
        #expect(bench.messages(to: 5).first?.d["max_bitrate"] == 0)
        bench.tell(.update(VoiceBench.member(1, VoiceBench.rights(stream: false))))
        #expect(bench.actions.isEmpty, "nothing new")
    }

    @Test func aTierThatIsEditedReachesThoseWhoWatchByIt() throws {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        let peer = try #require(bench.peer(of: 1))
        bench.send(["op": 102, "d": ["subscriptions": [["user_id": "2", "source": "screen", "tier": "77"]]]], on: 5)
        guard case .subscribe(peer, let first)? = bench.commands.first else { return #expect(Bool(false)) }
        let track = TrackID(participant: ParticipantID(2), source: .screen)
        #expect(first == [Subscription(track: track, ceiling: VideoCeiling(height: 720, framerate: 30, bitrate: 1_500_000), priority: 200)])
        var member = VoiceBench.member(1)
        member.tiers[0].bitrate = 900_000
        bench.tell(.update(member))
        guard case .subscribe(peer, let second)? = bench.commands.last else { return #expect(Bool(false)) }
        #expect(second.first?.ceiling?.bitrate == 900_000)
    }

    @Test func tracksAndVideoStateFollowMedia() throws {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        bench.join(2, on: 6)
        let peer = try #require(bench.peer(of: 1))
        bench.tell(.media(.trackStarted(RoomID(10), camera, peer)))
        #expect(bench.messages(to: 6).map(\.op) == [105, 108])
        #expect(bench.messages(to: 6).first?.d["participants"]?.asArray?.first?["self_video"] == true)
        #expect(
            bench.reports == [
                .streaming(user: Snowflake(1), channel: Snowflake(10), .camera, isOn: true),
                .showing(user: Snowflake(1), channel: Snowflake(10), camera: true, screen: false),
            ])
        bench.send(["op": 12, "d": ["tracks": [["source": "camera", "active": false]]]], on: 5)
        guard case .setInactive(peer, [.camera])? = bench.commands.first else { return #expect(Bool(false)) }
        bench.tell(.closed(5, .normal))
        #expect(bench.messages(to: 6).map(\.op) == [13, 108], "the track goes with its publisher, at once")
    }

    @Test func aPublisherWithoutAPageIsAGuest() {
        var bench = VoiceBench()
        bench.join(2, on: 6)
        bench.tell(.media(.trackStarted(RoomID(10), camera, PeerID(999))))
        #expect(
            bench.reports == [
                .streaming(user: Snowflake(1), channel: Snowflake(10), .camera, isOn: true),
                .stranger(user: Snowflake(1), channel: Snowflake(10)),
            ])
        bench.tell(.introduce(VoiceBench.member(1), channel: Snowflake(10)))
        #expect(bench.messages(to: 6).map(\.op) == [11])
        bench.tell(.media(.trackStopped(RoomID(10), camera, PeerID(999))))
        #expect(bench.messages(to: 6).map(\.op) == [13, 108])
    }

    @Test func statisticsGoToWhoAsked() {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        bench.send(["op": 106, "d": [:]], on: 5)
        guard case .requestStatistics(_, let ticket)? = bench.commands.first else { return #expect(Bool(false)) }
        bench.tell(.media(.statistics(ticket: ticket, PeerStatistics())))
        #expect(bench.messages(to: 5).map(\.op) == [106])
        bench.tell(.media(.statistics(ticket: ticket, PeerStatistics())))
        #expect(bench.actions.isEmpty)
    }

    @Test func drainingIsSaidFirst() {
        var bench = VoiceBench()
        bench.join(1, on: 5)
        bench.tell(.draining(5))
        #expect(bench.messages(to: 5).first?.d["code"] == "draining")
        #expect(bench.closes(5) == 4015)
    }
}

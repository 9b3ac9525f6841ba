import RTP
import Simulation
import Testing

@testable import SFU

/// An authenticated peer that sends a hundred thousand SSRCs: they cost nothing, and nobody notices, the peer's own other streams included.
///
/// Guards: `SSRCBindings.limit` before anything is decrypted, and behind it the session's own bound of streams. With both at 4,096 the counts turn
/// red; without any, searching the tables takes longer than the time limit (both done by hand).
@Suite("SSRC flood")
struct SSRCFloodTests {
    private static let count = 100_000

    /// What the packets of the flood say about where they belong.
    private enum Claim {
        /// A MID that nobody has.
        case nothing
        /// The peer's own camera, its middle encoding.
        case ownCamera
    }

    private struct Result {
        let world: World
        /// Resident bytes while nine tenths of the flood came.
        let grown: Int
        var refused: Int { Int(world.nodes[0].core.counters[.tooManySSRCs]) }
        var unbound: Int { Int(world.nodes[0].core.counters[.unboundSSRC]) }
    }

    /// A publisher and a viewer; from 2 s to 6 s the publisher sends 25 packets a millisecond beside its media, each of another SSRC.
    private static func flood(_ claim: Claim) throws -> Result {
        let world = World(seed: 7)
        world.candidates = [1]
        var plan = PeerPlan(index: 1)
        plan.microphone = AudioPlan(isReal: false)
        plan.camera = .simulcast()
        let publisher = world.join(plan)
        var viewer = PeerPlan(index: 2)
        viewer.videoSlots = 1
        world.join(viewer)
        world.run(until: .seconds(2))
        let keys = world.nodes[0].keys(of: publisher.peer.id)
        let camera = publisher.peer.parameters.sections.receive.first { $0.source == .camera }?.mid ?? ""
        var next: UInt32 = 0
        func send(until end: Duration) throws {
            while world.now < world.epoch + end {
                // A sender's libsrtp grows with its streams; ours is a new one each time.
                let session = try SRTPSession(keys, role: .client, counters: Counters())
                for _ in 0..<25 {
                    next += 1
                    var wire = WirePacket()
                    wire.payloadType = Negotiated.vp8
                    wire.ssrc = 0x5000_0000 + next
                    wire.sequenceNumber = 1
                    wire.payload = [0x10, 0, 0, 0, 0, 0, 0, 0]
                    wire.extensions = [.init(id: 4, bytes: Array((claim == .ownCamera ? camera : "x").utf8)), .init(id: 10, bytes: [0x68])]
                    var packet = SRTPPacket(wire.serialized())
                    let sealed = packet.protect(session)
                    #expect(sealed)
                    world.strangerSends(packet.contents, from: publisher.address)
                }
                world.run(until: (world.now - world.epoch) + .milliseconds(1))
            }
        }
        try send(until: .milliseconds(2400))
        let grown = try growth { try send(until: .seconds(6)) }
        #expect(next == count)
        world.run(until: .seconds(7))
        return Result(world: world, grown: grown)
    }

    @Test(
        "A hundred thousand SSRCs that belong nowhere: memory stays flat, every stream of the peer goes on untouched",
        .timeLimit(.minutes(2)))
    func belongingNowhere() async {
        await #expect(processExitsWith: .success) {
            let result = try Self.flood(.nothing)
            #expect(result.grown < 1 << 20, "grew by \(result.grown)")
            // Every packet is accounted for: the few that found a place are of no section, the others are refused unread.
            #expect(result.refused + result.unbound == Self.count)
            #expect(result.unbound < 32)
            var outcome = Outcome()
            outcome.judgeAlways(result.world)
            outcome.judgeHearing(result.world, speakers: [1], from: .seconds(1), to: .seconds(7), bound: 0.97)
            outcome.judgePictures(result.world, members: [result.world.members[1]], from: .zero, to: .seconds(7), bounds: Bounds())
            #expect(outcome.failures == [])
        }
    }

    /// What claims to be the peer's own camera may spoil that camera; its microphone is heard all the while.
    @Test("A hundred thousand SSRCs in the peer's own camera section: memory stays flat, its microphone goes on", .timeLimit(.minutes(2)))
    func belongingToTheCamera() async {
        await #expect(processExitsWith: .success) {
            let result = try Self.flood(.ownCamera)
            #expect(result.grown < 1 << 20, "grew by \(result.grown)")
            #expect(result.refused > Self.count - 32)
            var outcome = Outcome()
            outcome.judgeHearing(result.world, speakers: [1], from: .seconds(1), to: .seconds(7), bound: 0.97)
            #expect(outcome.failures == [])
            #expect(result.world.complaints == [])
        }
    }
}

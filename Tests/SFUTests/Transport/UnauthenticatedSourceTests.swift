import RTP
import Testing

@testable import SFU

/// What datagrams cost that nobody vouches for, seen at the media core's door. Table B rows 12 and 14, table F rows 10 and 12.
@Suite("Unauthenticated sources")
struct UnauthenticatedSourceTests {
    private let core: MediaCore

    init() throws {
        let identity = try DTLSIdentity.generate()
        core = MediaCore(configuration: MediaCoreConfiguration(handshake: .openSSL(identity), randomSeed: 1), at: .zero)
        var outbox = Outbox(capacity: 8)
        let parameters = PeerParameters(
            id: PeerID(1), room: RoomID(1), participant: ParticipantID(1),
            localICE: ICECredentials(ufrag: "local", password: STUNClient.password),
            remoteICE: ICECredentials(ufrag: "remote", password: "theirs"), remoteFingerprint: anyFingerprint, sections: Sections(),
            rights: PeerRights())
        core.handle(.openPeer(parameters), at: .zero, into: &outbox)
    }

    /// Every kind of datagram that the port may see.
    private var kinds: [[UInt8]] {
        let hello = DTLSClient()
        hello.step()
        return [
            STUNClient(password: "wrong").check(nominating: true), STUNClient(username: "nobody:x").check(),
            SRTPPacket.rtp(sequence: 1, payload: 200).contents, SRTPPacket.rtcp().contents + [UInt8](repeating: 0, count: 20),
            DTLSGuardTests.fatalAlert, [UInt8](repeating: 0x40, count: 100), [1], [],
        ] + hello.takeOutput()
    }

    private func feed(_ kinds: [[UInt8]], _ count: Int, from number: (Int) -> SocketAddress) -> (bytesOut: Int, events: Int) {
        var outbox = Outbox(capacity: 64)
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Outbox.datagramBytes, alignment: 16)
        defer { room.deallocate() }
        var bytesOut = 0
        for index in 0..<count {
            let kind = kinds[index % kinds.count]
            room.copyBytes(from: kind)
            let datagram = UnsafeMutableRawBufferPointer(rebasing: room[..<kind.count])
            core.receive(datagram, from: number(index), to: serverAddress, at: .zero, into: &outbox)
            outbox.forEachDatagram { _, _, bytes in bytesOut += bytes.count }
            outbox.removeDatagrams()
        }
        return (bytesOut, outbox.events.count)
    }

    // B12, F10. Guard: no answer to what is not authentic, in any protocol.
    @Test("A hundred thousand datagrams of every kind get no byte back")
    func silence() {
        let (bytesOut, events) = feed(kinds, 100_000) { _ in .test(1) }
        #expect(bytesOut == 0 && events == 0)
    }

    // B14, F12. Guard: nothing is stored for an address before its check is authentic.
    @Test("A million sources cost less than 8 MiB")
    func memory() async {
        await #expect(processExitsWith: .success) {
            #if DEBUG
                let sources = 250_000  // Of each kind, all different: 1.25 million. A Set of a quarter would take 12 MB.
            #else
                let sources = 1_000_000
            #endif
            let test = try UnauthenticatedSourceTests()
            let kinds = test.kinds.prefix(5)
            for kind in kinds { _ = test.feed([kind], 1000) { _ in .test(1) } }
            // Requests, media, reports and handshakes each, since each might be the one that is remembered.
            var all = 0
            for (number, kind) in kinds.enumerated() {
                let grown = growth {
                    _ = test.feed([kind], sources) { index in
                        .test(UInt32(truncatingIfNeeded: number * sources + index), port: UInt16(1024 + index % 60_000))
                    }
                }
                #expect(grown < 8 << 20)
                all += grown
            }
            #expect(all < 8 << 20)
        }
    }
}

import Glibc
import RTP
import Testing

@testable import SFU

@Suite("DTLS: memory of an association", .serialized)
struct DTLSMemoryTests {
    private let identity: DTLSIdentity

    init() throws { identity = try DTLSIdentity.generate() }

    /// Shakes hands with a client, which is gone afterwards.
    private func establish() -> DTLSAssociation {
        let client = DTLSClient()
        let association = DTLSAssociation(identity: identity, remoteFingerprint: client.fingerprint, counters: Counters())
        client.step()
        for _ in 0..<8 where association.state == .handshaking || !client.isConnected { exchange(association, client) }
        return association
    }

    private func exchange(_ association: DTLSAssociation, _ client: DTLSClient) {
        for var datagram in client.takeOutput(pack: 1200) {
            datagram.withUnsafeMutableBytes { association.receive($0, at: realNow) }
        }
        association.drainOutput { client.receive(Array($0)) }
    }

    /// Bytes of this process that are in memory.
    private func resident() throws -> Int {
        let file = try #require(fopen("/proc/self/statm", "r"))
        defer { fclose(file) }
        var total = 0
        var resident = 0
        withUnsafeMutablePointer(to: &total) { total in
            withUnsafeMutablePointer(to: &resident) { resident in withVaList([total, resident]) { _ = vfscanf(file, "%ld %ld", $0) } }
        }
        return resident * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    // Guard: `parley_dtls_release_memory` in `DTLSAssociation.trim`; without it an association holds 20 KiB more. That the buffers serve again is
    // held by the tests of a lost last flight and of both goodbyes, which come after the release.
    @Test("Once connected an association holds less than 24 KiB")
    func released() throws {
        // What the first ones touch for good is not theirs.
        var held = (0..<64).map { _ in establish() }
        let before = try resident()
        let count = 512
        for _ in 0..<count { held.append(establish()) }
        let grown = try resident() - before
        #expect(held.allSatisfy { $0.state == .established })
        #expect(grown / count < 24 * 1024, "\(grown / count) bytes an association")
    }
}

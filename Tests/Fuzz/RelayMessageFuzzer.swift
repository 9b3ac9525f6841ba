// sources: Sources/RTP Sources/SFU
// clang: Sources/CNice Sources/CSRTP Sources/COpenSSL Sources/CLinux Sources/CPrefetch Sources/CSRTPOpenSSL
// packages: nice openssl
// defines: Simulation
import RTP

@testable import SFU

/// Records of another worker, whole and cut, into a core that shares a room with it: what is read is written the same way again, and nothing
/// traps, for one day they come from another node.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var source = NumberSource(inputBytes(data, count))
    let core = MediaCore(configuration: .simulated(seed: 7), at: .zero)
    core.connect(RelayRing(capacity: 32_768), to: 1)
    var outbox = Outbox(capacity: 64)
    core.handle(.spanRoom(RoomID(1), workers: [0, 1]), at: .zero, into: &outbox)
    var now = Instant.zero
    while !source.isEmpty {
        now = now + .milliseconds(Int(source.byte()))
        let record = source.bytes(Int(source.uint16() % 1_300))
        if let message = try? RelayMessage(parsing: record) { checkRoundTrip(message) }
        core.receiveRelayed(record, from: 1, at: now, into: &outbox)
        core.advance(to: now, into: &outbox)
        outbox.removeAll()
    }
    // A room and what is in it hold each other; in life a core lives as long as its worker.
    core.handle(.spanRoom(RoomID(1), workers: [0]), at: now, into: &outbox)
    return 0
}

private func checkRoundTrip(_ message: RelayMessage) {
    withUnsafeTemporaryAllocation(byteCount: RelayRing.maximumRecord, alignment: 8) { buffer in
        let count = message.write(to: buffer)
        guard count > 0 else { return }
        guard let again = try? RelayMessage(parsing: UnsafeRawBufferPointer(rebasing: buffer[0..<count])) else {
            preconditionFailure("what is written is read")
        }
        if case .packet = message { return }
        precondition(again == message, "and is the same")
    }
}

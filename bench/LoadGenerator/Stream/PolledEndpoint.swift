import CLinux
import Glibc

/// An endpoint on the one thread of `EventPoll`, for loads where thousands come and go: handshakes, what it publishes, and what it receives.
public final class PolledEndpoint: PollTarget {
    /// Once, when DTLS is done.
    public var onUp: () -> Void = {}
    /// Once, where it cannot be done.
    public var onFailure: (String) -> Void = { _ in }
    /// Once, with the first RTP packet that is not padding.
    public var onMedia: () -> Void = {}
    public let endpoint: Endpoint
    /// Whether what is published is sent.
    public var isSending = false

    private let poll: EventPoll
    private let records: DelayRecords
    private let sampling: Int
    private var isOpen = false
    private var wasUp = false
    private var hasHeard = false
    private var nextTurn: Int64 = 0
    /// Between two looks at checks and retransmissions that may be due.
    private static let turn: Int64 = 10_000_000
    private static let datagramBytes = 2048
    /// Datagrams taken before others have their turn.
    private static let batch = 32

    /// - Parameters:
    ///   - every: of how many packets one is decrypted and checked.
    ///   - delays: of those, from their stamps.
    public init(_ poll: EventPoll, _ endpoint: Endpoint, sampling every: Int = 1, delays: LatencyHistogram) {
        (self.poll, self.endpoint, sampling, records) = (poll, endpoint, every, DelayRecords(delays: delays))
    }

    deinit { close() }

    /// Begins to connect.
    public func begin(_ remote: RemoteParameters) {
        isOpen = true
        poll.add(self, endpoint.descriptor, writes: false)
        endpoint.begin(remote)
    }

    /// Does what is due by the clock.
    public func advance(to now: Int64) {
        guard isOpen else { return }
        if now >= nextTurn {
            nextTurn = now + Self.turn
            endpoint.advance(to: now)
            look()
        }
        if isSending, wasUp { sendDue(now) }
    }

    public func becameReady(_ events: UInt32) {
        withUnsafeTemporaryAllocation(byteCount: Self.datagramBytes, alignment: 64) { buffer in
            for _ in 0..<Self.batch where isOpen {
                let count = recv(endpoint.descriptor, buffer.baseAddress, buffer.count, 0)
                guard count > 0 else { break }
                let datagram = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                endpoint.receive(datagram, at: EventPoll.now, sampling: sampling, into: records)
            }
        }
        endpoint.sendNACKs(at: EventPoll.now)
        look()
    }

    /// The socket is closed with the endpoint.
    public func close() {
        guard isOpen else { return }
        isOpen = false
        poll.remove(endpoint.descriptor)
    }

    private func look() {
        if endpoint.hasFailed, isOpen {
            close()
            return onFailure(endpoint.failure)
        }
        if !wasUp, endpoint.isUp {
            wasUp = true
            onUp()
        }
        if !hasHeard, endpoint.counters.snapshot.packets > 0 {
            hasHeard = true
            onMedia()
        }
    }

    private func sendDue(_ now: Int64) {
        guard let srtp = endpoint.srtp else { return }
        withUnsafeTemporaryAllocation(byteCount: Self.datagramBytes, alignment: 64) { buffer in
            for stream in endpoint.published {
                for _ in 0..<Self.batch where stream.nextDue(now: now) <= now {
                    let length = stream.writeNext(into: buffer, now: EventPoll.now)
                    guard let sealed = srtp.protectRTP(buffer, length: length) else { continue }
                    send(endpoint.descriptor, buffer.baseAddress, sealed, 0)
                    stream.sent.increase()
                }
            }
        }
    }
}

import RTP

/// Decides when a receiver's packets leave: audio at once (or together, where the thread is too busy), then repairs, then video in quanta of a
/// few milliseconds.
///
/// A frame sent at line rate overflows shallow queues on the way (90 times more loss was measured elsewhere than with the same packets
/// spread over 8 ms), so video is spread over at least 2.5 times the estimated rate, and what one flush releases leaves back to back, which is
/// what makes segmentation runs. The queue is bounded; when video has to wait too long it is better not sent at all: the owner then drops it
/// and asks for a keyframe.
struct Pacer: ~Copyable {
    /// libwebrtc paces at the same multiple.
    static let factor = 2.5
    /// Without an estimate: fast, but not line rate. What is being sent may need more.
    static let unknownRate = 40_000_000
    /// However low the estimate: a frame must not take longer than its interval to leave.
    static let minimumRate = 1_000_000
    /// One flush releases at most this much time's worth of packets …
    static let quantum: Int64 = 5_000_000
    /// … but two packets always. Above 100 Mbit/s that is more than one segmentation run (64 KB), and leaves as several.
    static let minimumQuantumBytes = 2_600
    /// Timers are no finer than this.
    static let step: Int64 = 1_000_000
    /// Video older than this in the queue is given up.
    static let maximumWait: Int64 = 400_000_000

    static let audioLimit = 256
    static let retransmissionLimit = 512
    static let videoLimit = 2048

    private var audio = Ring<EgressPacket>(limit: audioLimit)
    private var retransmissions = Ring<EgressPacket>(limit: retransmissionLimit)
    private var video = Ring<EgressPacket>(limit: videoLimit)
    private(set) var videoBytes = 0
    /// The oldest audio packet has waited long enough, and those behind it go with it.
    private var isReleasingAudio = false

    /// Bits per second.
    private(set) var rate = unknownRate
    /// Bytes that may leave now; negative after a packet that overdrew it.
    private var budget = 0
    private var lastRefill: Int64 = .min
    /// Nanoseconds × bits per second not yet made into a byte.
    private var remainder: Int64 = 0

    init() {}

    /// - Parameter estimate: the receiver's bandwidth in bit/s, 0 where there is none.
    /// - Parameter media: what is being sent to it now in bit/s; the pacer is never slower than this and a half, whatever the
    ///   estimate.
    mutating func setRate(estimate: Int, media: Int) {
        let wanted = estimate > 0 ? max(Self.minimumRate, Int(Double(estimate) * Self.factor)) : Self.unknownRate
        rate = max(wanted, media + media / 2)
    }

    var isEmpty: Bool { audio.isEmpty && retransmissions.isEmpty && video.isEmpty }

    /// `false`: the queue for its kind is full; nothing was queued.
    mutating func enqueue(_ packet: EgressPacket) -> Bool {
        switch packet.kind {
        case .audio: return audio.append(packet)
        case .retransmission, .probe: return retransmissions.append(packet)
        case .video:
            guard video.append(packet) else { return false }
            videoBytes += Int(packet.bytes)
            return true
        }
    }

    /// Asks for the packets that leave first.
    @inline(__always)
    func prefetch() {
        audio.prefetch()
        video.prefetch()
    }

    /// The next packet that may leave at `now`. Audio waits for `hold` nanoseconds at most, and not where anything else may leave; the rest waits
    /// for budget.
    mutating func next(at now: Instant, hold: Int64 = 0) -> EgressPacket? {
        if !audio.isEmpty, let packet = nextAudio(at: now, hold: hold) { return packet }
        guard !retransmissions.isEmpty || !video.isEmpty else { return nil }
        refill(at: now)
        guard budget > 0 else { return nil }
        if !audio.isEmpty, let packet = nextAudio(at: now, hold: 0) { return packet }
        if let packet = retransmissions.popFirst() {
            budget -= Int(packet.bytes)
            return packet
        }
        guard let packet = video.popFirst() else { return nil }
        videoBytes -= Int(packet.bytes)
        budget -= Int(packet.bytes)
        return packet
    }

    private mutating func nextAudio(at now: Instant, hold: Int64) -> EgressPacket? {
        guard let first = audio.first else { return nil }
        if !isReleasingAudio { isReleasingAudio = now.nanoseconds - first.enqueued >= hold }
        guard isReleasingAudio, let packet = audio.popFirst() else { return nil }
        isReleasingAudio = !audio.isEmpty
        spend(Int(packet.bytes), at: now)
        return packet
    }

    /// When `next` will answer something; `nil` when everything is sent.
    func nextDeadline(at now: Instant, hold: Int64 = 0) -> Instant? {
        guard let first = audio.first else { return nextPaced(at: now) }
        let due = isReleasingAudio ? now : max(now, Instant(nanoseconds: first.enqueued + hold))
        return min(due, nextPaced(at: now) ?? due)
    }

    private func nextPaced(at now: Instant) -> Instant? {
        if retransmissions.isEmpty && video.isEmpty { return nil }
        let after = max(lastRefill, 0)
        guard lastRefill != .min, budget <= 0 else { return now }
        // Until the budget is positive, and then until a whole quantum may leave, so that runs form.
        let owed = Int64(1 - budget + quantumBytes / 2)
        return Instant(nanoseconds: after + max(Self.step, owed * 8_000_000_000 / Int64(rate)))
    }

    /// How long the oldest video packet has waited, in nanoseconds.
    func videoWait(at now: Instant) -> Int64 { video.first.map { now.nanoseconds - $0.enqueued } ?? 0 }

    /// Removes the queued video of one sender, whole frames, and answers the first removed packet, from whose number on the slot begins anew.
    ///
    /// What came late or fills a number stays until such a packet is found: numbers above its own have left already, and would leave twice.
    /// - Parameter unfinished: the timestamp of a frame that has begun to leave; what remains of it stays.
    mutating func removeVideo(of sender: UInt16, unfinished: UInt32? = nil) -> EgressPacket? {
        let removed = Self.remove(of: sender, from: &video, unfinished: unfinished)
        videoBytes -= removed.bytes
        return removed.first
    }

    /// Removes the queued voice of one sender, as `removeVideo` its video.
    mutating func removeAudio(of sender: UInt16) -> EgressPacket? {
        let removed = Self.remove(of: sender, from: &audio)
        isReleasingAudio = isReleasingAudio && !audio.isEmpty
        return removed.first
    }

    private static func remove(
        of sender: UInt16, from queue: inout Ring<EgressPacket>, unfinished: UInt32? = nil
    ) -> (first: EgressPacket?, bytes: Int) {
        var first: EgressPacket?
        var bytes = 0
        for _ in 0..<queue.count {
            guard let packet = queue.popFirst() else { break }
            let mayBegin = packet.sent.timestamp != unfinished && packet.sent.rewrites.isDisjoint(with: [.late, .filler])
            if packet.sender == sender, first != nil || mayBegin {
                if first == nil { first = packet }
                bytes += Int(packet.bytes)
            } else {
                _ = queue.append(packet)
            }
        }
        return (first, bytes)
    }

    /// Removes everything of a sender that is going away.
    mutating func removeAll(of sender: UInt16) {
        _ = removeVideo(of: sender)
        for _ in 0..<audio.count {
            if let packet = audio.popFirst(), packet.sender != sender { _ = audio.append(packet) }
        }
        isReleasingAudio = isReleasingAudio && !audio.isEmpty
        for _ in 0..<retransmissions.count {
            if let packet = retransmissions.popFirst(), packet.sender != sender { _ = retransmissions.append(packet) }
        }
    }

    /// The sender whose video has waited longest.
    var oldestVideoSender: UInt16? { video.first?.sender }

    private var quantumBytes: Int {
        let bytes = Int(Int64(rate) * (Self.quantum / 1_000_000) / 8_000)
        return max(Self.minimumQuantumBytes, bytes)
    }

    private mutating func spend(_ bytes: Int, at now: Instant) {
        refill(at: now)
        budget -= bytes
    }

    private mutating func refill(at now: Instant) {
        guard lastRefill != .min else {
            lastRefill = now.nanoseconds
            budget = quantumBytes
            return
        }
        let elapsed = min(max(0, now.nanoseconds - lastRefill), 1_000_000_000)
        lastRefill = max(lastRefill, now.nanoseconds)
        let earned = elapsed * Int64(rate) / 1_000 + remainder
        remainder = earned % 8_000_000
        budget = min(quantumBytes, budget + Int(earned / 8_000_000))
    }
}

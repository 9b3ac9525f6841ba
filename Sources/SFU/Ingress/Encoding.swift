import RTP

/// One incoming media stream: a section without simulcast has one, a simulcast section one per rid. Bound to an SSRC when the first packet
/// (or the offer) says which it is, and bound for as long as the section lives.
final class Encoding {
    /// The section, which owns this encoding, without counting a reference.
    let owner: Unmanaged<RTPReceiver>
    var receiver: RTPReceiver { owner.takeUnretainedValue() }
    /// Position in the section: the order of the offer's rids.
    let index: Int
    let rid: StreamIdentifier?
    let ridText: String?
    var ssrc: SSRC?
    var repairSSRC: SSRC?

    private(set) var store: PacketStore? { didSet { storeReference = store.map { .passUnretained($0) } } }
    /// `store` without counting a reference, for `prefetch…`.
    private var storeReference: Unmanaged<PacketStore>?
    private(set) var storeHandle = PacketStoreHandle.none
    var unwrapper = SequenceUnwrapper()
    var statistics = ReceiveStatistics()
    var nacks = NackGenerator()
    var meter = LayerMeter()
    var reportedTime: ReportedTime?
    /// When the last packet with a payload came.
    private(set) var lastPacket = Instant(nanoseconds: .min)
    /// Of the last media packet, for mapping times while no sender report has come.
    var lastTimestamp: UInt32 = 0
    /// The codec now being sent, as an index into the section's codecs.
    var codecIndex: UInt8 = 0
    /// Pixels, from the last keyframe; 0 before it.
    var width = 0
    var height = 0
    /// Bits per second when it last was live; kept while the publisher pauses it.
    var knownBitrate = 0
    private var bitrateNoted = Instant(nanoseconds: 0)
    private var liveSince = Instant(nanoseconds: 0)

    /// It is paused, and its first packet when it comes back must be of a keyframe.
    var wantsKeyframeWhenLive = false
    /// Someone's target is this encoding.
    var isWatched = true
    /// What signalling was told last, and when that became true.
    var toldWatched = true
    /// When signalling was told last.
    var toldAt = Instant(nanoseconds: .min)
    var watchChanged = Instant(nanoseconds: 0)

    /// Of a relayed encoding, what its own worker says of it: the publisher sends it, or would if asked.
    var isOffered = true

    /// Without a packet for so long an encoding does not count as being sent (mediasoup waits as long).
    static let livenessNanoseconds: Int64 = 1_500_000_000
    /// A publisher that was told that someone watches has this long to start before the encoding counts as missing.
    static let resumeNanoseconds: Int64 = 3_000_000_000

    /// Bytes of an instance, all of which a packet's arrival may need.
    static let hotBytes = 960

    init(receiver: RTPReceiver, index: Int, rid: String?) {
        owner = .passUnretained(receiver)
        self.index = index
        ridText = rid
        self.rid = rid.flatMap { StreamIdentifier($0) }
    }

    /// Reserves the store; at the first bound packet, not before.
    func bindStore(in table: PacketStoreTable, kind: MediaKind) {
        guard store == nil else { return }
        let store = PacketStore.forKind(kind)
        self.store = store
        storeHandle = table.add(store)
    }

    func releaseStore(in table: PacketStoreTable) {
        table.remove(storeHandle)
        store = nil
        storeHandle = .none
    }

    /// The section's stream comes under a new SSRC: numbers, statistics and stored packets of the old one mean nothing now.
    func beginAnew(in table: PacketStoreTable) {
        releaseStore(in: table)
        unwrapper = SequenceUnwrapper()
        statistics = ReceiveStatistics()
        nacks.reset()
        reportedTime = nil
        leastDelayed = nil
    }

    /// Asks for the memory of its receiver and its store; `prefetchStore` then for the place of the next packet.
    @inline(__always)
    func prefetchParts() {
        Prefetch.object(owner, bytes: RTPReceiver.hotBytes)
        if let storeReference { Prefetch.object(storeReference, bytes: PacketStore.hotBytes) }
    }

    @inline(__always)
    func prefetchStore() { storeReference?._withUnsafeGuaranteedRef { $0.prefetchNext() } }

    func packetArrived(at now: Instant) {
        if !isLive(at: now) { liveSince = now }
        lastPacket = now
    }

    /// Keeps what the encoding costs: a peak that decays over some ten seconds. An encoder that has just resumed needs seconds to reach its rate, and a
    /// quiet second does not make a layer cheap. Called for packets only, so that no viewer's looking changes what another sees.
    func noteBitrate(at now: Instant) {
        guard now.nanoseconds - bitrateNoted.nanoseconds >= 200_000_000 else { return }
        bitrateNoted = now
        let rate = meter.bitrate(at: now)
        guard knownBitrate > 0 else {
            if isSettled(at: now) { knownBitrate = rate }
            return
        }
        guard rate <= knownBitrate else {
            knownBitrate = isSettled(at: now) ? (knownBitrate + rate) / 2 : knownBitrate
            return
        }
        if isSettled(at: now) { knownBitrate -= (knownBitrate - rate) / 64 }
    }

    /// It has been sent for long enough to be measured: a whole second after the keyframe it began with.
    func isSettled(at now: Instant) -> Bool { now.nanoseconds - liveSince.nanoseconds >= 1_500_000_000 }

    func isLive(at now: Instant) -> Bool {
        lastPacket.nanoseconds != .min && now.nanoseconds - lastPacket.nanoseconds < Self.livenessNanoseconds
    }

    /// The publisher sends it, or would if asked: it pauses what nobody watches.
    func isAvailable(at now: Instant) -> Bool {
        if isLive(at: now) { return true }
        if !toldWatched { return isOffered }
        return now.nanoseconds - watchChanged.nanoseconds < Self.resumeNanoseconds
    }

    /// When `timestamp` was captured, on our clock: by sender reports where there are any, else as if every
    /// packet had taken as long as the quickest.
    func captured(_ timestamp: UInt32, arrival: Int64, clockRate: Int, by clock: PublisherClock) -> (time: Int64, isReported: Bool) {
        if let reported = reportedTime?.captured(timestamp, clockRate: clockRate, by: clock) { return (reported, true) }
        return (leastDelayed?.time(of: timestamp, clockRate: clockRate) ?? arrival, false)
    }

    /// Notes a packet's arrival for that case: the one that was least delayed dates all.
    func noteArrival(of timestamp: UInt32, at now: Instant, clockRate: Int) {
        if let known = leastDelayed, known.time(of: timestamp, clockRate: clockRate) <= now.nanoseconds { return }
        leastDelayed = DatedTimestamp(timestamp: timestamp, arrival: now.nanoseconds)
    }

    /// A timestamp and when it came.
    private struct DatedTimestamp {
        var timestamp: UInt32
        var arrival: Int64

        func time(of other: UInt32, clockRate: Int) -> Int64 {
            arrival + Int64(Int32(bitPattern: other &- timestamp)) * 1_000_000_000 / Int64(clockRate)
        }
    }
    private var leastDelayed: DatedTimestamp?
}

import RTP

/// One incoming media stream: a section without simulcast has one, a simulcast section one per rid. Bound to an SSRC when the first packet
/// (or the offer) says which it is, and bound for as long as the section lives.
final class Encoding {
    unowned(unsafe) let receiver: RTPReceiver
    /// Position in the section: the order of the offer's rids.
    let index: Int
    let rid: StreamIdentifier?
    let ridText: String?
    var ssrc: SSRC?
    var repairSSRC: SSRC?

    private(set) var store: PacketStore?
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

    /// It is paused, and its first packet when it comes back must be of a keyframe.
    var wantsKeyframeWhenLive = false
    /// Someone's target is this encoding.
    var isWatched = true
    /// What signalling was told last, and when that became true.
    var toldWatched = true
    var watchChanged = Instant(nanoseconds: 0)

    /// Without a packet for so long an encoding does not count as being sent (mediasoup waits as long).
    static let livenessNanoseconds: Int64 = 1_500_000_000
    /// A publisher that was told that someone watches has this long to start before the encoding counts as missing.
    static let resumeNanoseconds: Int64 = 3_000_000_000

    init(receiver: RTPReceiver, index: Int, rid: String?) {
        self.receiver = receiver
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

    func packetArrived(at now: Instant) { lastPacket = now }

    /// Bits per second over the last second, remembered for when the publisher pauses it.
    func measuredBitrate(at now: Instant) -> Int {
        let rate = meter.bitrate(at: now)
        // A slow average: one keyframe must not look like a richer layer, nor one quiet second like a poorer one.
        if isLive(at: now), now.nanoseconds - bitrateNoted.nanoseconds >= 200_000_000 {
            knownBitrate = knownBitrate == 0 ? rate : (knownBitrate * 7 + rate) / 8
            bitrateNoted = now
        }
        return rate
    }

    func isLive(at now: Instant) -> Bool {
        lastPacket.nanoseconds != .min && now.nanoseconds - lastPacket.nanoseconds < Self.livenessNanoseconds
    }

    /// The publisher sends it, or would if asked: it pauses what nobody watches.
    func isAvailable(at now: Instant) -> Bool {
        if isLive(at: now) { return true }
        if !toldWatched { return true }
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

/// Maps one source after another onto the single continuous RTP stream of a slot. Pure: sequence numbers, timestamps, VP8 picture ids and TL0PICIDX.
///
/// Within one source everything is shifted by a constant, so what the network lost stays a gap that the receiver may ask for. Packets that we drop
/// on purpose (padding, temporal layers) close up: the shift grows by one. Because a packet may arrive after later ones were already
/// mapped, the shifts in force are remembered by where they began; a late packet uses the one of its place. A late packet that we do
/// not forward leaves a number open, and gets a filler of padding under it.
struct StreamRewriter {
    struct Mapped: Equatable {
        var sequence: UInt16
        var timestamp: UInt32
        var pictureID: UInt16
        var tl0PictureIndex: UInt8
    }

    /// A shift and the source number from which on it holds.
    private struct Shift {
        var from: UInt64
        var sequence: UInt64
        var pictureID: UInt16
    }

    /// The last number given out, extended; begins below 2^15 so that the receiver's SRTP rollover counter starts rightly (RFC 3711 §3.3.1).
    private(set) var highestSequence: UInt64
    private(set) var highestTimestamp: UInt32
    private(set) var hasStarted = false
    private var highestPictureID: UInt16
    private var highestTL0: UInt8
    private var timestampShift: UInt32 = 0
    private var tl0Shift: UInt8 = 0
    private var highestSource: UInt64 = 0
    private var skippedPicture: UInt16?
    private var hasSource = false
    /// What holds now.
    private var present = Shift(from: 0, sequence: 0, pictureID: 0)
    /// What held before, the oldest first; packets later than that are dropped. With every second frame dropped at 30 fps these are two seconds.
    private var former = InlineArray<31, Shift>(repeating: Shift(from: 0, sequence: 0, pictureID: 0))
    private var formerCount = 0

    /// - Parameter random: where sequence numbers, timestamps and picture ids begin.
    init(random: UInt64) {
        highestSequence = random & 0x3FFF
        highestTimestamp = UInt32(truncatingIfNeeded: random >> 16)
        highestPictureID = UInt16(truncatingIfNeeded: random >> 48) & 0x7FFF
        highestTL0 = UInt8(truncatingIfNeeded: random >> 14)
    }

    /// A new source begins with `first`, which continues the stream and is given `timestamp`.
    mutating func begin(at first: StoredPacket, timestamp: UInt32) {
        formerCount = 0
        present = Shift(
            from: first.sequence, sequence: highestSequence &+ 1 &- first.sequence, pictureID: (highestPictureID &+ 1) &- first.pictureID)
        timestampShift = timestamp &- first.timestamp
        tl0Shift = highestTL0 &+ 1 &- first.tl0PictureIndex
        highestSource = first.sequence &- 1
        skippedPicture = nil
        hasStarted = true
        hasSource = true
    }

    /// The output timestamp of a source timestamp under the present source.
    func outputTimestamp(_ source: UInt32) -> UInt32 { source &+ timestampShift }

    /// A packet to be forwarded; `nil` when it is older than what the source began with, or than the shifts remembered.
    mutating func map(_ packet: StoredPacket) -> Mapped? {
        guard hasSource, let shift = shift(at: packet.sequence) else { return nil }
        let sequence = packet.sequence &+ shift.sequence
        let mapped = Mapped(
            sequence: UInt16(truncatingIfNeeded: sequence), timestamp: outputTimestamp(packet.timestamp),
            pictureID: (packet.pictureID &+ shift.pictureID) & 0x7FFF, tl0PictureIndex: packet.tl0PictureIndex &+ tl0Shift)
        if packet.sequence > highestSource {
            highestSource = packet.sequence
            highestSequence = sequence
            highestTimestamp = mapped.timestamp
            if packet.traits.contains(.hasPictureID) { highestPictureID = mapped.pictureID }
            if packet.traits.contains(.hasTL0PictureIndex) { highestTL0 = mapped.tl0PictureIndex }
        }
        return mapped
    }

    /// A packet that is not forwarded. Answers the number to fill with padding when the packet came too late to be closed up.
    mutating func skip(_ packet: StoredPacket) -> Mapped? {
        guard hasSource, let shift = shift(at: packet.sequence) else { return nil }
        guard packet.sequence > highestSource else {
            return Mapped(
                sequence: UInt16(truncatingIfNeeded: packet.sequence &+ shift.sequence), timestamp: highestTimestamp,
                pictureID: highestPictureID, tl0PictureIndex: highestTL0)
        }
        let newPicture = packet.traits.contains(.hasPictureID) && packet.pictureID != skippedPicture
        if newPicture { skippedPicture = packet.pictureID }
        // Numbers lost before this packet stay open; the packet itself takes none.
        highestSequence = packet.sequence &+ shift.sequence &- 1
        highestSource = packet.sequence
        change(
            to: Shift(
                from: packet.sequence &+ 1, sequence: shift.sequence &- 1, pictureID: newPicture ? shift.pictureID &- 1 : shift.pictureID))
        return nil
    }

    /// Everything from `first` was never sent; the stream goes on from there with the next source.
    /// - Parameter isMidFrame: the frame's beginning was sent, so its picture id is taken.
    mutating func rollBack(to first: SentPacket, isMidFrame: Bool = false) {
        highestSequence &-= UInt64(UInt16(truncatingIfNeeded: highestSequence) &- first.sequence) &+ 1
        if first.rewrites.contains(.pictureID) { highestPictureID = (isMidFrame ? first.pictureID : first.pictureID &- 1) & 0x7FFF }
        // Whether the frame was of the base layer, and so took an index, is not known here: a keyframe of the base layer comes next.
        highestTL0 = first.tl0PictureIndex &- 1
        hasSource = false
    }

    /// `mutating`, for otherwise the compiler copies all of `self` to ask it: 800 bytes a packet, the dearest thing in forwarding one.
    @inline(__always)
    private mutating func shift(at source: UInt64) -> Shift? { source >= present.from ? present : formerShift(at: source) }

    @inline(never)
    private mutating func formerShift(at source: UInt64) -> Shift? {
        for i in (0..<formerCount).reversed() where source >= former[i].from { return former[i] }
        return nil
    }

    private mutating func change(to next: Shift) {
        defer { present = next }
        // Two drops in a row: the shift between them was for the dropped packet alone.
        if formerCount > 0, present.from &+ 1 >= next.from { return }
        if formerCount == former.count {
            for i in 1..<formerCount { former[i - 1] = former[i] }
            formerCount -= 1
        }
        former[formerCount] = present
        formerCount += 1
    }
}

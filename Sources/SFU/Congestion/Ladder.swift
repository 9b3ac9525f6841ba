import RTP

/// The encodings of a track as rungs, lowest first, with what each costs.
enum Ladder {
    /// What encodings cost before they were ever measured: the ladder of docs/architecture.md at 720p, in bit/s.
    static let assumedRates: InlineArray<3, Int> = [150_000, 500_000, 1_700_000]
    /// An encoder overshoots its target by some per cent, and RTP adds some; a layer within this of a ceiling's bitrate is under it.
    static let rateTolerance = 1.25

    /// Indices of the encodings, lowest first: by height where keyframes have told it, else in the offer's order.
    static func order(of receiver: RTPReceiver, at now: Instant) -> LayerOrder {
        var order = LayerOrder(count: receiver.encodings.count)
        var i = 1
        while i < order.count {
            var j = i
            while j > 0, isBelow(receiver.encodings[order[j]], receiver.encodings[order[j - 1]]) {
                order.swapAt(j, j - 1)
                j -= 1
            }
            i += 1
        }
        return order
    }

    private static func isBelow(_ a: Encoding, _ b: Encoding) -> Bool {
        a.height > 0 && b.height > 0 && min(a.width, a.height) < min(b.width, b.height)
    }

    /// Nothing above a ceiling's height or bitrate is forwarded. Its framerate drops temporal layers (`layer`) and forbids none: a stream without
    /// layers cannot be thinned, and a browser's lower encodings have as many frames, so that going down would cost pixels and win nothing.
    /// The bitrate of the ceiling holds all the same, and the reason says that the rest is the publisher's doing.
    static func allows(_ encoding: Encoding, _ ceiling: VideoCeiling, at now: Instant) -> Bool {
        let side = shorterSide(encoding)
        if side > 0, side > ceiling.height { return false }
        guard ceiling.bitrate < Int.max / 2 else { return true }
        let average = encoding.knownBitrate > 0 ? encoding.knownBitrate : assumedRate(encoding)
        return Double(average) <= Double(ceiling.bitrate) * rateTolerance
    }

    /// Pixels of the shorter side; where no keyframe has told it, by halves or doubles of a neighbour that has.
    static func shorterSide(_ encoding: Encoding) -> Int {
        if encoding.height > 0 { return min(encoding.width, encoding.height) }
        for other in encoding.receiver.encodings where other.height > 0 {
            let side = min(other.width, other.height)
            let steps = encoding.index - other.index
            return steps >= 0 ? side << min(steps, 4) : side >> min(-steps, 4)
        }
        return 0
    }

    /// Bits per second, measured, or known from before it was paused, or assumed.
    static func rate(_ encoding: Encoding, at now: Instant) -> Int {
        let known = encoding.knownBitrate > 0 ? encoding.knownBitrate : assumedRate(encoding)
        return encoding.isLive(at: now) && encoding.isSettled(at: now) ? max(known, encoding.meter.bitrate(at: now)) : known
    }

    /// As `rate`, but 0 where it was never measured.
    static func knownRate(_ encoding: Encoding, at now: Instant) -> Int { encoding.knownBitrate > 0 ? rate(encoding, at: now) : 0 }

    private static func assumedRate(_ encoding: Encoding) -> Int {
        let count = encoding.receiver.encodings.count
        return count == 1 ? 1_000_000 : assumedRates[min(2, max(0, encoding.index + 3 - min(3, count)))]
    }

    /// What the allocator is told of an encoding. `framerate` is a ceiling in frames per second.
    static func layer(_ encoding: Encoding, framerate: Int, at now: Instant) -> AllocatorLayer {
        var layer = AllocatorLayer()
        layer.encoding = encoding.index
        let highest = encoding.meter.highestLayer
        layer.topTemporal = highest
        let total = rate(encoding, at: now)
        let measured = encoding.meter.bitrate(at: now)
        for temporal in 0..<4 {
            let part = encoding.meter.bitrate(upTo: temporal, at: now)
            // Shares of the measured rate, applied to the rate that counts.
            layer.rates[temporal] = measured > 0 && temporal < highest ? total * part / measured : total
        }
        // A frame more than the ceiling in a second is measuring, not cheating.
        let bound = min(framerate, 1_000) * 9 / 8
        while layer.topTemporal > 0, encoding.meter.framerate(upTo: layer.topTemporal, at: now) > bound {
            layer.topTemporal -= 1
            layer.isCut = true
        }
        layer.isTooFast = encoding.meter.framerate(upTo: layer.topTemporal, at: now) > bound
        return layer
    }
}

/// Up to eight encoding indices in order, without an allocation.
struct LayerOrder: Sequence, IteratorProtocol {
    private var indices: InlineArray<8, UInt8> = [0, 1, 2, 3, 4, 5, 6, 7]
    let count: Int
    private var position = 0

    init(count: Int) { self.count = Swift.min(8, count) }

    subscript(i: Int) -> Int { Int(indices[i]) }
    mutating func swapAt(_ i: Int, _ j: Int) {
        let kept = indices[i]
        indices[i] = indices[j]
        indices[j] = kept
    }

    mutating func next() -> Int? {
        guard position < count else { return nil }
        defer { position += 1 }
        return Int(indices[position])
    }
}

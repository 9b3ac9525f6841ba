import RTP

/// Which packets of one stream have not come, and when to ask for each again: at once, then each round-trip time, ten times at most. As
/// libwebrtc's NackRequester does it.
struct MissingPackets {
    struct Missing: Equatable {
        var sequence: UInt16
        /// When the gap was seen.
        var found: Int64
        /// When it was last asked for.
        var asked: Int64 = 0
        var tries: UInt8 = 0
    }

    /// libwebrtc holds 1,000; half of that is two seconds of video here. More than that is not repaired packet by packet.
    static let capacity = 512
    /// libwebrtc's.
    static let maximumTries: UInt8 = 10

    private var entries: ContiguousArray<Missing> = []
    /// When something is to be asked for.
    private(set) var nextDue: Int64 = .max
    /// Given up: asked for too often, or too many at once.
    private(set) var abandoned: UInt64 = 0

    var count: Int { entries.count }

    /// So many numbers before this one have not come.
    mutating func lost(_ count: Int, before sequence: UInt16, at now: Int64) {
        guard count + entries.count <= Self.capacity else {
            abandoned &+= UInt64(count + entries.count)
            entries.removeAll(keepingCapacity: true)
            nextDue = .max
            return
        }
        for distance in stride(from: count, to: 0, by: -1) {
            entries.append(Missing(sequence: sequence &- UInt16(distance), found: now))
        }
        nextDue = now
    }

    /// - Returns: what was known of it, if it was missing.
    mutating func arrived(_ sequence: UInt16) -> Missing? {
        guard let index = entries.firstIndex(where: { $0.sequence == sequence }) else { return nil }
        let missing = entries.remove(at: index)
        if entries.isEmpty { nextDue = .max }
        return missing
    }

    /// The interval has changed: what is due is looked for anew.
    mutating func lookAgain(at now: Int64) {
        if !entries.isEmpty { nextDue = now }
    }

    /// Puts the numbers to ask for now behind `numbers`, ascending.
    /// - Parameter interval: nanoseconds between two tries.
    mutating func takeDue(at now: Int64, every interval: Int64, into numbers: inout ContiguousArray<SequenceNumber>) {
        guard now >= nextDue else { return }
        let before = entries.count
        entries.removeAll { $0.tries == Self.maximumTries && now >= $0.asked + interval }
        abandoned &+= UInt64(before - entries.count)
        nextDue = .max
        for index in entries.indices {
            if entries[index].tries == 0 || now >= entries[index].asked + interval {
                entries[index].tries += 1
                entries[index].asked = now
                numbers.append(SequenceNumber(entries[index].sequence))
            }
            nextDue = min(nextDue, entries[index].asked + interval)
        }
    }
}

import SFU

/// A whole frame.
package struct AssembledFrame: Sendable {
    /// Unwrapped numbers of its packets.
    package var first: Int
    package var last: Int
    package var timestamp: UInt32
    package var codec: Codec
    /// What its first packet says.
    package var head: WireFragment
    package var bytes: [UInt8]

    package var isKeyframe: Bool { head.isKeyframe }
}

/// Puts packets together to frames, whatever order they come in.
package struct FrameAssembler: Sendable {
    private struct Part: Sendable {
        var timestamp: UInt32
        var marker: Bool
        var codec: Codec
        var fragment: WireFragment
    }

    /// Packets held at once; the oldest go first. Two seconds of the largest layer.
    private static let bound = 1024

    private var parts: [Int: Part] = [:]
    private var oldest = Int.max
    /// Numbers that carried padding only: they are no gap.
    private var paddings: Set<Int> = []

    package init() {}

    package func isPadding(_ number: Int) -> Bool { paddings.contains(number) }

    /// Adds a packet. Returns the frame that it completes, or `nil`; `malformed` tells of a payload that is not of its codec.
    package mutating func insert(_ packet: WirePacket, codec: Codec?, number: Int, malformed: inout Bool) -> AssembledFrame? {
        guard !packet.payload.isEmpty else {
            paddings.insert(number)
            return nil
        }
        guard let codec, let fragment = WireFragment(packet.payload, codec: codec) else {
            malformed = true
            return nil
        }
        parts[number] = Part(timestamp: packet.timestamp, marker: packet.marker, codec: codec, fragment: fragment)
        oldest = min(oldest, number)
        let frame = complete(around: number)
        shrink(newest: number)
        return frame
    }

    private mutating func complete(around number: Int) -> AssembledFrame? {
        guard let part = parts[number] else { return nil }
        var first = number
        while let candidate = parts[first], !candidate.fragment.startsFrame {
            guard let before = parts[first - 1], before.timestamp == part.timestamp else { return nil }
            first -= 1
        }
        var last = number
        while let candidate = parts[last], !candidate.marker {
            guard let next = parts[last + 1], next.timestamp == part.timestamp else { return nil }
            last += 1
        }
        guard let head = parts[first] else { return nil }
        var bytes: [UInt8] = []
        for index in first...last {
            if let body = parts[index]?.fragment.body { bytes += body }
            parts[index] = nil
        }
        return AssembledFrame(
            first: first, last: last, timestamp: part.timestamp, codec: head.codec, head: head.fragment, bytes: bytes)
    }

    private mutating func shrink(newest: Int) {
        guard parts.count > Self.bound else { return }
        let limit = newest - Self.bound
        while oldest < limit {
            parts[oldest] = nil
            oldest += 1
        }
        paddings = paddings.filter { $0 >= limit }
    }

    /// Everything before a decoded frame is of no more use.
    package mutating func forget(before number: Int) {
        while oldest < number && oldest < Int.max {
            parts[oldest] = nil
            oldest += 1
        }
        if parts.isEmpty { oldest = .max }
        // Some stay, to tell that a frame follows the one before it.
        if paddings.count > 128 { paddings = paddings.filter { $0 >= number - 64 } }
    }
}

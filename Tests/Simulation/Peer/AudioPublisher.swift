import RTP

/// A microphone: 20 ms of Opus fifty times a second.
package final class AudioPublisher {
    package static let interval = Duration.milliseconds(20)

    package let stream: SendStream
    package private(set) var nextDeadline: Instant
    /// Sends nothing at all (the track is disabled and the encoder stopped).
    package var isStopped = false
    private let index: Int
    private var tone: ToneSource
    private let encoder: OpusEncoder?
    private var number: UInt32 = 0
    private let isDiscontinuous: Bool
    private let isRedundant: Bool
    /// The frame sent last, for the next packet to repeat.
    private var former: (frame: [UInt8], timestamp: UInt32)?
    /// Frames of silence in a row; 0 while there is sound.
    private var silentFrames = 0

    /// In silence libopus sends one frame in twenty, and libwebrtc one empty one at its beginning.
    private static let comfortInterval = 20
    /// Frames of up to two bytes are nothing but a header (libwebrtc sends the first of them and no other).
    private static let headerOnly = 2

    package init(stream: SendStream, plan: AudioPlan, index: Int, start: Instant) {
        (isDiscontinuous, isRedundant) = (plan.isDiscontinuous, plan.isRedundant)
        self.stream = stream
        self.index = index
        tone = ToneSource(frequency: ToneSource.frequency(of: index), amplitude: plan.amplitude)
        encoder = plan.isReal ? OpusEncoder(discontinuous: plan.isDiscontinuous) : nil
        nextDeadline = start
    }

    /// Of full scale; 0 is silence, which browsers send as packets of silence.
    package var amplitude: Double {
        get { tone.amplitude }
        set { tone.amplitude = newValue }
    }

    /// The microphone goes on as a new stream.
    package func changeSSRC(_ random: inout RandomSource) { stream.changeSSRC(&random) }

    /// Skips to the present without sending what was not captured while the peer was not connected.
    package func resume(at now: Instant) {
        while nextDeadline < now { nextDeadline += Self.interval }
    }

    /// The packet that is due.
    package func advance(to now: Instant) -> WirePacket? {
        guard now >= nextDeadline else { return nil }
        let timestamp = stream.timestamp(at: nextDeadline)
        nextDeadline += Self.interval
        guard !isStopped else { return nil }
        let level = tone.level
        let frame = encoder?.encode(tone.nextFrame()) ?? synthesize(isSilent: level == 127)
        number &+= 1
        if frame.count <= Self.headerOnly {
            silentFrames += 1
            guard isDiscontinuous, silentFrames == 1 else { return nil }
        } else {
            silentFrames = 0
        }
        guard isRedundant else { return stream.packet(payload: frame, timestamp: timestamp, marker: false, audioLevel: level) }
        let redundant = former.map { ($0.frame, timestamp &- $0.timestamp) }.flatMap { $0.1 < 1 << 14 ? $0 : nil }
        former = (frame, timestamp)
        return stream.packet(
            payload: REDPayload.serialized(frame, redundant: redundant, payloadType: Negotiated.opus), timestamp: timestamp,
            marker: false, audioLevel: level, payloadType: Negotiated.red)
    }

    private func synthesize(isSilent: Bool) -> [UInt8] {
        // A header for what is not sent, as libopus gives it.
        if isDiscontinuous, isSilent, (silentFrames + 1) % Self.comfortInterval != 0 { return [0xF8] }
        return SyntheticAudio(id: UInt8(index), number: number, isSilent: isSilent).serialized()
    }
}

/// An Opus-shaped frame that says who made it, for large rooms.
package struct SyntheticAudio: Equatable, Sendable {
    package var id: UInt8
    package var number: UInt32
    package var isSilent: Bool

    private static let bytes = 80

    package init(id: UInt8, number: UInt32, isSilent: Bool) {
        self.id = id
        self.number = number
        self.isSilent = isSilent
    }

    package func serialized() -> [UInt8] {
        // RFC 6716 §3.1: CELT, full band, 20 ms, mono, one frame.
        var out: [UInt8] = [0xF8, id, isSilent ? 1 : 0]
        out.append(big: number)
        for _ in out.count..<Self.bytes { out.append(UInt8(truncatingIfNeeded: number &* 31) ^ id) }
        return out
    }

    package init?(parsing bytes: ArraySlice<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.bytes, bytes[0] == 0xF8, bytes[2] < 2 else { return nil }
        self.init(id: bytes[1], number: bytes.big32(at: 3), isSilent: bytes[2] == 1)
        guard serialized() == bytes else { return nil }
    }
}

import RTP

/// Who was heard by one peer, window by window of 200 ms over all its slots together.
package struct HearingLog: Sendable {
    package struct Window: Sendable {
        package var end: Instant
        /// Bit n: the participant with index n.
        package var heard: UInt64
        /// Bit n: only hinted at, below the threshold of hearing and above that of silence (tones only).
        package var faint: UInt64
    }

    private static let ticksPerWindow = 10
    /// A tone is sent at 0.3 of full scale. Above this it is heard; below a third of it, it is not.
    private static let threshold = 0.08

    package private(set) var windows: [Window] = []
    /// Indices whose tones are looked for: all participants of the world, of other rooms too.
    private let candidates: [Int]
    private var sum: [Int32] = []
    private var speakers: [UInt8: Int] = [:]
    private var ticks = 0
    private var hasSamples = false

    package init(candidates: [Int]) {
        self.candidates = candidates
    }

    /// What all slots gave in one tick.
    package mutating func add(_ outputs: [AudioSlotReceiver.Output], at now: Instant) {
        for output in outputs {
            switch output {
            case .idle: continue
            case .concealed(let samples): mix(samples)
            case .played(let samples, let speaker):
                mix(samples)
                if let speaker { speakers[speaker, default: 0] += 1 }
            }
        }
        ticks += 1
        if ticks == Self.ticksPerWindow { close(at: now) }
    }

    /// Adds samples to the present tick; ticks without any stay silent.
    private mutating func mix(_ samples: ArraySlice<Int16>) {
        guard samples.count == OpusEncoder.frameSamples else { return }
        hasSamples = true
        if sum.isEmpty { sum = [Int32](repeating: 0, count: Self.ticksPerWindow * OpusEncoder.frameSamples) }
        let start = ticks * OpusEncoder.frameSamples
        for (offset, sample) in samples.enumerated() { sum[start + offset] += Int32(sample) }
    }

    private mutating func close(at now: Instant) {
        var window = Window(end: now, heard: 0, faint: 0)
        // Half a window of someone's frames is hearing her.
        for index in candidates {
            let frames = speakers[UInt8(index)] ?? 0
            if frames >= Self.ticksPerWindow / 2 {
                window.heard |= 1 << UInt64(index)
            } else if frames > 0 {
                window.faint |= 1 << UInt64(index)
            }
        }
        if hasSamples {
            let samples = sum.map { Int16(clamping: $0 / 4) }
            for index in candidates {
                let amplitude = 4 * ToneMeter.amplitude(of: ToneSource.frequency(of: index), in: samples)
                if amplitude >= Self.threshold { window.heard |= 1 << UInt64(index) }
                if amplitude >= Self.threshold / 3, amplitude < Self.threshold { window.faint |= 1 << UInt64(index) }
            }
        }
        windows.append(window)
        sum.removeAll(keepingCapacity: true)
        speakers.removeAll(keepingCapacity: true)
        ticks = 0
        hasSamples = false
    }
}

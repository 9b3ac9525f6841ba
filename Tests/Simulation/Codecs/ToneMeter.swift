import Glibc

/// Tells which tones a stretch of sound holds (Goertzel's algorithm: one bin of a Fourier transform per question).
package enum ToneMeter {
    /// Amplitude (of full scale) of the sine at `frequency` hertz in the samples, which are taken at 48 kHz.
    package static func amplitude(of frequency: Double, in samples: [Int16]) -> Double {
        guard !samples.isEmpty else { return 0 }
        let coefficient = 2 * cos(2 * Double.pi * frequency / 48_000)
        var (last, beforeLast) = (0.0, 0.0)
        let count = Double(samples.count)
        for (index, sample) in samples.enumerated() {
            // A Hann window: neighbouring tones leak less than -60 dB from two bins on.
            let window = 0.5 - 0.5 * cos(2 * Double.pi * Double(index) / count)
            let next = Double(sample) / 32_768 * window + coefficient * last - beforeLast
            (beforeLast, last) = (last, next)
        }
        let power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast
        return max(0, power).squareRoot() * 4 / count
    }

    /// Which of the candidates sound at least at `threshold` of full scale.
    package static func tones(in samples: [Int16], candidates: [Double], threshold: Double) -> [Double] {
        candidates.filter { amplitude(of: $0, in: samples) >= threshold }
    }
}

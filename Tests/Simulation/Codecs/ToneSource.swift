import Glibc

/// A participant's voice: one sine of its own frequency.
package struct ToneSource {
    package let frequency: Double
    /// Of full scale.
    package var amplitude: Double
    private var sample = 0

    /// `frequency` in hertz.
    package init(frequency: Double, amplitude: Double = 0.3) {
        self.frequency = frequency
        self.amplitude = amplitude
    }

    /// The frequency of the n-th participant: 190 Hz apart from 310 Hz on, so that no tone is another's second or third harmonic
    /// within Goertzel's width for the first twenty.
    package static func frequency(of index: Int) -> Double {
        310 + 190 * Double(index)
    }

    /// The next 20 ms.
    package mutating func nextFrame() -> [Int16] {
        let step = 2 * Double.pi * frequency / 48_000
        let frame = (0..<OpusEncoder.frameSamples).map { Int16(sin(step * Double(sample + $0)) * amplitude * 32_767) }
        sample += OpusEncoder.frameSamples
        return frame
    }

    /// As the audio level header extension says it: dB below full scale of the root mean square, 0…127 (RFC 6464).
    package var level: UInt8 {
        guard amplitude > 0 else { return 127 }
        return UInt8(min(127, max(0, -20 * log10(amplitude / 2.squareRoot()))))
    }
}

/// Pictures that say what they are: 48 cells of 12×4 over the top half carry 8 bits of who, 32 bits of a value (the capture time in
/// milliseconds) and 8 bits of checksum. The same layout as the page of the browser tests, in luma only; it survives strong
/// compression from 160×90 up. Below the cells lie a moving bar and, if wanted, noise, so that the encoder needs its bit rate.
package enum CodedPicture {
    private static let columns = 12
    private static let rows = 4

    package struct Code: Equatable, Sendable {
        package var id: UInt8
        package var value: UInt32
        package init(id: UInt8, value: UInt32) {
            self.id = id
            self.value = value
        }

        fileprivate var checksum: UInt8 {
            var sum = UInt32(id) &* 7 &+ (value & 255) &* 3
            sum = sum &+ (value >> 8 & 255) &* 5 &+ (value >> 16 & 255) &* 11 &+ (value >> 24 & 255) &* 13 &+ 0x5A
            return UInt8(truncatingIfNeeded: sum)
        }

        fileprivate var bits: UInt64 { UInt64(id) << 40 | UInt64(value) << 8 | UInt64(checksum) }
    }

    /// Draws the code. `noise` 0…127 is the amplitude of noise in the lowest quarter.
    package static func draw(_ code: Code, into picture: inout Picture, noise: Int = 0, random: inout RandomSource) {
        let (width, height) = (picture.width, picture.height)
        for y in 0..<height / 2 {
            let row = min(y * 2 * rows / height, rows - 1)
            for x in 0..<width {
                let cell = row * columns + x * columns / width
                picture.luma[y * width + x] = code.bits >> UInt64(47 - cell) & 1 == 1 ? 235 : 16
            }
        }
        let bar = Int(code.value >> 3) % width
        for y in height / 2..<height * 3 / 4 {
            for x in 0..<width {
                picture.luma[y * width + x] = abs(x - bar) < width / 16 ? 235 : UInt8(60 + x * 100 / width)
            }
        }
        guard noise > 0 else { return }
        for index in height * 3 / 4 * width..<height * width {
            picture.luma[index] = UInt8(128 + random.integer(in: -noise...noise))
        }
    }

    /// The code, or `nil` if the checksum does not match: the picture is broken.
    package static func read(_ picture: Picture) -> Code? {
        let (width, height) = (picture.width, picture.height)
        var bits: UInt64 = 0
        for cell in 0..<rows * columns {
            let x = (2 * (cell % columns) + 1) * width / (2 * columns)
            let y = (2 * (cell / columns) + 1) * height / (4 * rows)
            var sum = 0
            for dy in -1...1 {
                for dx in -1...1 { sum += Int(picture.luma[(y + dy) * width + x + dx]) }
            }
            bits = bits << 1 | (sum > 9 * 126 ? 1 : 0)
        }
        let code = Code(id: UInt8(truncatingIfNeeded: bits >> 40), value: UInt32(truncatingIfNeeded: bits >> 8))
        return code.bits == bits ? code : nil
    }
}

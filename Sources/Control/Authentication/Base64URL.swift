/// RFC 4648 §5 without padding, by two tables over the bytes: every request carries a token that is written so.
enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// By the byte: its six bits, or `foreign`.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: foreign, count: 256)
        for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
        return values
    }()
    /// A bit that no six bits have.
    private static let foreign: UInt8 = 0x80

    static func encode(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        return String(unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { out in
            alphabet.withUnsafeBufferPointer { alphabet in
                var (bits, count, written) = (UInt32(0), 0, 0)
                func write(_ six: UInt32) {
                    out[written] = alphabet[Int(six & 63)]
                    written += 1
                }
                for byte in bytes {
                    bits = bits << 8 | UInt32(byte)
                    count += 8
                    while count >= 6 {
                        count -= 6
                        write(bits >> UInt32(count))
                    }
                }
                if count > 0 { write(bits << UInt32(6 - count)) }
                return written
            }
        }
    }

    /// Strict: refuses padding, other alphabets, impossible lengths, and spellings that encode back differently (RFC 4648 §3.5).
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        text.utf8.withContiguousStorageIfAvailable { decode($0) } ?? Array(text.utf8).withUnsafeBufferPointer { decode($0) }
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var (bits, count, faults) = (UInt32(0), 0, UInt8(0))
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count * 3 / 4) { out, written in
            values.withUnsafeBufferPointer { values in
                for byte in text {
                    let value = values[Int(byte)]
                    faults |= value
                    bits = bits << 6 | UInt32(value & 63)
                    count += 6
                    guard count >= 8 else { continue }
                    count -= 8
                    out[written] = UInt8(truncatingIfNeeded: bits >> UInt32(count))
                    written += 1
                }
            }
        }
        // What is left over of the last character must be zero.
        guard faults & foreign == 0, bits & (1 << UInt32(count) - 1) == 0 else { return nil }
        return bytes
    }
}

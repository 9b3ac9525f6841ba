import Crypto
import Foundation

/// An opaque secret of 256 random bits that a client holds and the database knows only as a hash.
///
/// SHA-256 suffices for the hash: there is nothing to guess in 256 random bits, so slowness would protect nothing.
struct SecretToken {
    let text: String
    let hash: Data

    /// - Parameter prefix: tells kinds of secrets apart for people and secret scanners.
    static func make(prefix: String) -> SecretToken {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return SecretToken(text: prefix + Base64URL.encode(bytes))
    }

    init(text: String) {
        self.text = text
        hash = Data(SHA256.hash(data: Data(text.utf8)))
    }
}

/// RFC 4648 §5 without padding.
enum Base64URL {
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(Data(bytes).base64EncodedString().compactMap { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 == "=" ? nil : $0 })
    }

    /// Strict: refuses padding, other alphabets, impossible lengths, and spellings that encode back differently.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.allSatisfy({ isAlphabet($0) }), text.utf8.count % 4 != 1 else { return nil }
        let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        let padded = standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: padded), encode(data) == text else { return nil }
        return Array(data)
    }

    private static func isAlphabet(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

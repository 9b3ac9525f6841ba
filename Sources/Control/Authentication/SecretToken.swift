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

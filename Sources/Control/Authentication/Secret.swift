import Crypto

/// A text that only its holder may know. It can be compared in constant time only, and is not shown where it is printed.
///
/// Secrets in the database are looked up by hash (`SecretToken`) and passwords are compared by libargon2; this is for those that are kept in memory.
package struct Secret: Sendable, Equatable, CustomStringConvertible {
    /// For the one to whom it is given.
    package let text: String

    package init(_ text: String) { self.text = text }

    /// Whether what somebody presents is this secret. Both are hashed first, so neither a common beginning nor the length shows in the time
    /// (swift-crypto compares digests in constant time).
    package func matches(_ presented: String) -> Bool {
        SHA256.hash(data: Array(text.utf8)) == SHA256.hash(data: Array(presented.utf8))
    }

    package static func == (lhs: Secret, rhs: Secret) -> Bool { lhs.matches(rhs.text) }

    package var description: String { "(secret)" }
}

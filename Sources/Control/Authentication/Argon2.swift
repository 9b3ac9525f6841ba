import CArgon2

/// Argon2id (RFC 9106) by libargon2, as encoded strings: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
///
/// Each call keeps one core busy for tens of milliseconds and holds 19 MiB: only `PasswordHasher` calls it, which bounds both.
enum Argon2 {
    /// What a hash costs to make, and to guess.
    struct Parameters: Sendable {
        var memoryKiB: UInt32
        var passes: UInt32
        var lanes: UInt32

        /// OWASP's first recommendation of 2024 for Argon2id: 19 MiB, two passes, one lane.
        static let current = Parameters(memoryKiB: 19_456, passes: 2, lanes: 1)

        /// How a hash made with them begins; 0x13 is version 1.3 (RFC 9106 §3.1).
        var prefix: String { "$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=\(lanes)$" }
    }

    /// So that the memory of a hash goes back to the system with it.
    private static let areBlocksApart: Bool = parley_map_large_blocks() == 1

    private static let saltBytes = 16
    private static let hashBytes = 32

    struct Failure: Error {
        let code: Int32
    }

    static func hash(_ password: String, _ parameters: Parameters = .current) throws(Failure) -> String {
        let (passes, memoryKiB, lanes) = (parameters.passes, parameters.memoryKiB, parameters.lanes)
        _ = areBlocksApart
        var random = SystemRandomNumberGenerator()
        let salt = (0..<saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let password = Array(password.utf8)
        let length = argon2_encodedlen(passes, memoryKiB, lanes, UInt32(saltBytes), UInt32(hashBytes), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            passes, memoryKiB, lanes, password, password.count, salt, salt.count, hashBytes, &encoded, encoded.count)
        guard code == ARGON2_OK.rawValue else { throw Failure(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Compares in constant time, inside libargon2.
    static func verify(_ password: String, against encoded: String) -> Bool {
        _ = areBlocksApart
        let password = Array(password.utf8)
        return argon2id_verify(encoded, password, password.count) == ARGON2_OK.rawValue
    }

    /// Whether it was made with other parameters than today's.
    static func isOutdated(_ encoded: String) -> Bool { !encoded.hasPrefix(Parameters.current.prefix) }

    /// What an unknown user's password is compared with, so that a wrong name costs as much time as a wrong password. It matches nothing known.
    static let decoy = "$argon2id$v=19$m=19456,t=2,p=1$cGFybGV5LWRlY295LXNhbHQ$3p2Sx0oJm7dGq0m9S1xv5bQmZQy1h0Fv3nJ8c2W4kYA"
}

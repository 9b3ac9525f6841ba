extension Form {
    /// 2–32 characters of `a–z A–Z 0–9 _ . -`, as Discord's, but upper case is kept. Unique without regard to case.
    mutating func username(_ field: String) -> String? {
        guard let name = string(field, length: 2...32) else { return nil }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if !isPlain { fail(field, "USERNAME_INVALID", "Usernames may contain letters, digits, '_', '.' and '-'.") }
        return name
    }

    /// Something before an `@` and something after. Whether mail arrives only mail can tell.
    mutating func email(_ field: String) -> String? {
        guard let email = string(field, length: 3...254) else { return nil }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isPlausible = parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && email.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
        if !isPlausible { fail(field, "EMAIL_TYPE_INVALID_EMAIL", "Not a well formed email address.") }
        return email
    }

    /// The name of a guild, channel, role …: trimmed, not empty, without control characters.
    mutating func name(_ field: String, length: ClosedRange<Int>) -> String? {
        guard let raw = string(field, length: 0...length.upperBound * 4) else { return nil }
        let name = String(raw.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        if !length.contains(name.count) {
            fail(field, "BASE_TYPE_BAD_LENGTH", "Must be between \(length.lowerBound) and \(length.upperBound) in length.")
        }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            fail(field, "BASE_TYPE_BAD_STRING", "Must not contain control characters.")
        }
        return name
    }
}

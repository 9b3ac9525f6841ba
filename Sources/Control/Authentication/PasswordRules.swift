/// What a password must be. Length is what counts (NIST SP 800-63B §5.1.1.2); no classes of characters are demanded.
enum PasswordRules {
    static let minimumCharacters = 8
    /// Argon2 takes more; the bound keeps a request cheap.
    static let maximumBytes = 1024

    /// Chosen: what every list of leaked passwords begins with, at least eight long.
    private static let common: Set<String> = [
        "password", "passw0rd", "password1", "password123", "12345678", "123456789", "1234567890", "qwertyui", "qwerty123", "qwertyuiop",
        "11111111", "00000000", "iloveyou", "sunshine", "princess", "football", "baseball", "superman", "trustno1", "abcd1234", "1q2w3e4r",
        "letmein1", "welcome1", "admin123", "changeme",
    ]

    /// The fault in Discord's words, or `nil`.
    static func fault(in password: String, username: String) -> (code: String, message: String)? {
        if password.count < minimumCharacters { return ("BASE_TYPE_MIN_LENGTH", "Must be \(minimumCharacters) or more in length.") }
        if password.utf8.count > maximumBytes { return ("BASE_TYPE_MAX_LENGTH", "Must be \(maximumBytes) or fewer in length.") }
        let lowered = password.lowercased()
        if common.contains(lowered) || lowered == username.lowercased() {
            return ("PASSWORD_REQUIREMENTS_INVALID", "Password is too easy to guess.")
        }
        return nil
    }
}

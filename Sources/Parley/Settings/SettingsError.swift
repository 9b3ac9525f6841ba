/// An option that cannot be used: which one, where it was given, and what would be right.
struct SettingsError: Error, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }

    init(_ key: SettingsKey, _ value: String, wants: String) {
        description = "\(key.rawValue): '\(value)' is not \(wants)."
    }
}

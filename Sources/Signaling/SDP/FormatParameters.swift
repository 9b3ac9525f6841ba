/// The value of an `a=fmtp`: `name=value` pairs between semicolons, in their order. RED's `111/111` is one name without a value.
package struct FormatParameters: Equatable, Sendable {
    package var entries: [Entry]

    package struct Entry: Equatable, Sendable {
        package var name: String
        package var value: String?
    }

    package init(_ text: String = "") {
        entries = text.fields(separatedBy: UInt8(ascii: ";")).compactMap { field in
            let trimmed = field.fields().joined(separator: " ")
            guard !trimmed.isEmpty else { return nil }
            guard let parts = trimmed.cut(at: UInt8(ascii: "=")) else { return Entry(name: trimmed, value: nil) }
            return Entry(name: parts.head, value: parts.tail)
        }
    }

    /// Names are compared without case (RFC 6381 and the payload formats differ in their habits; browsers do the same).
    package subscript(name: String) -> String? {
        let wanted = name.asciiLowercased
        return entries.first { $0.name.asciiLowercased == wanted }?.value
    }

    package mutating func append(_ name: String, _ value: String) { entries.append(Entry(name: name, value: value)) }

    package var text: String {
        entries.map { entry in entry.value.map { "\(entry.name)=\($0)" } ?? entry.name }.joined(separator: ";")
    }
}

/// The value of `If-Match` (RFC 9110 §13.1.1).
enum EntityTags: Equatable {
    case any
    case listed([String])

    /// - Parameter field: `*` or entity tags between commas.
    init(_ field: String) {
        let tags = field.fields(separatedBy: UInt8(ascii: ",")).map { $0.fields().joined(separator: " ") }
        self = tags == ["*"] ? .any : .listed(tags)
    }

    /// Strong comparison: weak tags match nothing.
    func matches(_ tag: String) -> Bool {
        switch self {
        case .any: true
        case .listed(let tags): tags.contains(tag)
        }
    }
}

import Control

/// Reading a client's message: each gives `nil` for another type, so that a caller says in one line what it needs.
extension JSONValue {
    var asString: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var asBool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// A whole number, also when written as 5.0.
    var asInt: Int? {
        switch self {
        case .int(let value): Int(exactly: value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// An id, which clients send as a string or as a number.
    var asSnowflake: Snowflake? {
        switch self {
        case .string(let text): Snowflake(text)
        case .int(let value): UInt64(exactly: value).map { Snowflake($0) }
        case .unsigned(let value): Snowflake(value)
        default: nil
        }
    }

    var asArray: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    var asObject: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// A member that is there and not null.
    func present(_ key: String) -> JSONValue? {
        guard let value = self[key], value != .null else { return nil }
        return value
    }
}

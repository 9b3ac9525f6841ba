import Hummingbird
import NIOCore

/// Reads the fields of a JSON request body and collects every fault, so that the answer names all wrong fields at once.
///
/// Unknown fields are ignored. Numbers may be strings where they are ids or permissions, booleans may be 1 and 0: bot libraries differ.
/// A field that is absent gives `nil`. Call `check()` before using what was read.
struct Form {
    private let object: JSONObject
    private var faults: [(field: String, code: String, message: String)] = []

    init(_ object: JSONObject) {
        self.object = object
    }

    /// Reads the body. An empty one is an empty object: libraries send bodyless POST and PUT.
    ///
    /// - Throws: 413 if it is longer than `limit` bytes, 400 (50109) if it is no JSON object.
    init(_ request: Request, limit: Int) async throws {
        self.init(try Self.object(try await Self.document(request, limit: limit)))
    }

    static func document(_ request: Request, limit: Int) async throws -> JSONValue {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw APIError.bodyTooLarge
        }
        if body.readableBytes == 0 { return .object(JSONObject()) }
        do {
            return try JSONValue(parsing: body.readableBytesView)
        } catch {
            throw APIError.invalidJSON
        }
    }

    private static func object(_ document: JSONValue) throws -> JSONObject {
        guard case .object(let object) = document else { throw APIError.invalidJSON }
        return object
    }

    /// A field as it stands.
    func object(_ field: String) -> JSONValue? { object[field] }

    func has(_ field: String) -> Bool { object[field] != nil }

    mutating func fail(_ field: String, _ code: String, _ message: String) {
        faults.append((field, code, message))
    }

    /// - Throws: 400 (50035) naming every fault so far.
    func check() throws {
        if !faults.isEmpty { throw APIError.form(faults) }
    }

    /// Notes a fault if the field is absent or null.
    mutating func require(_ fields: String...) {
        for field in fields where object[field] == nil || object[field] == .null {
            fail(field, "BASE_TYPE_REQUIRED", "This field is required")
        }
    }

    // MARK: Fields

    /// - Parameter length: in characters.
    mutating func string(_ field: String, length: ClosedRange<Int> = 0...1024) -> String? {
        switch object[field] {
        case nil, .null?: return nil
        case .string(let value)?:
            if value.count < length.lowerBound || value.count > length.upperBound {
                fail(field, "BASE_TYPE_BAD_LENGTH", "Must be between \(length.lowerBound) and \(length.upperBound) in length.")
            }
            if value.unicodeScalars.contains(where: { $0.value == 0 }) { fail(field, "BASE_TYPE_BAD_STRING", "Must not contain NUL.") }
            return value
        default:
            fail(field, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
            return nil
        }
    }

    /// `.some(nil)` for an explicit null.
    mutating func nullableString(_ field: String, length: ClosedRange<Int>) -> String?? {
        if object[field] == .null { return .some(nil) }
        guard let value = string(field, length: length) else { return nil }
        return .some(value.isEmpty ? nil : value)
    }

    mutating func int(_ field: String, in range: ClosedRange<Int>) -> Int? {
        let number: Int
        switch object[field] {
        case nil, .null?: return nil
        case .int(let value)?: number = Int(value)
        case .double(let value)? where value.rounded() == value && abs(value) < 1e15: number = Int(value)
        case .string(let text)? where Int(text) != nil: number = Int(text) ?? 0
        default:
            fail(field, "NUMBER_TYPE_COERCE", "Value is not int.")
            return nil
        }
        if !range.contains(number) {
            fail(field, "NUMBER_TYPE_RANGE", "int value should be between \(range.lowerBound) and \(range.upperBound).")
            return nil
        }
        return number
    }

    mutating func bool(_ field: String) -> Bool? {
        switch object[field] {
        case nil, .null?: return nil
        case .bool(let value)?: return value
        case .int(0)?: return false
        case .int(1)?: return true
        default:
            fail(field, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
            return nil
        }
    }

    mutating func id(_ field: String) -> Snowflake? {
        guard let value = object[field], value != .null else { return nil }
        if let id = Snowflake(json: value) { return id }
        fail(field, "NUMBER_TYPE_COERCE", "Value is not snowflake.")
        return nil
    }

    /// `.some(nil)` for an explicit null.
    mutating func nullableID(_ field: String) -> Snowflake?? {
        if object[field] == .null { return .some(nil) }
        return id(field).map { .some($0) }
    }

    mutating func ids(_ field: String, atMost maximum: Int) -> [Snowflake]? {
        switch object[field] {
        case nil: return nil
        case .null?: return []
        case .array(let elements)?:
            let ids = elements.compactMap { Snowflake(json: $0) }
            if ids.count != elements.count { fail(field, "NUMBER_TYPE_COERCE", "Value is not snowflake.") }
            if ids.count > maximum { fail(field, "BASE_TYPE_MAX_LENGTH", "Must be \(maximum) or fewer in length.") }
            return ids
        default:
            fail(field, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return nil
        }
    }

    /// Bits that mean nothing are dropped.
    mutating func permissions(_ field: String) -> Permissions? {
        guard let value = object[field], value != .null else { return nil }
        if let bits = Snowflake(json: value)?.rawValue { return Permissions(rawValue: bits).intersection(.all) }
        fail(field, "PERMISSIONS_TYPE_CONVERT", "Value is not a permission set.")
        return nil
    }

    /// A list of objects, each read as a form.
    mutating func forms(_ field: String, atMost maximum: Int) -> [Form]? {
        switch object[field] {
        case nil, .null?: return nil
        case .array(let elements)? where elements.count <= maximum:
            let forms = elements.compactMap { element in if case .object(let object) = element { Form(object) } else { Form?.none } }
            if forms.count != elements.count { fail(field, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType") }
            return forms
        case .array?: fail(field, "BASE_TYPE_MAX_LENGTH", "Must be \(maximum) or fewer in length.")
        default: fail(field, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        }
        return nil
    }
}

extension Snowflake {
    /// From a JSON string or number.
    package init?(json: JSONValue) {
        switch json {
        case .string(let text): self.init(text[...])
        case .int(let number) where number >= 0: self.init(UInt64(number))
        case .unsigned(let number): self.init(number)
        default: return nil
        }
    }
}

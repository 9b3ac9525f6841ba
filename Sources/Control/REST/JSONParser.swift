/// Why bytes are not a JSON document, and where.
package struct JSONParseError: Error, Equatable {
    package let reason: String
    /// Bytes from the start.
    package let offset: Int
}

extension JSONValue {
    /// Reads one document (RFC 8259) and nothing after it but space.
    ///
    /// Remote input: nesting is bounded so that depth cannot exhaust the stack, bytes that are not UTF-8 are refused, and numbers that fit no type
    /// of ours are refused instead of being rounded to infinity.
    package init(parsing bytes: some Sequence<UInt8>) throws(JSONParseError) {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.document()
    }
}

private struct JSONParser {
    /// Chosen: the deepest request we define has four levels.
    static let maximumDepth = 32

    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func document() throws(JSONParseError) -> JSONValue {
        skipSpace()
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw error("bytes after the document") }
        return value
    }

    private func error(_ reason: String) -> JSONParseError { JSONParseError(reason: reason, offset: offset) }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
        guard depth < Self.maximumDepth else { throw error("nested too deeply") }
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case nil: throw error("the document ends early")
        default: return try number()
        }
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        let matches = word.withUTF8Buffer { word in
            bytes.count - offset >= word.count && word.elementsEqual(bytes[offset..<offset + word.count])
        }
        guard matches else { throw error("a value was expected") }
        offset += word.utf8CodeUnitCount
        return value
    }

    private mutating func object(depth: Int) throws(JSONParseError) -> JSONValue {
        offset += 1
        var object = JSONObject()
        skipSpace()
        if consume(UInt8(ascii: "}")) { return .object(object) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("a key was expected") }
            let key = try string()
            skipSpace()
            guard consume(UInt8(ascii: ":")) else { throw error("':' was expected") }
            skipSpace()
            object.appendUnchecked(key, try value(depth: depth + 1))
            skipSpace()
            if consume(UInt8(ascii: "}")) { return .object(object) }
            guard consume(UInt8(ascii: ",")) else { throw error("',' or '}' was expected") }
        }
    }

    private mutating func array(depth: Int) throws(JSONParseError) -> JSONValue {
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        if consume(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            skipSpace()
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if consume(UInt8(ascii: "]")) { return .array(elements) }
            guard consume(UInt8(ascii: ",")) else { throw error("',' or ']' was expected") }
        }
    }

    private mutating func consume(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func number() throws(JSONParseError) -> JSONValue {
        let start = offset
        var isInteger = true
        _ = consume(UInt8(ascii: "-"))
        let integerStart = offset
        skipDigits()
        guard offset > integerStart else { throw error("a value was expected") }
        if bytes[integerStart] == UInt8(ascii: "0") && offset > integerStart + 1 { throw error("a number starts with a superfluous zero") }
        if consume(UInt8(ascii: ".")) {
            isInteger = false
            let fraction = offset
            skipDigits()
            guard offset > fraction else { throw error("a digit was expected") }
        }
        if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
            isInteger = false
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            let exponent = offset
            skipDigits()
            guard offset > exponent else { throw error("a digit was expected") }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger {
            if let value = Int64(text) { return .int(value) }
            if let value = UInt64(text) { return .unsigned(value) }
        }
        guard let value = Double(text), value.isFinite else { throw error("a number out of range") }
        return .double(value)
    }

    private mutating func skipDigits() {
        while let byte = peek, byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") { offset += 1 }
    }

    private mutating func string() throws(JSONParseError) -> String {
        offset += 1
        var content: [UInt8] = []
        while let byte = peek {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: content, as: UTF8.self) else { throw error("a string is not UTF-8") }
                return string
            case UInt8(ascii: "\\"): try appendEscape(to: &content)
            case 0..<0x20: throw error("a control character in a string")
            default: content.append(byte)
            }
        }
        throw error("a string does not end")
    }

    private mutating func appendEscape(to content: inout [UInt8]) throws(JSONParseError) {
        guard let byte = peek else { throw error("a string does not end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(byte)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"): content.append(contentsOf: Array(String(try unicodeEscape()).utf8))
        default: throw error("an unknown escape")
        }
    }

    /// RFC 8259 §7: four hexadecimal digits, and a second such escape for the lower half of a surrogate pair.
    private mutating func unicodeEscape() throws(JSONParseError) -> Unicode.Scalar {
        let first = try hexadecimal4()
        if (0xD800..<0xDC00).contains(first) {
            guard consume(UInt8(ascii: "\\")), consume(UInt8(ascii: "u")) else { throw error("half of a surrogate pair") }
            let second = try hexadecimal4()
            guard (0xDC00..<0xE000).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            else { throw error("half of a surrogate pair") }
            return scalar
        }
        guard let scalar = Unicode.Scalar(first) else { throw error("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal4() throws(JSONParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("a hexadecimal digit was expected")
            }
            value = value << 4 + UInt32(digit)
            offset += 1
        }
        return value
    }
}

/// Splits a description into lines and puts each where it belongs. One pass, every limit checked before something is kept.
struct SDPReader {
    struct Line {
        var number: Int
        var type: UInt8
        var value: String
    }

    private let bytes: [UInt8]
    private let limits: SDPLimits
    private var position = 0
    private var number = 0

    init(_ text: String, limits: SDPLimits) throws(SDPError) {
        guard text.utf8.count <= limits.bytes else { throw SDPError(.tooLong, line: 0) }
        bytes = Array(text.utf8)
        self.limits = limits
    }

    mutating func readSession() throws(SDPError) -> SessionDescription {
        guard let version = try next(), version.type == UInt8(ascii: "v"), version.value == "0" else {
            throw SDPError(.missingVersion, line: number)
        }
        guard let origin = try next(), origin.type == UInt8(ascii: "o"), origin.value.fields().count == 6 else {
            throw SDPError(.missingOrigin, line: number)
        }
        guard let name = try next(), name.type == UInt8(ascii: "s") else { throw SDPError(.missingName, line: number) }
        var session = SessionDescription(origin: origin.value, name: name.value, lines: [])
        try readRest { (line, limits) throws(SDPError) in try session.take(line, limits: limits) }
        return session
    }

    /// Hands out the remaining lines; a fragment (RFC 8840) consists of nothing else.
    mutating func readRest(_ take: (Line, SDPLimits) throws(SDPError) -> Void) throws(SDPError) {
        while let line = try next() { try take(line, limits) }
    }

    private mutating func next() throws(SDPError) -> Line? {
        guard position < bytes.count else { return nil }
        number += 1
        guard number <= limits.lines else { throw SDPError(.tooManyLines, line: number) }
        let start = position
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        position = end < bytes.count ? end + 1 : end
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        guard end - start <= limits.lineBytes else { throw SDPError(.lineTooLong, line: number) }
        guard end - start >= 2, bytes[start + 1] == UInt8(ascii: "="), bytes[start] >= UInt8(ascii: "a"), bytes[start] <= UInt8(ascii: "z")
        else { throw SDPError(.notALine, line: number) }
        for byte in bytes[start..<end] where byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F {
            throw SDPError(.controlCharacter, line: number)
        }
        return Line(number: number, type: bytes[start], value: String(decoding: bytes[(start + 2)..<end], as: UTF8.self))
    }
}

extension SessionDescription {
    /// Puts one line where it belongs: the session before the first m-line, the last section after it.
    mutating func take(_ line: SDPReader.Line, limits: SDPLimits) throws(SDPError) {
        switch Unicode.Scalar(line.type) {
        case "m":
            guard media.count < limits.mediaSections else { throw SDPError(.tooManySections, line: line.number) }
            media.append(try MediaDescription(line, limits: limits))
        case "a":
            let attribute = try SDPAttribute(line)
            guard attributeCount < limits.attributesPerSection else { throw SDPError(.tooManyAttributes, line: line.number) }
            if media.isEmpty { attributes.append(attribute) } else { media[media.count - 1].attributes.append(attribute) }
        case "i", "c", "b", "k":
            let kept = SDPLine(type: line.type, value: line.value)
            if media.isEmpty { lines.append(kept) } else { media[media.count - 1].lines.append(kept) }
        case "u", "e", "p", "t", "r", "z":
            guard media.isEmpty else { throw SDPError(.misplacedLine, line: line.number) }
            lines.append(SDPLine(type: line.type, value: line.value))
        default:
            throw SDPError(.misplacedLine, line: line.number)
        }
    }

    private var attributeCount: Int { media.last?.attributes.count ?? attributes.count }
}

extension MediaDescription {
    /// `m=<media> <port> <transport> <format>…`; a port count (`9/2`) has no meaning in WebRTC and is refused.
    init(_ line: SDPReader.Line, limits: SDPLimits) throws(SDPError) {
        let fields = line.value.fields()
        guard fields.count >= 4, fields[0].isToken, let port = fields[1].decimal(as: UInt16.self) else {
            throw SDPError(.badMediaLine, line: line.number)
        }
        guard fields.count - 3 <= limits.formats else { throw SDPError(.tooManyFormats, line: line.number) }
        self.init(media: fields[0], port: port, transport: fields[2], formats: Array(fields[3...]), line: line.number)
    }
}

extension SDPAttribute {
    init(_ line: SDPReader.Line) throws(SDPError) {
        let parts = line.value.cut(at: UInt8(ascii: ":"))
        self.init(parts?.head ?? line.value, parts?.tail, line: line.number)
        guard name.isToken else { throw SDPError(.badAttribute, line: line.number) }
    }
}

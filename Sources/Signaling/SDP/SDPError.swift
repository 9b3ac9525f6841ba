/// What is wrong with a description, and on which line of it.
package struct SDPError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: String, Sendable {
        case tooLong = "the description is too long"
        case tooManyLines = "the description has too many lines"
        case lineTooLong = "the line is too long"
        case tooManySections = "the description has too many m-lines"
        case tooManyAttributes = "the section has too many attributes"
        case tooManyFormats = "the m-line has too many formats"
        case tooManySources = "the section names too many sources"
        case controlCharacter = "the line contains a control character"
        case notALine = "a line must be one letter, an equals sign and a value"
        case missingVersion = "the description must begin with v=0"
        case missingOrigin = "the second line must be o= with six fields"
        case missingName = "the third line must be s="
        case misplacedLine = "this line is not allowed here"
        case badMediaLine = "the m-line is malformed"
        case badPayloadType = "a payload type is not a number from 0 to 127, or is named twice"
        case badAttribute = "the attribute is malformed"
        case badIdentifier = "a mid or rid must be 1 to 16 letters, digits or token characters"
        case badExtensionID = "a header extension id is out of range"
        case duplicateAttribute = "the attribute may appear only once in a section"
    }

    /// Counted from 1; 0 where no line is to blame.
    package var line: Int
    package var reason: Reason

    package init(_ reason: Reason, line: Int) {
        self.reason = reason
        self.line = line
    }

    package var description: String { line == 0 ? reason.rawValue : "line \(line): \(reason.rawValue)" }
}

/// A description of a session as WebRTC uses it (RFC 8866), kept line by line: what is not understood is preserved.
///
/// Only the shape is read here. What the attributes mean is read by `OfferedSession` and `OfferedSection`, so a description can be
/// kept, compared and written without understanding it.
package struct SessionDescription: Equatable, Sendable {
    /// Value of `o=`: user name, session id, version, network type, address type, address.
    package var origin: String
    /// Value of `s=`.
    package var name: String
    /// `i=`, `u=`, `e=`, `p=`, `c=`, `b=`, `t=`, `r=`, `z=` and `k=` lines in their order.
    package var lines: [SDPLine]
    package var attributes: [SDPAttribute]
    package var media: [MediaDescription]

    package init(
        origin: String, name: String = "-", lines: [SDPLine] = [SDPLine("t", "0 0")], attributes: [SDPAttribute] = [],
        media: [MediaDescription] = []
    ) {
        self.origin = origin
        self.name = name
        self.lines = lines
        self.attributes = attributes
        self.media = media
    }

    /// Reads a description. Lines may end in CRLF or LF (RFC 8866 §5 asks parsers to take both).
    package init(parsing text: String, limits: SDPLimits = SDPLimits()) throws(SDPError) {
        var reader = try SDPReader(text, limits: limits)
        self = try reader.readSession()
    }

    /// Value of the first session-level attribute of this name; empty for a property, `nil` where there is none.
    package subscript(attribute: String) -> String? {
        attributes.first { $0.name == attribute }.map { $0.value ?? "" }
    }

    /// The text, every line ended by CRLF.
    package func write() -> String {
        var text = "v=0\r\no=\(origin)\r\ns=\(name)\r\n"
        Self.write(lines, attributes, to: &text)
        for section in media { section.write(to: &text) }
        return text
    }

    static func write(_ lines: [SDPLine], _ attributes: [SDPAttribute], to text: inout String) {
        for line in lines {
            text.unicodeScalars.append(Unicode.Scalar(line.type))
            text += "=\(line.value)\r\n"
        }
        for attribute in attributes {
            text += "a=\(attribute.name)"
            if let value = attribute.value { text += ":\(value)" }
            text += "\r\n"
        }
    }
}

extension MediaDescription {
    func write(to text: inout String) {
        text += "m=\(media) \(port) \(transport)"
        for format in formats { text += " \(format)" }
        text += "\r\n"
        SessionDescription.write(lines, attributes, to: &text)
    }
}

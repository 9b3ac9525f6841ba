/// An m-line and what belongs to it (RFC 8866 §5.14).
package struct MediaDescription: Equatable, Sendable {
    /// `audio`, `video`, `application` …
    package var media: String
    /// 0 refuses or stops the section, unless `a=bundle-only` says otherwise (RFC 8843 §6).
    package var port: UInt16
    /// `UDP/TLS/RTP/SAVPF` …
    package var transport: String
    /// Payload types for RTP, other words for other transports.
    package var formats: [String]
    /// `i=`, `c=`, `b=` and `k=` lines in their order.
    package var lines: [SDPLine]
    package var attributes: [SDPAttribute]
    /// Line of the m-line, for error messages. Not part of its identity.
    package var line: Int

    package init(
        media: String, port: UInt16, transport: String, formats: [String], lines: [SDPLine] = [], attributes: [SDPAttribute] = [],
        line: Int = 0
    ) {
        self.media = media
        self.port = port
        self.transport = transport
        self.formats = formats
        self.lines = lines
        self.attributes = attributes
        self.line = line
    }

    package static func == (a: MediaDescription, b: MediaDescription) -> Bool {
        a.media == b.media && a.port == b.port && a.transport == b.transport && a.formats == b.formats && a.lines == b.lines
            && a.attributes == b.attributes
    }

    /// Value of the first attribute of this name; empty for a property, `nil` where there is none.
    package subscript(attribute: String) -> String? {
        attributes.first { $0.name == attribute }.map { $0.value ?? "" }
    }
}

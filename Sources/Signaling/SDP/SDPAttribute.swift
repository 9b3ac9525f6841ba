/// One `a=` line: a property (`a=rtcp-mux`) or a name and a value (`a=mid:0`). RFC 8866 §5.13.
package struct SDPAttribute: Equatable, Sendable {
    package var name: String
    package var value: String?
    /// Where it stood in the text it was parsed from, for error messages; 0 for one of ours. Not part of its identity.
    package var line: Int

    package init(_ name: String, _ value: String? = nil, line: Int = 0) {
        self.name = name
        self.value = value
        self.line = line
    }

    package static func == (a: SDPAttribute, b: SDPAttribute) -> Bool { a.name == b.name && a.value == b.value }
}

/// A line that is kept as it is: `i=`, `c=`, `b=`, `t=` and their like.
package struct SDPLine: Equatable, Sendable {
    package var type: UInt8
    package var value: String

    package init(_ type: Unicode.Scalar, _ value: String) {
        self.type = UInt8(ascii: type)
        self.value = value
    }

    init(type: UInt8, value: String) {
        self.type = type
        self.value = value
    }
}

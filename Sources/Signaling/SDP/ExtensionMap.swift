/// `a=extmap:<id>[/<direction>] <URI>` (RFC 8285 §7).
package struct ExtensionMap: Equatable, Sendable {
    /// 1…14 or, with `a=extmap-allow-mixed`, 16…255; 4096…4351 ask the answerer to choose an id, which we never do.
    package var id: UInt16
    /// `nil` where none was written, which means sendrecv.
    package var direction: MediaDirection?
    package var uri: String

    init(_ attribute: SDPAttribute) throws(SDPError) {
        let fields = (attribute.value ?? "").fields()
        guard fields.count >= 2 else { throw SDPError(.badAttribute, line: attribute.line) }
        let parts = fields[0].cut(at: UInt8(ascii: "/"))
        guard let id = (parts?.head ?? fields[0]).decimal(as: UInt16.self), (1...255).contains(id) || (4096...4351).contains(id) else {
            throw SDPError(.badExtensionID, line: attribute.line)
        }
        self.id = id
        uri = fields[1]
        guard let parts else { return }
        guard let direction = MediaDirection(rawValue: parts.tail) else { throw SDPError(.badAttribute, line: attribute.line) }
        self.direction = direction
    }
}

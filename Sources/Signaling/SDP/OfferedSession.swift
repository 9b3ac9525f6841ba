/// An offer as a whole, understood: session-level words and its sections.
struct OfferedSession: Sendable {
    /// Mids of `a=group:BUNDLE`, the first being the offerer's tag (RFC 8843 §7.2); `nil` where there is no such group.
    var bundle: [String]?
    var bundleGroups = 0
    var transport = OfferedTransport()
    var isICELite = false
    var allowsMixedExtensions = false
    var direction: MediaDirection?
    var sections: [OfferedSection] = []

    init(_ description: SessionDescription, limits: SDPLimits) throws(SDPError) {
        for attribute in description.attributes { try take(attribute) }
        for media in description.media { sections.append(try OfferedSection(media, limits: limits)) }
    }

    private mutating func take(_ attribute: SDPAttribute) throws(SDPError) {
        if try transport.take(attribute) { return }
        switch attribute.name {
        case "group":
            let fields = (attribute.value ?? "").fields()
            guard fields.first == "BUNDLE" else { return }
            bundleGroups += 1
            bundle = bundle ?? Array(fields.dropFirst())
        case "ice-lite": isICELite = true
        case "extmap-allow-mixed": allowsMixedExtensions = true
        default: if let word = MediaDirection(rawValue: attribute.name) { direction = word }
        }
    }

    /// The section that carries the bundle's transport attributes: the first mid of the group that has a section.
    var tagged: OfferedSection? {
        for mid in bundle ?? [] {
            if let section = sections.first(where: { $0.mid == mid }) { return section }
        }
        return nil
    }
}

/// Who may import whom (docs/architecture.md, "Modules"): imports point down only.
enum ImportRules {
    /// Our own modules, the C targets included. Anything else is the standard library, the system or a package.
    static let house: Set<String> = [
        "RTP", "SFU", "Control", "Signaling", "Parley", "Simulation", "CNice", "CSRTP", "COpenSSL", "COpus", "CVPX", "CArgon2", "CLinux",
        "CPrefetch", "CSRTPOpenSSL", "CWeb", "COpenAPI",
    ]

    /// What each module may import of the house.
    static let below: [String: Set<String>] = [
        "RTP": [],
        "SFU": ["RTP", "CNice", "CSRTP", "COpenSSL", "CLinux", "CPrefetch", "CSRTPOpenSSL"],
        "Control": ["CArgon2", "COpenAPI"],
        "Signaling": ["RTP", "SFU", "Control"],
        "Parley": ["RTP", "SFU", "Control", "Signaling", "CWeb"],
    ]

    /// Beyond the house, the media plane has the C library and the standard library's own modules; RTP has nothing at all.
    static let mediaPlane: [String: Set<String>] = ["RTP": [], "SFU": ["Glibc", "Synchronization"]]

    static let pointDown = Rule.code("imports point down only") { file, line in
        guard let imported = importedModule(line), let module = file.module, let allowed = below[module] else { return false }
        return house.contains(imported) && !allowed.contains(imported)
    }

    static let mediaPlaneStaysFree = Rule.code("RTP imports nothing, SFU no Foundation and no package") { file, line in
        guard let imported = importedModule(line), let module = file.module, let allowed = mediaPlane[module] else { return false }
        return !house.contains(imported) && !allowed.contains(imported)
    }

    static let noFoundationNetworking = Rule.code("FoundationNetworking brings libcurl; HTTP is Hummingbird's") { _, line in
        importedModule(line) == "FoundationNetworking"
    }

    /// The module that a line of code imports: `@testable public import struct Module.Name` and shorter.
    static func importedModule(_ line: Substring) -> String? {
        var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ";" })
        let before: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
        while let first = words.first, first.hasPrefix("@") || before.contains(first) { words.removeFirst() }
        guard words.first == "import" else { return nil }
        words.removeFirst()
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias", "actor"]
        if let first = words.first, kinds.contains(first) { words.removeFirst() }
        return words.first?.split(separator: ".").first.map(String.init)
    }
}

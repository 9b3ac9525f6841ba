/// Who may open a WebSocket. A browser sends the page's Origin and cannot be told not to; a page of a foreign site must not speak to us
/// with its visitor's network position (CWE-1385). Bots and native clients send none.
package struct UpgradePolicy: Sendable {
    /// Origins beside the server's own host that may connect, as `scheme://host[:port]`, in lower case.
    package var allowedOrigins: Set<String>

    package init(allowedOrigins: some Sequence<String> = []) {
        self.allowedOrigins = Set(allowedOrigins.map { $0.lowercased() })
    }

    /// Whether a request with these headers may be upgraded.
    func allows(origin: String?, host: String?) -> Bool {
        guard let origin = origin?.lowercased() else { return true }
        if allowedOrigins.contains(origin) { return true }
        guard let host = host?.lowercased(), !host.isEmpty, let scheme = origin.firstRange(of: "://") else { return false }
        let name = origin[..<scheme.lowerBound]
        guard name == "http" || name == "https" else { return false }
        return Self.withoutDefaultPort(String(origin[scheme.upperBound...])) == Self.withoutDefaultPort(host)
    }

    private static func withoutDefaultPort(_ authority: String) -> Substring {
        for port in [":80", ":443"] where authority.hasSuffix(port) {
            return authority.dropLast(port.count)
        }
        return authority[...]
    }
}

import Logging

/// What the operator chose, checked.
struct Settings: Equatable {
    enum TLS: Equatable {
        case off
        case files(certificate: String, key: String)
        case selfSigned
    }

    enum Registration: String, CaseIterable {
        case open, invite, closed
    }

    var dataDirectory = "./data"
    var http = HostPort(host: "127.0.0.1", port: 8080)
    var media = HostPort(host: "0.0.0.0", port: 8089)
    /// 1…64; worker n listens on `media.port + n`.
    var mediaWorkers = 1
    /// Addresses or names; empty means every address of this machine.
    var announce: [String] = []
    var tls = TLS.off
    var registration = Registration.open
    /// Scheme and authority only, `nil` to follow the request's Host header.
    var publicURL: String?
    var allowedOrigins: [String] = []
    var trustedProxies: [String] = []
    /// Attempts to sign in or up of one address in a minute, 1…100,000.
    var authAttempts = 5
    var logLevel = Logger.Level.info
}

extension Settings {
    /// Checks what was given; what was not keeps its default.
    init(_ given: [SettingsKey: [String]]) throws(SettingsError) {
        func one(_ key: SettingsKey) -> String? { given[key]?.last }

        if let value = one(.data) {
            guard !value.isEmpty else { throw SettingsError(.data, value, wants: "a directory") }
            dataDirectory = value
        }
        if let value = one(.http) { http = try Self.address(.http, value) }
        if let value = one(.media) { media = try Self.address(.media, value) }
        if let value = one(.mediaWorkers) {
            guard let count = Int(value), (1...64).contains(count) else {
                throw SettingsError(.mediaWorkers, value, wants: "a number from 1 to 64")
            }
            mediaWorkers = count
        }
        guard media.port == 0 || media.port + mediaWorkers - 1 <= 65535 else {
            throw SettingsError(
                "media: \(mediaWorkers) workers need ports \(media.port) to \(media.port + mediaWorkers - 1), beyond 65535.")
        }
        announce = given[.announce] ?? []
        if let empty = announce.first(where: \.isEmpty) { throw SettingsError(.announce, empty, wants: "an address or a name") }
        tls = try Self.tls(one(.tls), certificate: one(.tlsCert), key: one(.tlsKey))
        if let value = one(.registration) {
            guard let choice = Registration(rawValue: value) else {
                throw SettingsError(.registration, value, wants: "open, invite or closed")
            }
            registration = choice
        }
        publicURL = try one(.publicURL).map { (value) throws(SettingsError) in try Self.origin(.publicURL, value) }
        for value in given[.allowOrigin] ?? [] { allowedOrigins.append(try Self.origin(.allowOrigin, value)) }
        trustedProxies = given[.trustedProxy] ?? []
        if let value = one(.authAttempts) {
            guard let count = Int(value), (1...100_000).contains(count) else {
                throw SettingsError(.authAttempts, value, wants: "a number from 1 to 100000")
            }
            authAttempts = count
        }
        if let value = one(.logLevel) {
            guard let level = Logger.Level(rawValue: value), [.error, .warning, .info, .debug].contains(level) else {
                throw SettingsError(.logLevel, value, wants: "error, warning, info or debug")
            }
            logLevel = level
        }
    }

    private static func address(_ key: SettingsKey, _ value: String) throws(SettingsError) -> HostPort {
        guard let address = HostPort(value) else {
            throw SettingsError(key, value, wants: "HOST:PORT, such as 127.0.0.1:8080 or [::]:8080")
        }
        return address
    }

    private static func tls(_ mode: String?, certificate: String?, key: String?) throws(SettingsError) -> TLS {
        switch (mode, certificate, key) {
        case (nil, nil, nil): return .off
        case (nil, .some(let certificate), .some(let key)): return .files(certificate: certificate, key: key)
        case (nil, .some, nil): throw SettingsError("tls-cert needs tls-key: the private key of that certificate.")
        case (nil, nil, .some): throw SettingsError("tls-key needs tls-cert: the certificate of that key.")
        case ("self-signed", nil, nil): return .selfSigned
        case ("self-signed", _, _): throw SettingsError("tls self-signed and tls-cert or tls-key exclude each other.")
        case (.some(let mode), _, _): throw SettingsError(.tls, mode, wants: "self-signed; for files use tls-cert and tls-key")
        }
    }

    /// `http(s)://host[:port]`, without a path.
    private static func origin(_ key: SettingsKey, _ value: String) throws(SettingsError) -> String {
        var text = Substring(value)
        while text.hasSuffix("/") { text = text.dropLast() }
        for scheme in ["https://", "http://"] where text.hasPrefix(scheme) {
            let authority = text.dropFirst(scheme.count)
            if !authority.isEmpty, !authority.contains(where: { "/?#@ ".contains($0) }) { return String(text) }
        }
        throw SettingsError(key, value, wants: "an origin such as https://parley.example")
    }
}

/// The names of all options, as written on the command line (`--media-workers`), in the file (`media-workers:`) and, upper-cased with
/// underscores, in the environment (`PARLEY_MEDIA_WORKERS`).
enum SettingsKey: String, CaseIterable {
    case data, http, media
    case mediaWorkers = "media-workers"
    case announce
    case tlsCert = "tls-cert"
    case tlsKey = "tls-key"
    case tls, registration
    case publicURL = "public-url"
    case allowOrigin = "allow-origin"
    case trustedProxy = "trusted-proxy"
    case authAttempts = "auth-attempts"
    case logLevel = "log-level"

    /// Holds several values: a YAML list, or words separated by commas in the environment.
    var isList: Bool { self == .announce || self == .allowOrigin || self == .trustedProxy }
}

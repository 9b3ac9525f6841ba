import ArgumentParser

/// `parley serve`: every option may also be a `PARLEY_…` variable or a key of the YAML file; the command line wins, then the environment.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server.",
        discussion: """
            Each option can be given as an environment variable as well (--media-workers is PARLEY_MEDIA_WORKERS) or as a key of the file \
            named by --config (media-workers: 2). The command line wins over the environment, and the environment over the file.
            """)

    @Option(help: ArgumentHelp("Where the database, keys and files live. (default: ./data)", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Address of the web client, REST and gateways. (default: 127.0.0.1:8080)", valueName: "host:port"))
    var http: String?

    @Option(help: ArgumentHelp("UDP address of media; worker n listens on port + n. (default: 0.0.0.0:8089)", valueName: "host:port"))
    var media: String?

    @Option(help: ArgumentHelp("Media threads, each on a core of its own with a UDP port of its own. (default: 1)", valueName: "n"))
    var mediaWorkers: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Addresses or names at which clients reach the media port. (default: every address of this machine)", valueName: "addr"))
    var announce: [String] = []

    @Option(help: ArgumentHelp("PEM file with the certificate chain for HTTPS.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("PEM file with the private key for HTTPS.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "HTTPS without files: self-signed makes a certificate and keeps it in the data directory.", valueName: "self-signed"))
    var tls: String?

    @Option(help: ArgumentHelp("Who may sign up: open, invite or closed. (default: open)", valueName: "who"))
    var registration: String?

    @Option(help: ArgumentHelp("The address that people type, where a proxy stands before the server.", valueName: "url"))
    var publicURL: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Origins besides our own whose pages may use the API and the gateways.", valueName: "origin"))
    var allowOrigin: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.", valueName: "addr"))
    var trustedProxy: [String] = []

    @Option(help: ArgumentHelp("Attempts to sign in or up that one address has in a minute. (default: 5)", valueName: "n"))
    var authAttempts: String?

    @Option(help: ArgumentHelp("Least important log lines to write: error, warning, info or debug. (default: info)", valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("YAML file with any of these options.", valueName: "file"))
    var config: String?

    func run() async throws {
        let settings: Settings
        do {
            settings = try await Settings.load(commandLine: commandLine, file: config)
        } catch {
            throw ValidationError(error.description)
        }
        try await Server.run(settings)
    }

    private var commandLine: [SettingsKey: [String]] {
        var values: [SettingsKey: [String]] = [:]
        let single: [(SettingsKey, String?)] = [
            (.data, data), (.http, http), (.media, media), (.mediaWorkers, mediaWorkers), (.tlsCert, tlsCert), (.tlsKey, tlsKey),
            (.tls, tls),
            (.registration, registration), (.publicURL, publicURL), (.logLevel, logLevel), (.authAttempts, authAttempts),
        ]
        for (key, value) in single { values[key] = value.map { [$0] } }
        if !announce.isEmpty { values[.announce] = announce }
        if !allowOrigin.isEmpty { values[.allowOrigin] = allowOrigin }
        if !trustedProxy.isEmpty { values[.trustedProxy] = trustedProxy }
        return values
    }
}

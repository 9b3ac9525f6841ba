import Control
import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import SFU
import ServiceLifecycle
import Signaling

/// Puts the parts together, in the order in which they need each other, and runs them until a signal ends the process.
enum Server {
    /// - Throws: `SettingsError` for what the operator can mend.
    static func run(_ settings: Settings) async throws {
        let limiter = LogLimiter()
        LoggingSystem.bootstrap { label in JSONLogHandler(service: label, level: settings.logLevel, limiter: limiter) }
        let logger = Logger(label: "parley")
        let certificate = try certificate(settings)
        let lock = try DataDirectory.claim(settings.dataDirectory)
        defer { lock.release() }

        let doors = SignalingDoors()
        let media = try startMedia(settings, doors, logger)
        let services = try await startControl(settings, doors, media, logger)
        let signaling = SignalingPlane(
            doors: doors, services: services, media: media, gateway: gatewayConfiguration(settings), logger: logger)

        var channel = WebSocketUpgradeChannel.Configuration(
            endpoints: signaling.endpoints, policy: UpgradePolicy(allowedOrigins: settings.originsThatMayConnect))
        channel.isSecure = certificate != nil
        let application = Application(
            responder: await router(services, signaling).buildResponder(),
            server: try certificate.map { try .tls(.upgradable(channel), tlsConfiguration: $0.configuration()) } ?? .upgradable(channel),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.http.host, port: settings.http.port), serverName: nil, backlog: 4096),
            onServerRunning: { announce($0, settings, media) },
            logger: logger)

        // Ended in reverse: first no more requests and sockets, then signalling, then media.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: ([
                    MediaService(media: media), BackgroundService { await signaling.run() },
                    BackgroundService { try await services.runMaintenance(logger: logger) },
                    ReloadService(certificate: certificate, logger: logger), application,
                ] as [any Service]).map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        do {
            try await group.run()
        } catch let error as IOError {
            throw SettingsError("http: \(settings.http) cannot be listened on: \(error).")
        }
        try await services.store.close()
    }

    private static func certificate(_ settings: Settings) throws -> CertificateSource? {
        switch settings.tls {
        case .off: return nil
        case .files(let certificate, let key): return try CertificateSource(certificateFile: certificate, keyFile: key)
        case .selfSigned:
            let names =
                ["localhost", "127.0.0.1", "::1"] + settings.announce + [settings.http.host].filter { $0 != "0.0.0.0" && $0 != "::" }
            let files = try SelfSignedCertificate.files(in: settings.dataDirectory, names: names)
            return try CertificateSource(certificateFile: files.certificate, keyFile: files.key)
        }
    }

    private static func startMedia(_ settings: Settings, _ doors: SignalingDoors, _ logger: Logger) throws -> MediaServer {
        do {
            let media = try MediaServer(
                configuration: MediaServerConfiguration(
                    listen: (host: settings.media.host, port: settings.media.port), workers: settings.mediaWorkers,
                    announce: settings.announce))
            if media.ciphers != .openSSL {
                logger.warning("libsrtp kept its own ciphers; media costs twice as much", metadata: ["ciphers": "\(media.ciphers)"])
            }
            try media.start { doors.mediaEvents.publish($0) }
            return media
        } catch {
            throw SettingsError("media: \(settings.media): \(error).")
        }
    }

    private static func startControl(
        _ settings: Settings, _ doors: SignalingDoors, _ media: MediaServer, _ logger: Logger
    ) async throws -> ControlServices {
        var configuration = ControlConfiguration()
        configuration.registration = ControlConfiguration.Registration(rawValue: settings.registration.rawValue) ?? .closed
        configuration.authAttempts = .init(count: settings.authAttempts, window: .seconds(60))
        configuration.allowedOrigins = settings.originsThatMayConnect
        configuration.trustedProxies = settings.trustedProxies
        configuration.publicURL = settings.publicURL
        configuration.usesTLS = settings.tls != .off
        do {
            var services = try await ControlServices.start(
                data: settings.dataDirectory, configuration: configuration, sink: doors.eventSink, voice: doors.voiceActions,
                logger: logger)
            services.readiness.append((name: "media", isUp: { media.isRunning }))
            return services
        } catch {
            throw SettingsError("data: \(settings.dataDirectory) cannot be used: \(error).")
        }
    }

    private static func gatewayConfiguration(_ settings: Settings) -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.publicURL = settings.publicURL
        return configuration
    }

    private static func router(_ services: ControlServices, _ signaling: SignalingPlane) async -> Router<APIContext> {
        let router = ControlAPI.makeRouter(services)
        let group = ControlAPI.group(router, services)
        addControlRoutes(to: group, services: services)
        await HTTPMediaRoutes(services: services, plane: signaling).add(to: group)
        WebClient().addRoutes(to: router)
        ControlAPI.finish(router)
        return router
    }

    /// The one line on standard output: where to go, and the port that the firewall must let through.
    private static func announce(_ channel: any NIOCore.Channel, _ settings: Settings, _ media: MediaServer) {
        let port = channel.localAddress?.port ?? settings.http.port
        let host = ["0.0.0.0", "::"].contains(settings.http.host) ? "localhost" : settings.http.host
        let url = settings.publicURL ?? "\(settings.tls == .off ? "http" : "https")://\(HostPort(host: host, port: port))"
        let ports = media.ports.map(String.init).joined(separator: ", ")
        print("Parley \(Version.current) is ready at \(url) (media on UDP \(ports))")
        fflush(nil)
    }
}

extension Settings {
    /// Our own public address counts, where a proxy changes the Host header.
    var originsThatMayConnect: [String] { allowedOrigins + (publicURL.map { [$0] } ?? []) }
}

/// Stops the media workers last, so that peers are told.
private struct MediaService: Service {
    let media: MediaServer

    func run() async throws {
        try? await gracefulShutdown()
        media.stop()
    }
}

/// Work that goes on until the services that need it have ended.
private struct BackgroundService: Service {
    let work: @Sendable () async throws -> Void

    func run() async throws {
        try await withGracefulShutdownHandlerCancelling { try await work() }
    }

    /// Cancels the work at shutdown; what it throws then is no failure.
    private func withGracefulShutdownHandlerCancelling(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask { try? await gracefulShutdown() }
            try await group.next()
            group.cancelAll()
            do {
                while try await group.next() != nil {}
            } catch is CancellationError {}
        }
    }
}

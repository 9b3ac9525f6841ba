import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore

@testable import Control
@testable import Signaling

/// The real application on a real port over a real database file; only the media server is a recording one.
struct LiveServer: Sendable {
    let client: any TestClientProtocol
    let services: ControlServices
    let doors: SignalingDoors
    let plane: SignalingPlane
    let media: RecordingMedia

    /// Starts the gateways where `Options.startsByItself` is false.
    let begin: @Sendable () -> Void

    var port: Int { client.port ?? 0 }

    struct Options: Sendable {
        var gateway = GatewayConfiguration()
        var voice = VoiceConfiguration()
        var allowedOrigins: [String] = []
        /// Control's civil time; sockets keep to the machine's own clock.
        var clock = Clock.system
        var doors = SignalingDoors()
        /// Otherwise the gateways take no message until the test calls `begin`.
        var startsByItself = true
        var edit: @Sendable (inout WebSocketUpgradeChannel.Configuration) -> Void = { _ in }
    }

    /// Three at a time: a test that says "within a second" must not compete with fifty servers for two cores.
    private static let places = Places(3)

    static func run(_ options: Options = Options(), _ body: @Sendable (LiveServer) async throws -> Void) async throws {
        await places.take()
        do {
            try await runAlone(options, body)
        } catch {
            await places.giveBack()
            throw error
        }
        await places.giveBack()
    }

    private static func runAlone(_ options: Options, _ body: @Sendable (LiveServer) async throws -> Void) async throws {
        let directory = NSTemporaryDirectory() + "parley-signaling-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try SharedKey.install(in: directory)
        var configuration = ControlConfiguration()
        configuration.authAttempts = .init(count: 1_000_000, window: .seconds(1))
        configuration.userRequests = .init(count: 1_000_000, window: .seconds(1))
        configuration.addressRequests = .init(count: 1_000_000, window: .seconds(1))
        configuration.allowedOrigins = options.allowedOrigins
        let doors = options.doors
        let services = try await ControlServices.start(
            data: directory, configuration: configuration, sink: doors.eventSink, voice: doors.voiceActions, clock: options.clock)
        let media = RecordingMedia()
        let plane = SignalingPlane(
            doors: doors, services: services, media: media, gateway: options.gateway, voice: options.voice,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (start, starter) = AsyncStream.makeStream(of: Void.self)
        let begin: @Sendable () -> Void = { starter.finish() }
        if options.startsByItself { begin() }
        let running = Task {
            for await _ in start {}
            await plane.run()
        }
        let router = ControlAPI.makeRouter(services)
        let group = ControlAPI.group(router, services)
        addControlRoutes(to: group, services: services)
        await HTTPMediaRoutes(services: services, plane: plane).add(to: group)
        ControlAPI.finish(router)
        var upgrade = WebSocketUpgradeChannel.Configuration(
            endpoints: plane.endpoints, policy: UpgradePolicy(allowedOrigins: options.allowedOrigins))
        options.edit(&upgrade)
        let application = Application(
            router: router, server: .upgradable(upgrade), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await application.test(.live) { client in
            try await body(LiveServer(client: client, services: services, doors: doors, plane: plane, media: media, begin: begin))
        }
        running.cancel()
        await running.value
        try await services.store.close()
    }

    // MARK: REST

    struct Account: Sendable {
        let id: Snowflake
        let token: String
        let refresh: String
    }

    func request(_ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, token: String? = nil) async throws -> JSONValue {
        var headers = HTTPFields()
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await client.execute(
            uri: "/api/v10/\(path)", method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0.bytes) }
        ) { response in
            guard response.status.code < 300 else {
                throw TestFailure("\(method) \(path): \(response.status) \(String(buffer: response.body))")
            }
            return (try? JSONValue(parsing: response.body.readableBytesView)) ?? .null
        }
    }

    func register(_ name: String) async throws -> Account {
        let answer = try await request(
            .post, "auth/register",
            ["username": .string(name), "email": .string("\(name)@example.org"), "password": "correct horse battery"])
        return Account(
            id: try (answer["user"]?["id"]?.asSnowflake).orFail("id"), token: try (answer["access_token"]?.asString).orFail("token"),
            refresh: try (answer["refresh_token"]?.asString).orFail("refresh"))
    }

    struct Place: Sendable {
        let guild: Snowflake
        let text: Snowflake
        let voice: Snowflake
    }

    func makeGuild(_ owner: Account, members: [Account] = []) async throws -> Place {
        let guild = try (try await request(.post, "guilds", ["name": "Guild"], token: owner.token)["id"]?.asSnowflake).orFail("guild")
        let channels = try await request(.get, "guilds/\(guild)/channels", token: owner.token).asArray ?? []
        let text = try (channels.first { $0["type"] == 0 }?["id"]?.asSnowflake).orFail("text channel")
        let voice = try (channels.first { $0["type"] == 2 }?["id"]?.asSnowflake).orFail("voice channel")
        let place = Place(guild: guild, text: text, voice: voice)
        for member in members { try await invite(member, to: place, by: owner) }
        return place
    }

    func invite(_ member: Account, to place: Place, by owner: Account) async throws {
        let code = try (try await request(.post, "channels/\(place.text)/invites", [:], token: owner.token)["code"]?.asString).orFail(
            "code")
        _ = try await request(.post, "invites/\(code)", token: member.token)
    }

    // MARK: Sockets

    func socket(_ path: String = "/gateway", origin: String? = nil) async throws -> TestSocket {
        try await TestSocket.open(port: port, path, origin: origin)
    }

    struct Online: Sendable {
        let socket: TestSocket
        let ready: JSONValue
        /// GUILD_CREATE, the last that came before this returned.
        var guild: JSONValue = .null
        var sessionID: String { ready["session_id"]?.asString ?? "" }
    }

    /// Signs in on the main gateway and waits for READY and the guilds it announces.
    func signIn(_ account: Account) async throws -> Online {
        let socket = try await socket()
        _ = try await socket.expect(op: 10)
        socket.send(op: 2, ["token": .string(account.token), "properties": [:]])
        let ready = try await socket.event("READY")
        var online = Online(socket: socket, ready: ready)
        for _ in ready["guilds"]?.asArray ?? [] { online.guild = try await socket.event("GUILD_CREATE") }
        return online
    }

    struct Admission: Sendable {
        let token: String
        let state: JSONValue
    }

    /// Op 4, and what comes of it.
    func enter(_ online: Online, _ account: Account, _ place: Place) async throws -> Admission {
        online.socket.send(op: 4, ["guild_id": .id(place.guild), "channel_id": .id(place.voice), "self_mute": false, "self_deaf": false])
        let state = try await online.socket.event("VOICE_STATE_UPDATE") { $0["user_id"] == .id(account.id) && $0["channel_id"] != .null }
        let server = try await online.socket.event("VOICE_SERVER_UPDATE")
        return Admission(token: try (server["token"]?.asString).orFail("token"), state: state)
    }

    /// Joins a voice channel up to Ready.
    func join(_ online: Online, _ account: Account, _ place: Place) async throws -> Online {
        let admission = try await enter(online, account, place)
        let socket = try await socket("/voice")
        _ = try await socket.expect(op: 8)
        socket.send(op: 0, identify(place, account, online.sessionID, admission.token))
        return Online(socket: socket, ready: try await socket.expect(op: 2))
    }

    func identify(_ place: Place, _ account: Account, _ session: String, _ token: String) -> JSONValue {
        [
            "server_id": .id(place.guild), "channel_id": .id(place.voice), "user_id": .id(account.id), "session_id": .string(session),
            "token": .string(token),
        ]
    }

    /// Waits until something is so.
    func eventually(_ what: String, within time: Duration = .seconds(10), _ condition: @Sendable () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + time
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw TestFailure("never came: \(what)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

extension Optional {
    func orFail(_ what: String) throws -> Wrapped {
        guard let self else { throw TestFailure("missing: \(what)") }
        return self
    }
}

/// So many at once; the others wait in line.
private actor Places {
    private var free: Int
    private var line: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { line.append($0) }
    }

    func giveBack() {
        if line.isEmpty { free += 1 } else { line.removeFirst().resume() }
    }
}

/// One signing key for all servers of a run: making one takes a second in a debug build.
private enum SharedKey {
    private static let pem: Result<String, any Error> = Result {
        let directory = NSTemporaryDirectory() + "parley-key-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try SigningKey.load(path: directory + "/jwt.pem").pem
    }

    static func install(in directory: String) throws {
        try pem.get().write(toFile: directory + "/jwt.pem", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: directory + "/jwt.pem")
    }
}

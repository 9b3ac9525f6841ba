import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization

@testable import Control

/// A clock that moves when a test says so.
final class TestClock: Sendable {
    private let milliseconds: Mutex<Int64>

    init(milliseconds: Int64 = 1_790_000_000_000) {
        self.milliseconds = Mutex(milliseconds)
    }

    var clock: Clock { Clock { Timestamp(milliseconds: self.milliseconds.withLock { $0 }) } }

    var now: Timestamp { clock.now() }

    func advance(by duration: Duration) {
        milliseconds.withLock { $0 += duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000 }
    }
}

/// Remembers what was told, in order.
final class RecordingSink: DomainEventSink {
    private let recorded = Mutex<[(event: DomainEvent, commit: UInt64)]>([])
    private let waiters = Mutex<[CheckedContinuation<Void, Never>]>([])

    func publish(_ event: DomainEvent, commit: UInt64) {
        recorded.withLock { $0.append((event, commit)) }
        wake()
    }

    /// Returns when an event of this name has been told, or the test's time is up.
    func hears(_ name: String) async {
        while !names.contains(name), !Task.isCancelled {
            await withTaskCancellationHandler {
                await withCheckedContinuation { waiter in
                    waiters.withLock { $0.append(waiter) }
                    // Told between the question and the place in the line.
                    if names.contains(name) || Task.isCancelled { wake() }
                }
            } onCancel: {
                wake()
            }
        }
    }

    private func wake() {
        let woken = waiters.withLock { waiters in
            defer { waiters = [] }
            return waiters
        }
        for waiter in woken { waiter.resume() }
    }

    var all: [(event: DomainEvent, commit: UInt64)] { recorded.withLock { $0 } }

    /// Names of the events, such as `memberAdded`.
    var names: [String] {
        all.map { String(String(describing: $0.event).prefix { $0 != "(" }) }
    }

    func clear() { recorded.withLock { $0.removeAll() } }
}

/// A directory that goes when the test is over.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "parley-control-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// One signing key for all tests of a run: making one takes a tenth of a second.
enum SharedKey {
    static let pem: Result<String, any Error> = Result {
        let directory = try TemporaryDirectory()
        return try SigningKey.load(path: directory.path + "/jwt.pem").pem
    }

    static func install(in directory: String) throws {
        let path = directory + "/jwt.pem"
        try pem.get().write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
}

/// The real router over a real database file.
struct TestServer: Sendable {
    struct Answer: Sendable {
        let status: Int
        let json: JSONValue
        let headers: HTTPFields
        let text: String

        subscript(key: String) -> JSONValue? { json[key] }

        func string(_ key: String) -> String {
            if case .string(let text)? = json[key] { text } else { "" }
        }

        var elements: [JSONValue] { if case .array(let elements) = json { elements } else { [] } }
    }

    let client: any TestClientProtocol
    let services: ControlServices
    let clock: TestClock
    let sink: RecordingSink

    /// Limits so wide that tests do not run into them. Tests of limits set their own.
    static var wideConfiguration: ControlConfiguration {
        var configuration = ControlConfiguration()
        configuration.authAttempts = .init(count: 1_000_000, window: .seconds(1))
        configuration.userRequests = .init(count: 1_000_000, window: .seconds(1))
        configuration.addressRequests = .init(count: 1_000_000, window: .seconds(1))
        return configuration
    }

    @discardableResult static func run<T: Sendable>(
        _ configuration: ControlConfiguration = wideConfiguration, in directory: String? = nil, voice: any VoiceActions = NoVoice(),
        clock: TestClock = TestClock(), _ body: @escaping @Sendable (TestServer) async throws -> T
    ) async throws -> T {
        let temporary = try TemporaryDirectory()
        let directory = directory ?? temporary.path
        if !FileManager.default.fileExists(atPath: directory + "/jwt.pem") { try SharedKey.install(in: directory) }
        let sink = RecordingSink()
        let services = try await ControlServices.start(
            data: directory, configuration: configuration, sink: sink, voice: voice, clock: clock.clock)
        let router = ControlAPI.makeRouter(services)
        addControlRoutes(to: ControlAPI.group(router, services), services: services)
        ControlAPI.finish(router)
        let value = try await Application(router: router).test(.router) { client in
            try await body(TestServer(client: client, services: services, clock: clock, sink: sink))
        }
        try await services.store.close()
        withExtendedLifetime(temporary) {}
        return value
    }

    func request(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, token: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        let uri = path.hasPrefix("/") ? path : "/api/v10/\(path)"
        return try await client.execute(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0.bytes) }
        ) { response in
            let text = String(buffer: response.body)
            let json = (try? JSONValue(parsing: text.utf8)) ?? .null
            return Answer(status: response.status.code, json: json, headers: response.headers, text: text)
        }
    }

    func get(_ path: String, token: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        try await request(.get, path, token: token, headers: headers)
    }

    func post(_ path: String, _ body: JSONValue? = nil, token: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        try await request(.post, path, body, token: token, headers: headers)
    }

    func patch(_ path: String, _ body: JSONValue, token: String? = nil) async throws -> Answer {
        try await request(.patch, path, body, token: token)
    }

    func put(_ path: String, _ body: JSONValue? = nil, token: String? = nil) async throws -> Answer {
        try await request(.put, path, body, token: token)
    }

    func delete(_ path: String, token: String? = nil) async throws -> Answer {
        try await request(.delete, path, token: token)
    }

    // MARK: People and places

    struct Account: Sendable {
        let id: String
        let token: String
        let refresh: String
    }

    static let password = "correct horse battery"

    func register(_ name: String, headers: HTTPFields = [:]) async throws -> Account {
        let answer = try await post(
            "auth/register", ["username": .string(name), "email": .string("\(name)@example.org"), "password": .string(Self.password)],
            headers: headers)
        guard answer.status == 201, case .string(let id)? = answer["user"]?["id"] else { throw TestFailure("register: \(answer.text)") }
        return Account(id: id, token: answer.string("access_token"), refresh: answer.string("refresh_token"))
    }

    /// The id of a new guild.
    func makeGuild(_ owner: Account, _ name: String = "Guild") async throws -> String {
        let answer = try await post("guilds", ["name": .string(name)], token: owner.token)
        guard answer.status == 201 else { throw TestFailure("guild: \(answer.text)") }
        return answer.string("id")
    }

    func channels(of guild: String, _ account: Account) async throws -> (text: String, voice: String) {
        let channels = try await get("guilds/\(guild)/channels", token: account.token).elements
        guard case .string(let text)? = channels.first(where: { $0["type"] == 0 })?["id"],
            case .string(let voice)? = channels.first(where: { $0["type"] == 2 })?["id"]
        else { throw TestFailure("channels") }
        return (text, voice)
    }

    func invite(_ account: Account, to guild: String, by owner: Account) async throws {
        let text = try await channels(of: guild, owner).text
        let code = try await post("channels/\(text)/invites", [:], token: owner.token).string("code")
        let answer = try await post("invites/\(code)", token: account.token)
        guard answer.status == 200 else { throw TestFailure("invite: \(answer.text)") }
    }

    func makeRole(_ guild: String, _ permissions: Permissions, position: Int = 1, by owner: Account) async throws -> String {
        let answer = try await post(
            "guilds/\(guild)/roles", ["name": "role", "permissions": .permissions(permissions), "position": .int(Int64(position))],
            token: owner.token)
        guard answer.status == 201 else { throw TestFailure("role: \(answer.text)") }
        return answer.string("id")
    }

    func give(_ role: String, to account: Account, in guild: String, by owner: Account) async throws {
        let answer = try await put("guilds/\(guild)/members/\(account.id)/roles/\(role)", token: owner.token)
        guard answer.status == 204 else { throw TestFailure("give role: \(answer.text)") }
    }
}

struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

import Glibc
import LoadGenerator

/// The released binary, entered by WHIP and WHEP with accounts made over REST, as an encoder and players would.
final class ParleyPeer: MediaPeer {
    /// One person may hold this many WHIP and WHEP sessions.
    private static let sessionsPerPerson = 16

    let name = "parley"
    let notes: String
    let process: ServerProcess
    private let http: HTTPClient
    private let publisher: Account
    private let viewers: [Account]
    private let channel: String
    private var sessions = 0

    private struct Account: Decodable {
        struct User: Decodable { var id: String }
        var access_token: String
        var user: User
    }
    private struct Named: Decodable {
        var id: String
        var type: Int?
    }
    private struct Invite: Decodable { var code: String }
    private struct Registration: Encodable { var username, email, password: String }
    private struct Guild: Encodable { var name: String }
    private struct Tier: Encodable { var width, height, framerate, bitrate: Int }
    private struct Empty: Encodable {}

    init(binary: String, viewers count: Int, in laboratory: Laboratory) throws {
        let data = "\(laboratory.directory)/parley-\(UInt32.random(in: 0...UInt32.max))"
        mkdir(data, 0o700)
        let port: UInt16 = 18_080
        // Sign-ups come from one address here; nothing else differs from the defaults.
        process = try ServerProcess(
            [
                binary, "serve", "--data", data, "--http", "127.0.0.1:\(port)", "--media", "\(Laboratory.address):18089", "--auth-attempts",
                "10000",
            ], log: "\(data).log", core: laboratory.serverCore)
        http = HTTPClient(port: port)
        try Self.waitUntilReady(http, process)
        publisher = try Self.register("publisher", http)
        let guild: Named = try Self.call(http, "POST", "/guilds", Guild(name: "bench"), publisher)
        let channels: [Named] = try Self.call(http, "GET", "/guilds/\(guild.id)/channels", nil as Empty?, publisher)
        guard let voice = channels.first(where: { $0.type == 2 }) else { throw BenchError("the new guild has no voice channel") }
        channel = voice.id
        try Self.liftTiers(of: guild.id, http, publisher)
        let invite: Invite = try Self.call(http, "POST", "/channels/\(channel)/invites", Empty(), publisher)
        var viewers: [Account] = []
        for number in 0..<(count + Self.sessionsPerPerson - 1) / Self.sessionsPerPerson {
            let account = try Self.register("viewer\(number)", http)
            _ = try http.call("POST", "/api/v10/invites/\(invite.code)", body: "{}", headers: Self.headers(account))
            viewers.append(account)
        }
        self.viewers = viewers
        notes = "release build, one media worker, WHIP and WHEP; libsrtp on OpenSSL; stream tiers lifted to 20 Mbit/s"
    }

    func publish(_ endpoint: Endpoint, offer: SessionOffer) throws -> RemoteParameters {
        try enter("/channels/\(channel)/whip?source=camera", offer, publisher)
    }

    func watch(_ endpoint: Endpoint, offer: SessionOffer) throws -> RemoteParameters {
        defer { sessions += 1 }
        let account = viewers[sessions / Self.sessionsPerPerson]
        return try enter("/channels/\(channel)/whep?user=\(publisher.user.id)&source=camera", offer, account)
    }

    private func enter(_ path: String, _ offer: SessionOffer, _ account: Account) throws -> RemoteParameters {
        let headers = [("Authorization", "Bearer \(account.access_token)"), ("Content-Type", "application/sdp")]
        let answer = try http.call("POST", "/api/v10\(path)", body: offer.text(), headers: headers)
        return try RemoteParameters(sdp: answer.body, preferring: Laboratory.address)
    }

    private static func waitUntilReady(_ http: HTTPClient, _ process: ServerProcess) throws {
        for _ in 0..<1000 {
            try process.requireAlive()
            if let answer = try? http.request("GET", "/ready"), answer.status == 200 { return }
            usleep(20_000)
        }
        throw BenchError("Parley did not become ready; its log ends: \(TextFile.read(process.log).suffix(1500))")
    }

    private static func register(_ name: String, _ http: HTTPClient) throws -> Account {
        let form = Registration(username: name, email: "\(name)@example.org", password: "correct horse battery")
        let answer = try http.call(
            "POST", "/api/v10/auth/register", body: try JSON.encode(form), headers: [("Content-Type", "application/json")])
        return try JSON.decode(answer.body)
    }

    /// The figures are about packets, not about the tiers' ceilings: 2,000 packets of 1,200 bytes are 19 Mbit/s.
    private static func liftTiers(of guild: String, _ http: HTTPClient, _ owner: Account) throws {
        let tiers: [Named] = try call(http, "GET", "/guilds/\(guild)/stream-tiers", nil as Empty?, owner)
        for tier in tiers {
            let lifted = Tier(width: 3840, height: 2160, framerate: 60, bitrate: 20_000_000)
            let _: Named = try call(http, "PATCH", "/guilds/\(guild)/stream-tiers/\(tier.id)", lifted, owner)
        }
    }

    private static func call<Answer: Decodable>(
        _ http: HTTPClient, _ method: String, _ path: String, _ body: (some Encodable)?, _ account: Account
    ) throws -> Answer {
        let text = try body.map { try JSON.encode($0) }
        return try JSON.decode(try http.call(method, "/api/v10\(path)", body: text, headers: headers(account)).body)
    }

    private static func headers(_ account: Account) -> [(String, String)] {
        [("Authorization", "Bearer \(account.access_token)"), ("Content-Type", "application/json")]
    }
}

import Glibc
import LoadGenerator

/// The released binary as a process, and its REST interface.
struct ParleyServer {
    struct Account: Codable {
        struct User: Codable { var id: String }
        var access_token: String
        var user: User
    }

    struct Named: Decodable {
        var id: String
        var type: Int?
    }

    /// What all stream tiers of a guild are set to: the figures are about packets, not about the tiers' ceilings.
    struct Tier: Encodable {
        var width = 3840
        var height = 2160
        var framerate = 60
        /// The most that a tier may say.
        var bitrate = 20_000_000
    }

    struct Nothing: Codable {}

    static let password = "correct horse battery"
    private static let port: UInt16 = 18_080
    static let mediaPort: UInt16 = 18_089

    let process: ServerProcess
    let http: HTTPClient

    /// Starts the server on this data directory and waits until it is ready.
    /// - Parameter workers: media threads.
    init(binary: String, data: String, workers: Int = 1, in laboratory: Laboratory) throws {
        mkdir(data, 0o700)
        process = try ServerProcess(
            [
                binary, "serve", "--data", data, "--http", "127.0.0.1:\(Self.port)", "--media", "\(Laboratory.address):\(Self.mediaPort)",
                "--media-workers", "\(workers)",
            ],
            log: "\(data).log", core: laboratory.serverCore)
        http = HTTPClient(port: Self.port)
        for _ in 0..<1000 {
            try process.requireAlive()
            if let answer = try? http.request("GET", "/ready"), answer.status == 200 { return }
            usleep(20_000)
        }
        throw BenchError("Parley did not become ready; its log ends: \(TextFile.read(process.log).suffix(1500))")
    }

    /// Signs somebody up, from an address of their own: sign-ups are counted by address.
    func register(_ name: String, number: Int) throws -> Account {
        struct Form: Encodable { var username, email, password: String }
        var visitor = http
        visitor.source = "127.\(1 + number >> 16).\(number >> 8 & 255).\(number & 255)"
        let form = Form(username: name, email: "\(name)@example.org", password: Self.password)
        let answer = try visitor.call(
            "POST", "/api/v10/auth/register", body: try JSON.encode(form), headers: [("Content-Type", "application/json")])
        return try JSON.decode(answer.body)
    }

    /// A guild of this owner's with all tiers at one ceiling; its id and its voice channel's.
    func found(_ name: String, owner: Account, tier: Tier) throws -> (guild: String, channel: String) {
        struct Guild: Encodable { var name: String }
        let guild: Named = try call("POST", "/guilds", Guild(name: name), owner)
        let channels: [Named] = try call("GET", "/guilds/\(guild.id)/channels", nil as Nothing?, owner)
        guard let voice = channels.first(where: { $0.type == 2 }) else { throw BenchError("the new guild has no voice channel") }
        let tiers: [Named] = try call("GET", "/guilds/\(guild.id)/stream-tiers", nil as Nothing?, owner)
        for row in tiers { let _: Named = try call("PATCH", "/guilds/\(guild.id)/stream-tiers/\(row.id)", tier, owner) }
        return (guild.id, voice.id)
    }

    func invite(to channel: String, by owner: Account) throws -> String {
        struct Invite: Decodable { var code: String }
        let invite: Invite = try call("POST", "/channels/\(channel)/invites", Nothing(), owner)
        return invite.code
    }

    func accept(_ invite: String, _ account: Account) throws {
        _ = try http.call("POST", "/api/v10/invites/\(invite)", body: "{}", headers: Self.headers(account))
    }

    func call<Answer: Decodable>(_ method: String, _ path: String, _ body: (some Encodable)?, _ account: Account) throws -> Answer {
        let text = try body.map { try JSON.encode($0) }
        return try JSON.decode(try http.call(method, "/api/v10\(path)", body: text, headers: Self.headers(account)).body)
    }

    private static func headers(_ account: Account) -> [(String, String)] {
        [("Authorization", "Bearer \(account.access_token)"), ("Content-Type", "application/json")]
    }
}

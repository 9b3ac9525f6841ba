import Glibc
import LoadGenerator

/// The released binary, entered by WHIP and WHEP with accounts made over REST, as encoders and players would.
final class ParleyPeer: MediaPeer {
    /// One person may hold this many WHIP and WHEP sessions.
    private static let sessionsPerPerson = 16

    let name = "parley"
    let notes = "release build, one media worker, WHIP and WHEP; libsrtp on OpenSSL; stream tiers lifted to 20 Mbit/s"
    var process: ServerProcess { server.process }
    private let server: ParleyServer
    private var publishers: [ParleyServer.Account] = []
    private let viewers: [ParleyServer.Account]
    private let channel: String
    private let invite: String
    private var sessions = 0

    init(binary: String, viewers count: Int, in laboratory: Laboratory) throws {
        server = try ParleyServer(
            binary: binary, data: "\(laboratory.directory)/parley-\(UInt32.random(in: 0...UInt32.max))", in: laboratory)
        let owner = try server.register("publisher0", number: 1)
        let place = try server.found("bench", owner: owner, tier: ParleyServer.Tier())
        channel = place.channel
        invite = try server.invite(to: channel, by: owner)
        publishers = [owner]
        var viewers: [ParleyServer.Account] = []
        for number in 0..<(count + Self.sessionsPerPerson - 1) / Self.sessionsPerPerson {
            let account = try server.register("viewer\(number)", number: 1000 + number)
            try server.accept(invite, account)
            viewers.append(account)
        }
        self.viewers = viewers
    }

    func publish(_ endpoint: Endpoint, number: Int, offer: SessionOffer) throws -> RemoteParameters {
        while publishers.count <= number {
            let account = try server.register("publisher\(publishers.count)", number: 1 + publishers.count)
            try server.accept(invite, account)
            publishers.append(account)
        }
        return try enter("/channels/\(channel)/whip?source=camera", offer, publishers[number])
    }

    func watch(_ endpoint: Endpoint, publisher: Int, offer: SessionOffer) throws -> RemoteParameters {
        defer { sessions += 1 }
        let account = viewers[sessions / Self.sessionsPerPerson]
        return try enter("/channels/\(channel)/whep?user=\(publishers[publisher].user.id)&source=camera", offer, account)
    }

    private func enter(_ path: String, _ offer: SessionOffer, _ account: ParleyServer.Account) throws -> RemoteParameters {
        let headers = [("Authorization", "Bearer \(account.access_token)"), ("Content-Type", "application/sdp")]
        let answer = try server.http.call("POST", "/api/v10\(path)", body: offer.text(), headers: headers)
        return try RemoteParameters(sdp: answer.body, preferring: Laboratory.address)
    }
}

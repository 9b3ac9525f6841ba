import Glibc
import LoadGenerator

/// The released binary, entered by WHIP and WHEP with accounts made over REST, as encoders and players would. Everybody has an account of their
/// own: to the server an audience is as many participants.
final class ParleyPeer: MediaPeer {
    /// Accounts are made in such steps, so that one set of them serves loads of about a size.
    private static let step = 64

    let name = "parley"
    let notes: String
    var process: ServerProcess { server.process }
    private let server: ParleyServer
    private let room: ParleyTenants.Room
    private let publisherCount: Int
    private var watching = 0

    init(options: MediaOptions, viewers: Int, publishers: Int, workers: Int, in laboratory: Laboratory) throws {
        notes = "release build, \(workers) media worker(s), WHIP and WHEP; libsrtp on OpenSSL; stream tiers lifted to 20 Mbit/s"
        // The most that this command will need is made at once: each sign-up hashes a password.
        let most = max(viewers + publishers, (options.ramps ? 0 : options.viewers.max() ?? 0) * options.publishers + options.publishers)
        let people = RoomShape(rooms: 1, people: (most + Self.step - 1) / Self.step * Self.step, hasVideo: false)
        let tenants = try ParleyTenants.prepare(people, binary: options.ground.parley, in: laboratory)
        let data = "\(laboratory.directory)/parley-\(UInt32.random(in: 0...UInt32.max))"
        try Laboratory.run("cp", "-r", tenants.directory, data)
        server = try ParleyServer(binary: options.ground.parley, data: data, workers: workers, in: laboratory)
        room = tenants.rooms[0]
        publisherCount = publishers
    }

    func publish(_ endpoint: Endpoint, number: Int, offer: SessionOffer) throws -> RemoteParameters {
        try enter("/channels/\(room.channel)/whip?source=camera", offer, room.people[number])
    }

    func watch(_ endpoint: Endpoint, publisher: Int, offer: SessionOffer) throws -> RemoteParameters {
        defer { watching += 1 }
        let watched = room.people[publisher].user.id
        return try enter("/channels/\(room.channel)/whep?user=\(watched)&source=camera", offer, room.people[publisherCount + watching])
    }

    /// Worker n has the port n above the first (docs/architecture.md).
    func worker(of remote: RemoteParameters) -> Int? { Int(remote.port) - Int(ParleyServer.mediaPort) }

    private func enter(_ path: String, _ offer: SessionOffer, _ account: ParleyServer.Account) throws -> RemoteParameters {
        let headers = [("Authorization", "Bearer \(account.access_token)"), ("Content-Type", "application/sdp")]
        let answer = try server.http.call("POST", "/api/v10\(path)", body: offer.text(), headers: headers)
        return try RemoteParameters(sdp: answer.body, preferring: Laboratory.address)
    }
}

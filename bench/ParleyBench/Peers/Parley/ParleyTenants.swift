import LoadGenerator

/// Guilds and accounts for the rooms of a shape, made once and copied for each run: a password's hash takes 40 ms, and a run may need a thousand.
struct ParleyTenants {
    struct Room {
        var guild: String
        var channel: String
        var people: [ParleyServer.Account]
    }

    /// Access tokens are good for an hour; new accounts are made after this many nanoseconds.
    private static let lifetime: Int64 = 40 * 60 * 1_000_000_000
    nonisolated(unsafe) private static var prepared: [ParleyTenants] = []

    let directory: String
    /// At least those that were asked for: a ramp asks for more and more of them, and for fewer when it has gone too far.
    private(set) var rooms: [Room] = []
    /// Of one room.
    private let shape: RoomShape
    private let made: Int64

    /// To be called by the main thread alone.
    static func prepare(_ shape: RoomShape, binary: String, in laboratory: Laboratory) throws -> ParleyTenants {
        let now = Clock.now
        var one = shape
        one.rooms = 1
        let known = prepared.first { $0.shape == one && now - $0.made < lifetime }
        if let known, known.rooms.count >= shape.rooms { return known }
        prepared.removeAll { $0.shape == one }
        var tenants = known ?? ParleyTenants(one, in: laboratory)
        try tenants.grow(to: shape.rooms, binary: binary, in: laboratory)
        prepared.append(tenants)
        return tenants
    }

    private init(_ shape: RoomShape, in laboratory: Laboratory) {
        self.shape = shape
        directory = "\(laboratory.directory)/tenants-\(UInt32.random(in: 0...UInt32.max))"
        made = Clock.now
    }

    private mutating func grow(to count: Int, binary: String, in laboratory: Laboratory) throws {
        let server = try ParleyServer(binary: binary, data: directory, in: laboratory)
        defer { server.process.end() }
        // Nothing above the layer that everybody is shown may be forwarded.
        var tier = ParleyServer.Tier()
        if shape.hasVideo, let layer = TrafficShape.simulcast.first(where: { $0.rid == shape.layer })?.shape {
            (tier.width, tier.height) = (layer.width, layer.height)
        }
        for room in rooms.count..<count {
            let owner = try server.register("owner\(room)", number: 1 + room * shape.people)
            let place = try server.found("room \(room)", owner: owner, tier: tier)
            let invite = try server.invite(to: place.channel, by: owner)
            let others = try (1..<shape.people).map { number in
                let account = try server.register("person\(room)x\(number)", number: 1 + room * shape.people + number)
                try server.accept(invite, account)
                return account
            }
            rooms.append(Room(guild: place.guild, channel: place.channel, people: [owner] + others))
        }
    }
}

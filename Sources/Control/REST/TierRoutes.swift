import GRDB
import Hummingbird

/// Quality tiers of a guild: which there are and who may use them.
struct TierRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.get("guilds/{guild_id}/stream-tiers", use: listStreamTiers)
        group.patch("guilds/{guild_id}/stream-tiers/{tier_id}", use: changeStreamTier)
        group.get("guilds/{guild_id}/voice-tiers", use: listVoiceTiers)
        group.patch("guilds/{guild_id}/voice-tiers/{tier_id}", use: changeVoiceTier)
    }

    @Sendable private func listStreamTiers(_ request: Request, _ context: APIContext) async throws -> Response {
        try await list(context) { db, guild in try StreamTierTable.all(db, in: guild).map(\.payload) }
    }

    @Sendable private func listVoiceTiers(_ request: Request, _ context: APIContext) async throws -> Response {
        try await list(context) { db, guild in try VoiceTierTable.all(db, in: guild).map(\.payload) }
    }

    private func list(_ context: APIContext, _ tiers: @Sendable (Database, Snowflake) throws -> [JSONValue]) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        return .json(
            .array(
                try await services.store.read { db in
                    _ = try GuildAccess.require(db, guild: guild, user: principal.userID)
                    return try tiers(db, guild)
                }))
    }

    @Sendable private func changeStreamTier(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let id = try context.id("tier_id")
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let name = form.name("name", length: 1...32)
        // Bounds: what VP8 and VP9 carry in real time on today's machines, and no tier without a picture.
        let width = form.int("width", in: 64...3840)
        let height = form.int("height", in: 64...2160)
        let framerate = form.int("framerate", in: 1...60)
        let bitrate = form.int("bitrate", in: 50_000...20_000_000)
        let publishRoles = form.ids("publish_roles", atMost: RoleTable.maximumPerGuild)
        let watchRoles = form.ids("watch_roles", atMost: RoleTable.maximumPerGuild)
        let faults = form
        let tier = try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.manageGuild)
            guard var tier = try StreamTierTable.find(tx.db, id, in: guild) else { throw APIError.unknownTier }
            try faults.check()
            tier.name = name ?? tier.name
            tier.width = width ?? tier.width
            tier.height = height ?? tier.height
            tier.framerate = framerate ?? tier.framerate
            tier.bitrate = bitrate ?? tier.bitrate
            tier.publishRoles = try Self.roles(publishRoles, access) ?? tier.publishRoles
            tier.watchRoles = try Self.roles(watchRoles, access) ?? tier.watchRoles
            try StreamTierTable.update(tx.db, tier)
            tx.publish(.streamTierUpdated(tier))
            return tier
        }
        return .json(tier.payload)
    }

    /// A new rate reaches every channel of the tier.
    @Sendable private func changeVoiceTier(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let id = try context.id("tier_id")
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let name = form.name("name", length: 1...32)
        // RFC 6716 §2.1.1: Opus runs from 6 to 510 kbit/s; below 8 nothing is intelligible.
        let bitrate = form.int("bitrate", in: 8000...510_000)
        let publishRoles = form.ids("publish_roles", atMost: RoleTable.maximumPerGuild)
        let faults = form
        let tier = try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.manageGuild)
            guard var tier = try VoiceTierTable.find(tx.db, id, in: guild) else { throw APIError.unknownTier }
            try faults.check()
            let before = tier
            tier.name = name ?? tier.name
            tier.bitrate = bitrate ?? tier.bitrate
            tier.publishRoles = try Self.roles(publishRoles, access) ?? tier.publishRoles
            try VoiceTierTable.update(tx.db, tier)
            tx.publish(.voiceTierUpdated(tier))
            if tier.bitrate != before.bitrate {
                for channel in try ChannelTable.all(tx.db, in: guild) where channel.voiceTierID == id {
                    tx.publish(.channelUpdated(channel))
                }
            }
            return tier
        }
        return .json(tier.payload)
    }

    /// Each must be a role of this guild.
    private static func roles(_ ids: [Snowflake]?, _ access: GuildAccess) throws -> [Snowflake]? {
        guard let ids else { return nil }
        guard ids.allSatisfy({ id in access.roles.contains { $0.id == id } }) else { throw APIError.unknownRole }
        return Set(ids).sorted()
    }
}

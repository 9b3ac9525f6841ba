import Hummingbird

/// Bans.
struct BanRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.get("guilds/{guild_id}/bans", use: list)
        group.get("guilds/{guild_id}/bans/{user_id}", use: show)
        group.put("guilds/{guild_id}/bans/{user_id}", use: ban)
        group.delete("guilds/{guild_id}/bans/{user_id}", use: unban)
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let limit = try request.queryInt("limit", in: 1...1000, default: 1000)
        let after = try request.queryID("after")
        let bans = try await services.store.read { db in
            try GuildAccess.require(db, guild: guild, user: principal.userID).require(.banMembers)
            return try BanTable.all(db, in: guild, after: after, limit: limit)
        }
        return .json(.array(bans.map(\.payload)))
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let user = try context.id("user_id")
        let ban = try await services.store.read { db in
            try GuildAccess.require(db, guild: guild, user: principal.userID).require(.banMembers)
            return try BanTable.find(db, user, in: guild)
        }
        guard let ban else { throw APIError.unknownBan }
        return .json(ban.payload)
    }

    /// Also someone who is not in the guild can be banned. The reason comes in a header, percent-encoded.
    @Sendable private func ban(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let id = try context.id("user_id")
        let reason = request.headers[.xAuditLogReason].map { String(($0.removingPercentEncoding ?? $0).prefix(512)) }
        try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.banMembers)
            guard let user = try UserTable.find(tx.db, id) else { throw APIError.unknownUser }
            let member = try MemberTable.find(tx.db, id, in: guild)
            if let member, !access.hierarchy.isAbove(access.member, member) { throw APIError.missingPermissions }
            guard try BanTable.find(tx.db, id, in: guild) == nil else { return }
            try BanTable.insert(tx.db, guild: guild, user: id, reason: reason, at: tx.now)
            tx.publish(.banAdded(guild: guild, user: user))
            if let member { try Membership.end(tx, member, reason: .banned) }
        }
        return .noContent
    }

    @Sendable private func unban(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let id = try context.id("user_id")
        try await services.store.write { tx in
            try GuildAccess.require(tx.db, guild: guild, user: principal.userID).require(.banMembers)
            guard try BanTable.delete(tx.db, id, in: guild), let user = try UserTable.find(tx.db, id) else { throw APIError.unknownBan }
            tx.publish(.banRemoved(guild: guild, user: user))
        }
        return .noContent
    }
}

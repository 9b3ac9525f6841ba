import GRDB
import Hummingbird

/// Invites: making, showing and using them.
struct InviteRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.post("channels/{channel_id}/invites", use: create)
        group.get("guilds/{guild_id}/invites", use: list)
        group.get("invites/{code}", use: show)
        group.post("invites/{code}", use: join)
        group.delete("invites/{code}", use: delete)
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("channel_id")
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let maxAge = form.int("max_age", in: 0...604_800) ?? 86_400
        let maxUses = form.int("max_uses", in: 0...100) ?? 0
        let isTemporary = form.bool("temporary") ?? false
        let faults = form
        let code = Self.newCode()
        let payload: JSONValue = try await services.store.write { tx in
            let (access, channel) = try GuildAccess.require(tx.db, channel: id, user: principal.userID)
            try access.require(.createInstantInvite, in: channel)
            try faults.check()
            guard try InviteTable.count(tx.db, in: access.guild.id) < InviteTable.maximumPerGuild else {
                throw APIError.maximum(30016, "Maximum number of invites reached (\(InviteTable.maximumPerGuild))")
            }
            let invite = Invite(
                code: code, guildID: access.guild.id, channelID: id, inviterID: principal.userID, uses: 0, maxUses: maxUses,
                maxAgeSeconds: maxAge, isTemporary: isTemporary, createdAt: tx.now)
            try InviteTable.insert(tx.db, invite)
            tx.publish(.inviteCreated(invite))
            return invite.payload(guild: access.guild, channel: channel, inviter: access.member.user, memberCount: nil)
        }
        return .json(payload)
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let now = services.clock.now()
        let payloads: [JSONValue] = try await services.store.read { db in
            try GuildAccess.require(db, guild: guild, user: principal.userID).require(.manageGuild)
            return try InviteTable.all(db, in: guild).filter { $0.isUsable(at: now) }.compactMap { try Self.payload(db, $0) }
        }
        return .json(.array(payloads))
    }

    /// Anyone who has the code may look, signed in or not: the code is the secret.
    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        let code = try context.parameters.require("code")
        let now = services.clock.now()
        let payload: JSONValue = try await services.store.read { db in try Self.payload(db, try Self.usable(db, code, at: now)) ?? .null }
        guard payload != .null else { throw APIError.unknownInvite }
        return .json(payload)
    }

    /// Joins. Someone who is a member already gets the same answer, and the invite is not used up.
    @Sendable private func join(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let code = try context.parameters.require("code")
        let payload: JSONValue = try await services.store.write { tx in
            guard try UserTable.find(tx.db, principal.userID) != nil else { throw APIError.unauthorized }
            let invite = try Self.usable(tx.db, code, at: tx.now)
            let isNew = try Membership.join(tx, invite, user: principal.userID).isNew
            guard case .object(var object)? = try Self.payload(tx.db, invite) else { throw APIError.unknownInvite }
            object["new_member"] = .bool(isNew)
            return .object(object)
        }
        return .json(payload)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let code = try context.parameters.require("code")
        let payload: JSONValue = try await services.store.write { tx in
            guard let invite = try InviteTable.find(tx.db, code), let channel = try ChannelTable.find(tx.db, invite.channelID) else {
                throw APIError.unknownInvite
            }
            let access = try GuildAccess.require(tx.db, guild: invite.guildID, user: principal.userID)
            guard access.permissions.contains(.manageGuild) || access.permissions(in: channel).contains(.manageChannels) else {
                throw APIError.missingPermissions
            }
            let payload = try Self.payload(tx.db, invite)
            try InviteTable.delete(tx.db, code)
            tx.publish(.inviteDeleted(invite))
            return payload ?? .null
        }
        return .json(payload)
    }

    private static func usable(_ db: Database, _ code: String, at now: Timestamp) throws -> Invite {
        guard let invite = try InviteTable.find(db, code), invite.isUsable(at: now) else { throw APIError.unknownInvite }
        return invite
    }

    private static func payload(_ db: Database, _ invite: Invite) throws -> JSONValue? {
        guard let guild = try GuildTable.find(db, invite.guildID), let channel = try ChannelTable.find(db, invite.channelID) else {
            return nil
        }
        let inviter = try invite.inviterID.flatMap { try UserTable.find(db, $0) }
        return invite.payload(guild: guild, channel: channel, inviter: inviter, memberCount: try MemberTable.count(db, in: guild.id))
    }

    /// Ten characters of 57 that cannot be taken for one another: 58 random bits.
    private static func newCode() -> String {
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789")
        var random = SystemRandomNumberGenerator()
        return String((0..<10).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
    }
}

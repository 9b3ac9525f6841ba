import GRDB
import Hummingbird

/// Members: who is here, what they are called, which roles they have, and whether they may be heard.
struct MemberRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.get("guilds/{guild_id}/members", use: list)
        group.get("guilds/{guild_id}/members/{user_id}", use: show)
        group.patch("guilds/{guild_id}/members/@me", use: changeOwn)
        group.patch("guilds/{guild_id}/members/{user_id}", use: change)
        group.delete("guilds/{guild_id}/members/{user_id}", use: kick)
        group.put("guilds/{guild_id}/members/{user_id}/roles/{role_id}", use: addRole)
        group.delete("guilds/{guild_id}/members/{user_id}/roles/{role_id}", use: removeRole)
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("guild_id")
        let limit = try request.queryInt("limit", in: 1...1000, default: 1)
        let after = try request.queryID("after")
        let members = try await services.store.read { db in
            _ = try GuildAccess.require(db, guild: id, user: principal.userID)
            return try MemberTable.all(db, in: id, after: after, limit: limit)
        }
        return .json(.array(members.map(\.payload)))
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let user = try context.memberID(principal)
        let member = try await services.store.read { db in
            _ = try GuildAccess.require(db, guild: guild, user: principal.userID)
            return try Self.member(db, user, in: guild)
        }
        return .json(member.payload)
    }

    @Sendable private func changeOwn(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let nick = form.nullableString("nick", length: 0...32)
        let faults = form
        let member = try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            if nick != nil { try access.require(.changeNickname) }
            try faults.check()
            var member = access.member
            member.nick = nick ?? member.nick
            try MemberTable.update(tx.db, member)
            tx.publish(.memberUpdated(member))
            return member
        }
        return .json(member.payload)
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let user = try context.memberID(principal)
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let edit = MemberEdit(&form)
        let faults = form
        let connected = await services.voice.connectedChannel(of: user, in: guild)
        let (member, target) = try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            let before = try Self.member(tx.db, user, in: guild)
            try edit.authorize(access, before, connected: connected, tx.db)
            try faults.check()
            var member = before
            member.nick = edit.nick ?? member.nick
            member.isMuted = edit.mute ?? member.isMuted
            member.isDeafened = edit.deaf ?? member.isDeafened
            try MemberTable.update(tx.db, member)
            if let roles = edit.roles {
                member.roles = Set(roles.filter { $0 != guild }).sorted()
                try MemberTable.setRoles(tx.db, member.roles, of: user, in: guild)
            }
            if member != before { tx.publish(.memberUpdated(member)) }
            return (member, edit.channelID)
        }
        switch target {
        case nil: break
        case .some(nil): await services.voice.disconnect(user, in: guild)
        case .some(let channel?):
            switch await services.voice.move(user, in: guild, to: channel) {
            case .moved: break
            case .notConnected: throw APIError.notInVoice
            case .notPermitted: throw APIError.targetMayNotConnect
            }
        }
        return .json(member.payload)
    }

    @Sendable private func kick(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let user = try context.id("user_id")
        try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.kickMembers)
            let member = try Self.member(tx.db, user, in: guild)
            guard access.hierarchy.isAbove(access.member, member) else { throw APIError.missingPermissions }
            try Membership.end(tx, member, reason: .kicked)
        }
        return .noContent
    }

    @Sendable private func addRole(_ request: Request, _ context: APIContext) async throws -> Response {
        try await changeRole(context) { $0.contains($1) ? $0 : $0 + [$1] }
    }

    @Sendable private func removeRole(_ request: Request, _ context: APIContext) async throws -> Response {
        try await changeRole(context) { roles, role in roles.filter { $0 != role } }
    }

    private func changeRole(
        _ context: APIContext, _ edit: @escaping @Sendable ([Snowflake], Snowflake) -> [Snowflake]
    ) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let user = try context.memberID(principal)
        let id = try context.id("role_id")
        try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.manageRoles)
            var member = try Self.member(tx.db, user, in: guild)
            guard let role = try RoleTable.find(tx.db, id, in: guild), !role.isEveryone else { throw APIError.unknownRole }
            guard access.hierarchy.isAbove(access.member, role) else { throw APIError.missingPermissions }
            let roles = edit(member.roles, id).sorted()
            guard roles != member.roles else { return }
            member.roles = roles
            try MemberTable.setRoles(tx.db, roles, of: user, in: guild)
            tx.publish(.memberUpdated(member))
        }
        return .noContent
    }

    private static func member(_ db: Database, _ user: Snowflake, in guild: Snowflake) throws -> Member {
        guard let member = try MemberTable.find(db, user, in: guild) else { throw APIError.unknownMember }
        return member
    }
}

/// What a moderator changes of a member, and which right each change needs.
private struct MemberEdit: Sendable {
    let nick: String??
    let roles: [Snowflake]?
    let mute: Bool?
    let deaf: Bool?
    /// `.some(nil)`: out of voice.
    let channelID: Snowflake??

    init(_ form: inout Form) {
        nick = form.nullableString("nick", length: 0...32)
        roles = form.ids("roles", atMost: RoleTable.maximumPerGuild)
        mute = form.bool("mute")
        deaf = form.bool("deaf")
        channelID = form.nullableID("channel_id")
    }

    private var isEmpty: Bool { nick == nil && roles == nil && mute == nil && deaf == nil && channelID == nil }

    /// - Parameter connected: where the member is in voice. Rights to mute, deafen and move are those in that channel.
    func authorize(_ access: GuildAccess, _ member: Member, connected: Snowflake?, _ db: Database) throws {
        if isEmpty && member.user.id != access.member.user.id { try access.require(.manageNicknames) }
        if nick != nil {
            if member.user.id == access.member.user.id {
                try access.require(.changeNickname)
            } else {
                try access.require(.manageNicknames)
                guard access.hierarchy.isAbove(access.member, member) else { throw APIError.missingPermissions }
            }
        }
        if let roles { try authorize(roles, access, member) }
        let here = try connected.flatMap { try ChannelTable.find(db, $0) }
        let rights = here.map { access.permissions(in: $0) } ?? access.permissions
        if mute != nil, !rights.contains(.muteMembers) { throw APIError.missingPermissions }
        if deaf != nil, !rights.contains(.deafenMembers) { throw APIError.missingPermissions }
        if let channelID {
            guard rights.contains(.moveMembers) else { throw APIError.missingPermissions }
            try authorizeMove(of: member, to: channelID, access, db)
            guard here != nil else { throw APIError.notInVoice }
        }
    }

    private func authorize(_ roles: [Snowflake], _ access: GuildAccess, _ member: Member) throws {
        try access.require(.manageRoles)
        let changed = Set(roles.filter { $0 != access.guild.id }).symmetricDifference(member.roles)
        for id in changed {
            guard let role = access.roles.first(where: { $0.id == id }) else { throw APIError.unknownRole }
            guard access.hierarchy.isAbove(access.member, role) else { throw APIError.missingPermissions }
        }
    }

    /// Whoever moves someone must be able to go there too, as in Discord. So must the one who is moved: media here is for those who may connect,
    /// whoever brought them, so a move that would end in silence is refused with the reason.
    private func authorizeMove(of member: Member, to channel: Snowflake?, _ access: GuildAccess, _ db: Database) throws {
        guard let channel else { return }
        guard let target = try ChannelTable.find(db, channel), target.guildID == access.guild.id else { throw APIError.unknownChannel }
        guard target.kind == .voice else { throw APIError.wrongChannelKind }
        guard access.permissions(in: target).contains(.connect) else { throw APIError.missingPermissions }
        let moved = PermissionCalculator(guild: access.guild, roles: access.roles, member: member)
        guard moved.permissions(in: target).contains(.connect) else { throw APIError.targetMayNotConnect }
    }
}

extension APIContext {
    /// The member in the path, who may be called `@me`.
    fileprivate func memberID(_ principal: Principal) throws(APIError) -> Snowflake {
        parameters.get("user_id") == "@me" ? principal.userID : try id("user_id")
    }
}

import Hummingbird

/// Roles. Whoever manages roles does so only below the own highest role, and with no permission beyond the own.
struct RoleRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.get("guilds/{guild_id}/roles", use: list)
        group.post("guilds/{guild_id}/roles", use: create)
        group.patch("guilds/{guild_id}/roles", use: arrange)
        group.patch("guilds/{guild_id}/roles/{role_id}", use: change)
        group.delete("guilds/{guild_id}/roles/{role_id}", use: delete)
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("guild_id")
        let roles = try await services.store.read { db in try GuildAccess.require(db, guild: id, user: principal.userID).roles }
        return .json(.array(roles.map(\.payload)))
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let edit = RoleEdit(&form)
        let faults = form
        let id = services.snowflakes.next()
        let role = try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.manageRoles)
            try faults.check()
            guard access.roles.count < RoleTable.maximumPerGuild else {
                throw APIError.maximum(30005, "Maximum number of guild roles reached (\(RoleTable.maximumPerGuild))")
            }
            let everyone = access.roles.first { $0.isEveryone }?.permissions ?? []
            // Without a set of its own a new role starts with what everyone has, as far as its maker has it too.
            var role = Role(
                id: id, guildID: guild, name: "new role", permissions: everyone.intersection(access.permissions), position: 1, color: 0,
                isHoisted: false, isMentionable: false)
            edit.apply(to: &role)
            try access.require(role.permissions)
            try RoleTable.insert(tx.db, role)
            tx.publish(.roleCreated(role))
            return role
        }
        return .json(role.payload, status: .created)
    }

    /// Moves roles: `[{"id":"…","position":3}, …]`.
    @Sendable private func arrange(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let document = try await Form.document(request, limit: services.configuration.maximumBodyBytes)
        var wrapper = Form(JSONObject([("roles", document)]))
        let moves: [(id: Snowflake, position: Int)] = (wrapper.forms("roles", atMost: RoleTable.maximumPerGuild) ?? []).compactMap { form in
            var form = form
            guard let id = form.id("id") else {
                wrapper.fail("id", "BASE_TYPE_REQUIRED", "This field is required")
                return nil
            }
            return form.int("position", in: 0...RoleTable.maximumPerGuild).map { (id, $0) }
        }
        let faults = wrapper
        let roles = try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.manageRoles)
            try faults.check()
            for (id, position) in moves {
                guard var role = access.roles.first(where: { $0.id == id }) else { throw APIError.unknownRole }
                guard !role.isEveryone, position > 0, role.position != position else { continue }
                guard access.hierarchy.isAbove(access.member, role),
                    access.hierarchy.mayPlace(access.member, at: position, among: access.roles)
                else { throw APIError.missingPermissions }
                role.position = position
                try RoleTable.update(tx.db, role)
                tx.publish(.roleUpdated(role))
            }
            return try RoleTable.all(tx.db, in: guild)
        }
        return .json(.array(roles.map(\.payload)))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let id = try context.id("role_id")
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let edit = RoleEdit(&form)
        let faults = form
        let role = try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.manageRoles)
            guard var role = try RoleTable.find(tx.db, id, in: guild) else { throw APIError.unknownRole }
            guard access.hierarchy.isAbove(access.member, role) else { throw APIError.missingPermissions }
            try faults.check()
            let before = role
            edit.apply(to: &role)
            // Only what changes must be held: a role may keep what its editor does not have.
            try access.require(role.permissions.symmetricDifference(before.permissions))
            if role.position != before.position {
                guard access.hierarchy.mayPlace(access.member, at: role.position, among: access.roles) else {
                    throw APIError.missingPermissions
                }
            }
            try RoleTable.update(tx.db, role)
            tx.publish(.roleUpdated(role))
            return role
        }
        return .json(role.payload)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        let id = try context.id("role_id")
        try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.manageRoles)
            guard let role = try RoleTable.find(tx.db, id, in: guild) else { throw APIError.unknownRole }
            guard access.hierarchy.isAbove(access.member, role) else { throw APIError.missingPermissions }
            guard !role.isEveryone else { throw APIError(.badRequest, code: 50028, "Invalid role") }
            let holders = try MemberTable.holders(tx.db, of: id)
            let channels = try ChannelTable.all(tx.db, in: guild).filter { $0.overwrites.contains { $0.id == id } }
            let streamTiers = try StreamTierTable.all(tx.db, in: guild).filter { ($0.publishRoles + $0.watchRoles).contains(id) }
            let voiceTiers = try VoiceTierTable.all(tx.db, in: guild).filter { $0.publishRoles.contains(id) }
            try RoleTable.delete(tx.db, role)
            tx.publish(.roleDeleted(guild: guild, role: id))
            for user in holders { if let member = try MemberTable.find(tx.db, user, in: guild) { tx.publish(.memberUpdated(member)) } }
            for channel in channels { if let after = try ChannelTable.find(tx.db, channel.id) { tx.publish(.channelUpdated(after)) } }
            for tier in streamTiers {
                if let after = try StreamTierTable.find(tx.db, tier.id, in: guild) { tx.publish(.streamTierUpdated(after)) }
            }
            for tier in voiceTiers {
                if let after = try VoiceTierTable.find(tx.db, tier.id, in: guild) { tx.publish(.voiceTierUpdated(after)) }
            }
        }
        return .noContent
    }
}

/// The editable fields of a role, as read from a form.
private struct RoleEdit: Sendable {
    let name: String?
    let permissions: Permissions?
    let color: Int?
    let isHoisted: Bool?
    let isMentionable: Bool?
    let position: Int?

    /// The colour stands in `color`, or in `colors.primary_color` since 2025; libraries send one or the other.
    init(_ form: inout Form) {
        name = form.name("name", length: 1...100)
        permissions = form.permissions("permissions")
        let plain = form.int("color", in: 0...0xFFFFFF)
        color = form.primaryColor() ?? plain
        isHoisted = form.bool("hoist")
        isMentionable = form.bool("mentionable")
        position = form.int("position", in: 1...RoleTable.maximumPerGuild)
    }

    func apply(to role: inout Role) {
        // `@everyone` keeps its name and place.
        if !role.isEveryone {
            role.name = name ?? role.name
            role.position = position ?? role.position
        }
        role.permissions = permissions ?? role.permissions
        role.color = color ?? role.color
        role.isHoisted = isHoisted ?? role.isHoisted
        role.isMentionable = isMentionable ?? role.isMentionable
    }
}

extension Form {
    fileprivate mutating func primaryColor() -> Int? {
        guard case .object(let object)? = object("colors") else { return nil }
        var colors = Form(object)
        let color = colors.int("primary_color", in: 0...0xFFFFFF)
        if (try? colors.check()) == nil { fail("colors", "NUMBER_TYPE_RANGE", "int value should be between 0 and 16777215.") }
        return color
    }
}

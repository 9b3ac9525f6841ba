import Hummingbird

/// Communities.
struct GuildRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.post("guilds", use: create)
        group.get("guilds/{guild_id}", use: show)
        group.patch("guilds/{guild_id}", use: change)
        group.delete("guilds/{guild_id}", use: delete)
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        form.require("name")
        let name = form.name("name", length: 2...100)
        let description = form.nullableString("description", length: 0...300)
        try form.check()
        guard let name else { throw APIError.invalidJSON }
        let founding = GuildFounding(name: name, description: description ?? nil, owner: principal.userID, ids: services.snowflakes)
        let snapshot = try await services.store.write { tx in try founding.write(tx) }
        return .json(snapshot.guild.payload(roles: snapshot.roles), status: .created)
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("guild_id")
        let withCounts = request.queryBool("with_counts")
        let payload: JSONValue = try await services.store.read { db in
            let access = try GuildAccess.require(db, guild: id, user: principal.userID)
            var object = access.guild.object(roles: access.roles)
            if withCounts { object["approximate_member_count"] = .int(Int64(try MemberTable.count(db, in: id))) }
            return .object(object)
        }
        return .json(payload)
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("guild_id")
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let name = form.name("name", length: 2...100)
        let description = form.nullableString("description", length: 0...300)
        let owner = form.id("owner_id")
        let faults = form
        let payload: JSONValue = try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: id, user: principal.userID)
            try access.require(.manageGuild)
            try faults.check()
            var guild = access.guild
            guild.name = name ?? guild.name
            guild.description = description ?? guild.description
            if let owner, owner != guild.ownerID {
                guard access.isOwner else { throw APIError.missingPermissions }
                guard try MemberTable.isMember(tx.db, owner, of: id) else { throw APIError.unknownMember }
                guild.ownerID = owner
            }
            try GuildTable.update(tx.db, guild)
            tx.publish(.guildUpdated(guild))
            return guild.payload(roles: access.roles)
        }
        return .json(payload)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("guild_id")
        try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: id, user: principal.userID)
            guard access.isOwner else { throw APIError.missingPermissions }
            let members = try MemberTable.userIDs(tx.db, in: id)
            try GuildTable.delete(tx.db, id)
            tx.publish(.guildDeleted(id, members: members))
        }
        return .noContent
    }
}

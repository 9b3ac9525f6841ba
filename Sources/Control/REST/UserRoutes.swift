import Hummingbird

/// The own account, and the guilds it is in.
struct UserRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.get("users/@me", use: show)
        group.patch("users/@me", use: change)
        group.get("users/@me/guilds", use: guilds)
        group.delete("users/@me/guilds/{guild_id}", use: leave)
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        guard let user = try await services.store.user(principal.userID) else { throw APIError.unauthorized }
        return .json(user.ownPayload)
    }

    /// After a change of the password the answer carries new tokens: every older session has ended, this one too.
    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        var changes = Accounts.Changes()
        changes.username = form.username("username")
        changes.email = form.email("email")
        changes.globalName = form.nullableString("global_name", length: 0...32)
        changes.currentPassword = form.string("password", length: 0...PasswordRules.maximumBytes)
        changes.newPassword = form.string("new_password", length: 0...PasswordRules.maximumBytes)
        if let password = changes.newPassword,
            let fault = PasswordRules.fault(in: password, username: changes.username ?? principal.username)
        {
            form.fail("new_password", fault.code, fault.message)
        }
        try form.check()
        if changes.currentPassword != nil, changes.username != nil || changes.email != nil || changes.newPassword != nil {
            // Guessing the password with a stolen token is an attempt like any other.
            let decision = services.limits.authAttempts.take(ClientAddress.key(for: context.clientAddress))
            guard decision.isAllowed else { throw RateLimiting.refusal(decision, bucket: "auth", clock: services.clock) }
        }
        let (user, grant) = try await services.accounts.change(principal, changes)
        guard case .object(var object) = user.ownPayload, case .object(let tokens)? = grant?.payload else { return .json(user.ownPayload) }
        for (key, value) in tokens.members where key != "user" { object[key] = value }
        return .json(.object(object))
    }

    @Sendable private func guilds(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let limit = try request.queryInt("limit", in: 1...200, default: 200)
        let after = try request.queryID("after")
        let withCounts = request.queryBool("with_counts")
        let payloads: [JSONValue] = try await services.store.read { db in
            try GuildTable.all(db, of: principal.userID).filter { $0.id > after }.prefix(limit).map { guild in
                let access = try GuildAccess.require(db, guild: guild.id, user: principal.userID)
                var object = JSONObject([
                    ("id", .id(guild.id)), ("name", .string(guild.name)), ("icon", nil), ("banner", nil), ("owner", .bool(access.isOwner)),
                    ("permissions", .permissions(access.permissions)), ("features", []),
                ])
                if withCounts { object["approximate_member_count"] = .int(Int64(try MemberTable.count(db, in: guild.id))) }
                return .object(object)
            }
        }
        return .json(.array(payloads))
    }

    @Sendable private func leave(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            guard !access.isOwner else { throw APIError(.badRequest, code: 50055, "The owner cannot leave the guild") }
            try Membership.end(tx, access.member, reason: .left)
        }
        return .noContent
    }
}

import Hummingbird

/// Permission overwrites of one channel.
struct OverwriteRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.put("channels/{channel_id}/permissions/{overwrite_id}", use: put)
        group.delete("channels/{channel_id}/permissions/{overwrite_id}", use: delete)
    }

    @Sendable private func put(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("channel_id")
        let target = try context.id("overwrite_id")
        let input = try await Form(request, limit: services.configuration.maximumBodyBytes)
        try await services.store.write { tx in
            let (access, before) = try GuildAccess.require(tx.db, channel: id, user: principal.userID)
            try access.require(.manageRoles, in: before)
            var form = input
            let overwrite = OverwriteForm.one(target, of: &form)
            try form.check()
            guard let overwrite else { throw APIError.invalidJSON }
            // What stands there now is taken away by the new one, so it counts too.
            let replaced = before.overwrites.filter { $0.id == target }
            let held = access.permissions(in: before)
            try OverwriteForm.validate([overwrite], in: access, holding: held, tx.db)
            try OverwriteForm.requireMayReplace(replaced, by: [overwrite], holding: held)
            guard before.overwrites.count - replaced.count < OverwriteTable.maximumPerChannel else {
                throw APIError.maximum(
                    30060, "Maximum number of channel permission overwrites reached (\(OverwriteTable.maximumPerChannel))")
            }
            try OverwriteTable.put(tx.db, overwrite, in: id)
            try Self.announce(id, tx)
        }
        return .noContent
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("channel_id")
        let target = try context.id("overwrite_id")
        try await services.store.write { tx in
            let (access, before) = try GuildAccess.require(tx.db, channel: id, user: principal.userID)
            try access.require(.manageRoles, in: before)
            guard let overwrite = before.overwrites.first(where: { $0.id == target }) else { throw APIError.unknownOverwrite }
            try access.require(overwrite.allow.union(overwrite.deny), in: before)
            _ = try OverwriteTable.delete(tx.db, target: target, in: id)
            try Self.announce(id, tx)
        }
        return .noContent
    }

    private static func announce(_ channel: Snowflake, _ tx: WriteTransaction) throws {
        if let after = try ChannelTable.find(tx.db, channel) { tx.publish(.channelUpdated(after)) }
    }
}

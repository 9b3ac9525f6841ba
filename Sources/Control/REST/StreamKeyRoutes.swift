import Hummingbird

/// Keys with which encoders publish into a channel by WHIP. Everyone who may stream there makes and sees their own; who manages the channel sees and revokes all.
struct StreamKeyRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.get("channels/{channel_id}/stream-keys", use: list)
        group.post("channels/{channel_id}/stream-keys", use: create)
        group.delete("channels/{channel_id}/stream-keys/{key_id}", use: revoke)
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("channel_id")
        let keys = try await services.store.read { db in
            let (access, channel) = try GuildAccess.require(db, channel: id, user: principal.userID)
            let rights = access.permissions(in: channel)
            guard rights.contains(.stream) || rights.contains(.manageChannels) else { throw APIError.missingPermissions }
            return try StreamKeyTable.all(db, in: id).filter { rights.contains(.manageChannels) || $0.userID == principal.userID }
        }
        return .json(.array(keys.map { $0.payload() }))
    }

    /// The only answer that holds the secret.
    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("channel_id")
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let name = form.name("name", length: 1...100) ?? "Stream key"
        let faults = form
        let secret = SecretToken.make(prefix: StreamKey.prefix)
        let keyID = services.snowflakes.next()
        let key = try await services.store.write { tx in
            let (access, channel) = try GuildAccess.require(tx.db, channel: id, user: principal.userID)
            guard channel.kind == .voice else { throw APIError.wrongChannelKind }
            try access.require([.connect, .stream], in: channel)
            try faults.check()
            guard try StreamKeyTable.all(tx.db, in: id).count < StreamKeyTable.maximumPerChannel else {
                throw APIError.maximum(30000, "Maximum number of stream keys reached (\(StreamKeyTable.maximumPerChannel))")
            }
            let key = StreamKey(
                id: keyID, channelID: id, guildID: access.guild.id, userID: principal.userID, name: name, createdAt: tx.now, lastUsedAt: nil
            )
            try StreamKeyTable.insert(tx.db, key, hash: secret.hash)
            tx.publish(.streamKeyCreated(key))
            return key
        }
        return .json(key.payload(secret: secret.text), status: .created)
    }

    @Sendable private func revoke(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("channel_id")
        let keyID = try context.id("key_id")
        try await services.store.write { tx in
            let (access, channel) = try GuildAccess.require(tx.db, channel: id, user: principal.userID)
            let key = try StreamKeyTable.find(tx.db, keyID, in: id)
            let mayManage = access.permissions(in: channel).contains(.manageChannels)
            // Somebody else's key is as unknown as none.
            guard let key, mayManage || key.userID == principal.userID else { throw APIError.unknownStreamKey }
            try StreamKeyTable.delete(tx.db, keyID)
            tx.publish(.streamKeyRevoked(key))
        }
        return .noContent
    }
}

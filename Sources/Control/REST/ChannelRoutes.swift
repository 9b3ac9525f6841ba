import GRDB
import Hummingbird

/// Channels.
struct ChannelRoutes {
    let services: ControlServices

    func add(to group: RouterGroup<APIContext>) {
        group.get("guilds/{guild_id}/channels", use: list)
        group.post("guilds/{guild_id}/channels", use: create)
        group.get("channels/{channel_id}", use: show)
        group.patch("channels/{channel_id}", use: change)
        group.delete("channels/{channel_id}", use: delete)
    }

    /// Those that the caller can see.
    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("guild_id")
        let channels = try await services.store.read { db in
            let access = try GuildAccess.require(db, guild: id, user: principal.userID)
            return try ChannelTable.all(db, in: id).filter { access.permissions(in: $0).contains(.viewChannel) }
        }
        return .json(.array(channels.map(\.payload)))
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let guild = try context.id("guild_id")
        var form = try await Form(request, limit: services.configuration.maximumBodyBytes)
        form.require("name")
        let edit = ChannelEdit(&form, kind: nil)
        let overwrites = OverwriteForm.list("permission_overwrites", of: &form)
        let faults = form
        let id = services.snowflakes.next()
        let channel = try await services.store.write { tx in
            let access = try GuildAccess.require(tx.db, guild: guild, user: principal.userID)
            try access.require(.manageChannels)
            try faults.check()
            if let overwrites {
                try access.require(.manageRoles)
                try OverwriteForm.validate(overwrites, in: access, holding: access.permissions, tx.db)
            }
            let existing = try ChannelTable.all(tx.db, in: guild)
            guard existing.count < ChannelTable.maximumPerGuild else {
                throw APIError.maximum(30013, "Maximum number of guild channels reached (\(ChannelTable.maximumPerGuild))")
            }
            let kind = edit.kind ?? .text
            var channel = Channel(
                id: id, guildID: guild, kind: kind, name: "", position: (existing.map(\.position).max() ?? -1) + 1, parentID: nil,
                topic: nil,
                userLimit: 0, voiceTierID: nil, bitrate: 0, overwrites: overwrites ?? [])
            if kind == .voice { channel.use(try VoiceTierTable.all(tx.db, in: guild).first) }
            try edit.apply(to: &channel, access: access, tx.db)
            try ChannelTable.insert(tx.db, channel)
            tx.publish(.channelCreated(channel))
            return channel
        }
        return .json(channel.payload, status: .created)
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("channel_id")
        let channel = try await services.store.read { db in try GuildAccess.require(db, channel: id, user: principal.userID).channel }
        return .json(channel.payload)
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("channel_id")
        let input = try await Form(request, limit: services.configuration.maximumBodyBytes)
        let channel = try await services.store.write { tx in
            let (access, before) = try GuildAccess.require(tx.db, channel: id, user: principal.userID)
            try access.require(.manageChannels, in: before)
            var form = input
            let edit = ChannelEdit(&form, kind: before.kind)
            let overwrites = OverwriteForm.list("permission_overwrites", of: &form)
            try form.check()
            var channel = before
            try edit.apply(to: &channel, access: access, tx.db)
            if let overwrites {
                try access.require(.manageRoles, in: before)
                let held = access.permissions(in: before)
                try OverwriteForm.validate(overwrites, in: access, holding: held, tx.db)
                try OverwriteForm.requireMayReplace(before.overwrites, by: overwrites, holding: held)
                channel.overwrites = overwrites
                try OverwriteTable.replaceAll(tx.db, overwrites, in: id)
            }
            try ChannelTable.update(tx.db, channel)
            tx.publish(.channelUpdated(channel))
            return channel
        }
        return .json(channel.payload)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.id("channel_id")
        let channel = try await services.store.write { tx in
            let (access, channel) = try GuildAccess.require(tx.db, channel: id, user: principal.userID)
            try access.require(.manageChannels, in: channel)
            let children = try ChannelTable.all(tx.db, in: channel.guildID).filter { $0.parentID == id }
            try ChannelTable.delete(tx.db, id)
            for var child in children {
                child.parentID = nil
                tx.publish(.channelUpdated(child))
            }
            tx.publish(.channelDeleted(channel))
            return channel
        }
        return .json(channel.payload)
    }
}

/// The editable fields of a channel, as read from a form.
private struct ChannelEdit: Sendable {
    var kind: Channel.Kind?
    var name: String?
    var position: Int?
    var parentID: Snowflake??
    var topic: String??
    var userLimit: Int?
    var bitrate: Int?
    var voiceTierID: Snowflake?

    /// - Parameter kind: of the channel to be changed; `nil`: the form says it.
    init(_ form: inout Form, kind existing: Channel.Kind?) {
        if existing == nil, let type = form.int("type", in: 0...255) {
            kind = Channel.Kind(rawValue: type)
            if kind == nil { form.fail("type", "BASE_TYPE_CHOICES", "Value must be one of {0, 2, 4}.") }
        }
        name = form.name("name", length: 1...100)
        position = form.int("position", in: 0...65_535)
        parentID = form.nullableID("parent_id")
        topic = form.nullableString("topic", length: 0...1024)
        userLimit = form.int("user_limit", in: 0...99)
        bitrate = form.int("bitrate", in: 8000...512_000)
        voiceTierID = form.id("voice_tier_id")
    }

    func apply(to channel: inout Channel, access: GuildAccess, _ db: Database) throws {
        channel.name = name ?? channel.name
        channel.position = position ?? channel.position
        if channel.kind == .text { channel.topic = topic ?? channel.topic }
        if let parentID { channel.parentID = try parent(parentID, of: channel, db) }
        guard channel.kind == .voice else { return }
        channel.userLimit = userLimit ?? channel.userLimit
        if let voiceTierID {
            guard let tier = try VoiceTierTable.find(db, voiceTierID, in: channel.guildID) else { throw APIError.unknownTier }
            channel.use(tier)
        } else if let bitrate {
            // A channel's rate is its tier's: the best tier that is not above what was asked for, else the lowest.
            let tiers = try VoiceTierTable.all(db, in: channel.guildID)
            channel.use(tiers.first { $0.bitrate <= bitrate } ?? tiers.last)
        }
    }

    private func parent(_ id: Snowflake?, of channel: Channel, _ db: Database) throws -> Snowflake? {
        guard let id else { return nil }
        guard let category = try ChannelTable.find(db, id), category.guildID == channel.guildID, category.kind == .category,
            channel.kind != .category
        else { throw APIError.form("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist") }
        let siblings = try ChannelTable.all(db, in: channel.guildID).filter { $0.parentID == id && $0.id != channel.id }
        guard siblings.count < ChannelTable.maximumPerCategory else {
            throw APIError.form("parent_id", "CHANNEL_PARENT_MAX_CHANNELS", "Maximum number of channels in category reached (50)")
        }
        return id
    }
}

extension Channel {
    fileprivate mutating func use(_ tier: VoiceTier?) {
        voiceTierID = tier?.id
        bitrate = tier?.bitrate ?? 0
    }
}

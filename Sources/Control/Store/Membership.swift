import GRDB

/// Joining and leaving a guild, with all that hangs on it. Both happen in several places (invite, registration, leave, kick, ban).
enum Membership {
    /// Counts the invite's use and adds the member.
    ///
    /// - Returns: the member; `isNew` is `false` for someone who was one already, which uses nothing up.
    /// - Throws: `banned`; 30001 beyond the user's limit of guilds.
    static func join(_ tx: WriteTransaction, _ invite: Invite, user: Snowflake) throws -> (member: Member, isNew: Bool) {
        if let member = try MemberTable.find(tx.db, user, in: invite.guildID) { return (member, false) }
        if try BanTable.find(tx.db, user, in: invite.guildID) != nil { throw APIError.banned }
        guard try MemberTable.guildIDs(tx.db, of: user).count < GuildTable.maximumPerUser else {
            throw APIError.maximum(30001, "Maximum number of guilds reached (\(GuildTable.maximumPerUser))")
        }
        try MemberTable.insert(tx.db, guild: invite.guildID, user: user, joinedAt: tx.now)
        try InviteTable.countUse(tx.db, invite.code)
        guard let member = try MemberTable.find(tx.db, user, in: invite.guildID) else { throw APIError.unknownUser }
        tx.publish(.memberAdded(member))
        return (member, true)
    }

    /// Removes the member, and the stream keys the member made here.
    static func end(_ tx: WriteTransaction, _ member: Member, reason: MemberRemovalReason) throws {
        for key in try StreamKeyTable.all(tx.db, of: member.user.id, in: member.guildID) {
            try StreamKeyTable.delete(tx.db, key.id)
            tx.publish(.streamKeyRevoked(key))
        }
        try MemberTable.delete(tx.db, member.user.id, from: member.guildID)
        tx.publish(.memberRemoved(guild: member.guildID, user: member.user, reason: reason))
    }
}

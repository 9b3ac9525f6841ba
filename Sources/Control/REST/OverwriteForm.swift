import GRDB

/// Reads permission overwrites and checks that the caller may set them.
enum OverwriteForm {
    static func list(_ field: String, of form: inout Form) -> [PermissionOverwrite]? {
        guard let forms = form.forms(field, atMost: OverwriteTable.maximumPerChannel) else { return nil }
        var overwrites: [Snowflake: PermissionOverwrite] = [:]
        for var entry in forms {
            guard let id = entry.id("id"), let overwrite = one(id, of: &entry) else {
                form.fail(field, "BASE_TYPE_REQUIRED", "Each overwrite needs an id, a type, and permission sets.")
                return []
            }
            overwrites[id] = overwrite
        }
        return overwrites.values.sorted { $0.id < $1.id }
    }

    /// The overwrite of one target; `nil` if a field is wrong. What is absent allows or denies nothing.
    static func one(_ id: Snowflake, of form: inout Form) -> PermissionOverwrite? {
        let type = form.int("type", in: 0...1)
        let allow = form.permissions("allow") ?? []
        let deny = form.permissions("deny") ?? []
        guard (try? form.check()) != nil else { return nil }
        return PermissionOverwrite(id: id, kind: PermissionOverwrite.Kind(rawValue: type ?? 0) ?? .role, allow: allow, deny: deny)
    }

    /// What a new overwrite of the same target no longer says, or what stands there when none comes, is taken away: nobody takes away what
    /// they do not have either.
    ///
    /// - Throws: `missingPermissions`.
    static func requireMayReplace(_ before: [PermissionOverwrite], by after: [PermissionOverwrite], holding permissions: Permissions) throws
    {
        for old in before {
            let new = after.first { $0.id == old.id }
            let kept = new.map { $0.allow.union($0.deny) } ?? []
            guard permissions.isSuperset(of: old.allow.union(old.deny).subtracting(kept)) else { throw APIError.missingPermissions }
        }
    }

    /// Nobody hands out or takes away what they do not have, and a role must be of this guild.
    ///
    /// - Parameter permissions: the caller's in the channel, or in the guild while the channel does not exist yet.
    /// - Throws: `missingPermissions`, `unknownRole`, `unknownMember`.
    static func validate(_ overwrites: [PermissionOverwrite], in access: GuildAccess, holding permissions: Permissions, _ db: Database)
        throws
    {
        for overwrite in overwrites {
            guard permissions.isSuperset(of: overwrite.allow.union(overwrite.deny)) else { throw APIError.missingPermissions }
            switch overwrite.kind {
            case .role:
                guard access.roles.contains(where: { $0.id == overwrite.id }) else { throw APIError.unknownRole }
            case .member:
                guard try MemberTable.isMember(db, overwrite.id, of: access.guild.id) else { throw APIError.unknownMember }
            }
        }
    }
}

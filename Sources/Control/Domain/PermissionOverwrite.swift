/// What a channel allows or denies a role or a member beyond the guild's roles.
package struct PermissionOverwrite: Sendable, Equatable {
    /// The raw values are Discord's overwrite types.
    package enum Kind: Int, Sendable {
        case role = 0
        case member = 1
    }

    /// Of the role or the member.
    package let id: Snowflake
    package let kind: Kind
    package var allow: Permissions
    package var deny: Permissions
}

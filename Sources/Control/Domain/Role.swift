/// A named set of permissions. The `@everyone` role has the guild's id, position 0, and every member.
package struct Role: Sendable, Equatable {
    package let id: Snowflake
    package let guildID: Snowflake
    package var name: String
    package var permissions: Permissions
    /// Higher stands above lower; equal positions are ordered by id, older above younger.
    package var position: Int
    /// 0xRRGGBB, 0 for none.
    package var color: Int
    package var isHoisted: Bool
    package var isMentionable: Bool

    package var isEveryone: Bool { id == guildID }
}

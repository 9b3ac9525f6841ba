/// A community: channels, roles and members. Discord's API says guild, its interface says server.
package struct Guild: Sendable, Equatable {
    package let id: Snowflake
    package var name: String
    package var description: String?
    package var ownerID: Snowflake
    package let createdAt: Timestamp
}

import Testing

@testable import Control

struct RoleHierarchyTests {
    private let guild = Guild(id: Snowflake(1), name: "g", description: nil, ownerID: Snowflake(100), createdAt: Timestamp(milliseconds: 0))

    private func role(_ id: UInt64, at position: Int) -> Role {
        Role(
            id: Snowflake(id), guildID: guild.id, name: "r", permissions: [], position: position, color: 0, isHoisted: false,
            isMentionable: false)
    }

    private func member(_ id: UInt64, _ roles: UInt64...) -> Member {
        let user = User(
            id: Snowflake(id), username: "u", email: "u@x", globalName: nil, avatar: nil, isBot: false, isOperator: false,
            createdAt: Timestamp(milliseconds: 0), updatedAt: Timestamp(milliseconds: 0))
        return Member(
            guildID: guild.id, user: user, nick: nil, roles: roles.map { Snowflake($0) }, joinedAt: Timestamp(milliseconds: 0),
            isMuted: false,
            isDeafened: false)
    }

    @Test func onlyTheHigherGovernsTheLower() {
        let roles = [role(1, at: 0), role(2, at: 1), role(3, at: 2), role(4, at: 2)]
        let hierarchy = RoleHierarchy(guild: guild, roles: roles)
        let (plain, low, high, twin, owner) = (member(7), member(8, 2), member(9, 2, 3), member(10, 4), member(100))
        #expect(hierarchy.isAbove(low, plain))
        #expect(hierarchy.isAbove(high, low))
        #expect(!hierarchy.isAbove(low, low), "nobody stands above an equal")
        #expect(hierarchy.isAbove(high, twin), "at one position the older role is higher")
        #expect(!hierarchy.isAbove(twin, high))
        #expect(hierarchy.isAbove(owner, high))
        #expect(!hierarchy.isAbove(high, owner))
        #expect(!hierarchy.isAbove(high, roles[2]), "not above the own highest role")
        #expect(hierarchy.isAbove(high, roles[1]))
        #expect(!hierarchy.isAbove(plain, roles[0]))
        #expect(!hierarchy.isAbove(high, role(99, at: 0)), "a role that is not of this guild")
        #expect(hierarchy.mayPlace(high, at: 1, among: roles))
        #expect(!hierarchy.mayPlace(high, at: 2, among: roles))
        #expect(hierarchy.mayPlace(owner, at: 250, among: roles))
    }
}

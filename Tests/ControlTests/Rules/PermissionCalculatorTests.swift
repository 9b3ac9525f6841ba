import Testing

@testable import Control

/// Discord's algorithm, rule by rule.
struct PermissionCalculatorTests {
    private let guild = Guild(id: Snowflake(1), name: "g", description: nil, ownerID: Snowflake(100), createdAt: Timestamp(milliseconds: 0))

    private func role(_ id: UInt64, _ permissions: Permissions) -> Role {
        Role(
            id: Snowflake(id), guildID: guild.id, name: "r", permissions: permissions, position: Int(id), color: 0, isHoisted: false,
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

    private func channel(_ kind: Channel.Kind = .text, _ overwrites: PermissionOverwrite...) -> Channel {
        Channel(
            id: Snowflake(50), guildID: guild.id, kind: kind, name: "c", position: 0, parentID: nil, topic: nil, userLimit: 0,
            voiceTierID: nil,
            bitrate: 0, overwrites: overwrites)
    }

    private func forRole(_ id: UInt64, allow: Permissions = [], deny: Permissions = []) -> PermissionOverwrite {
        PermissionOverwrite(id: Snowflake(id), kind: .role, allow: allow, deny: deny)
    }

    private func forMember(_ id: UInt64, allow: Permissions = [], deny: Permissions = []) -> PermissionOverwrite {
        PermissionOverwrite(id: Snowflake(id), kind: .member, allow: allow, deny: deny)
    }

    private func calculator(_ everyone: Permissions, _ roles: [Role] = [], _ member: Member?) -> PermissionCalculator {
        PermissionCalculator(guild: guild, roles: [role(1, everyone)] + roles, member: member)
    }

    /// backspace PR 3 gave non-members what `@everyone` has.
    @Test func whoIsNotAMemberHasNothing() {
        let nobody = calculator(.all, [], nil)
        #expect(nobody.base == [])
        #expect(nobody.permissions(in: channel()) == [])
    }

    @Test func rolesAddUp() {
        let calculator = calculator([.viewChannel], [role(2, [.speak]), role(3, [.stream])], member(7, 2))
        #expect(calculator.base == [.viewChannel, .speak])
    }

    @Test func ownerAndAdministratorAreNotBound() {
        let locked = channel(.text, forRole(1, deny: .all), forMember(100, deny: .all), forMember(7, deny: .all))
        #expect(calculator([], [], member(100)).permissions(in: locked) == .all)
        #expect(calculator([], [role(2, [.administrator])], member(7, 2)).permissions(in: locked) == .all)
    }

    /// Denied to everyone, allowed to a role, denied to the member: the later rule wins each time.
    @Test func overwritesApplyInOrder() {
        let text: Permissions = [.viewChannel, .sendMessages, .embedLinks]
        let roles = [role(2, []), role(3, [])]
        func result(_ overwrites: PermissionOverwrite...) -> Permissions {
            var place = channel()
            place.overwrites = overwrites
            return calculator(text, roles, member(7, 2, 3)).permissions(in: place)
        }
        #expect(!result(forRole(1, deny: [.sendMessages])).contains(.sendMessages))
        #expect(result(forRole(1, deny: [.sendMessages]), forRole(2, allow: [.sendMessages])).contains(.sendMessages))
        // Among the roles an allowance beats a denial, whatever their positions.
        #expect(result(forRole(3, deny: [.sendMessages]), forRole(2, allow: [.sendMessages])).contains(.sendMessages))
        #expect(result(forRole(2, deny: [.sendMessages]), forRole(3, allow: [.sendMessages])).contains(.sendMessages))
        #expect(!result(forRole(2, allow: [.sendMessages]), forMember(7, deny: [.sendMessages])).contains(.sendMessages))
        #expect(result(forRole(1, deny: [.sendMessages]), forMember(7, allow: [.sendMessages])).contains(.sendMessages))
        // Overwrites of roles and members that are somebody else's do nothing.
        #expect(result(forRole(9, deny: .all), forMember(8, deny: .all)) == text)
        // The ids of a role and a member may not be mistaken for one another.
        #expect(result(forMember(2, deny: .all), forRole(7, deny: .all)) == text)
    }

    @Test func whatIsDeniedImpliesMore() {
        let voice: Permissions = [.viewChannel, .connect, .speak, .stream, .manageChannels]
        #expect(calculator(voice, [], member(7)).permissions(in: channel(.voice, forRole(1, deny: [.viewChannel]))) == [])
        #expect(calculator(voice, [], member(7)).permissions(in: channel(.voice, forRole(1, deny: [.connect]))) == [.viewChannel])
        #expect(calculator(voice, [], member(7)).permissions(in: channel(.text, forRole(1, deny: [.connect]))).contains(.manageChannels))
        let text: Permissions = [.viewChannel, .sendMessages, .attachFiles, .embedLinks, .mentionEveryone, .readMessageHistory]
        #expect(
            calculator(text, [], member(7)).permissions(in: channel(.text, forRole(1, deny: [.sendMessages]))) == [
                .viewChannel, .readMessageHistory,
            ])
    }

    @Test func aChannelOfAnotherGuildGivesNothing() {
        let foreign = Channel(
            id: Snowflake(51), guildID: Snowflake(2), kind: .text, name: "c", position: 0, parentID: nil, topic: nil, userLimit: 0,
            voiceTierID: nil, bitrate: 0, overwrites: [])
        #expect(calculator(.all, [], member(100)).permissions(in: foreign) == [])
    }

    /// FEATURES G6 and Discord's table.
    @Test func bitsAreDiscords() {
        let table: [(Permissions, UInt64)] = [
            (.administrator, 8), (.manageChannels, 16), (.manageGuild, 32), (.sendMessages, 2048), (.viewChannel, 1024),
            (.connect, 1 << 20),
            (.speak, 1 << 21), (.muteMembers, 1 << 22), (.deafenMembers, 1 << 23), (.moveMembers, 1 << 24), (.useVoiceActivity, 1 << 25),
            (.manageRoles, 1 << 28), (.stream, 1 << 9), (.moderateMembers, 1 << 40), (.sendPolls, 1 << 49), (.useExternalApps, 1 << 50),
        ]
        for (permission, bits) in table { #expect(permission.rawValue == bits) }
    }
}

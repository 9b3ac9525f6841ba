/// Who stands above whom. Rights to govern members and roles hold only downwards; the owner stands above all.
struct RoleHierarchy {
    let guild: Guild
    private let rank: [Snowflake: Int]

    /// Equal positions are ordered by id: the older role stands higher.
    init(guild: Guild, roles: [Role]) {
        self.guild = guild
        let ordered = roles.sorted { ($0.position, $1.id) < ($1.position, $0.id) }
        rank = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.id, $0) })
    }

    /// The member's highest role; `@everyone` is 0 and the owner above everything.
    private func height(_ member: Member) -> Int {
        if guild.ownerID == member.user.id { return .max }
        return member.roles.compactMap { rank[$0] }.max() ?? 0
    }

    /// Strictly above: equals cannot govern each other.
    func isAbove(_ member: Member, _ other: Member) -> Bool {
        height(member) > height(other)
    }

    func isAbove(_ member: Member, _ role: Role) -> Bool {
        height(member) > rank[role.id] ?? .max
    }

    /// Whether the member may create or place a role at this position.
    func mayPlace(_ member: Member, at position: Int, among roles: [Role]) -> Bool {
        if guild.ownerID == member.user.id { return true }
        let highest = roles.filter { member.roles.contains($0.id) }.map(\.position).max() ?? 0
        return position < highest
    }
}

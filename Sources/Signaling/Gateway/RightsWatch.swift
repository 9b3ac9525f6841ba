import Control

/// Someone who wants to know what a user may do in a voice channel, now and whenever it changes: media that does not belong to a voice
/// session, such as WHIP's and WHEP's.
struct RightsWatch {
    let user: Snowflake
    let guild: Snowflake
    let channel: Snowflake
    var last: VoiceRights?
    let onChange: @Sendable (VoiceRights) -> Void
    let id: UInt64
}

extension Gateway {
    /// Calls `onChange` with the user's rights as soon as they are known and after each change, in commit order, within the second that the
    /// change took place; `VoiceRights.none` when the user left, was banned, or the channel is gone. It must not block.
    ///
    /// - Returns: what `stopWatching` takes.
    package func watchRights(
        of user: Snowflake, in channel: Snowflake, guild: Snowflake, onChange: @escaping @Sendable (VoiceRights) -> Void
    ) -> UInt64 {
        let watch = RightsWatch(user: user, guild: guild, channel: channel, onChange: onChange, id: nextWatch())
        watches[watch.id] = watch
        if guilds[guild] == nil { load(guild) } else { tell(watch) }
        return watch.id
    }

    package func stopWatching(_ id: UInt64) {
        guard let watch = watches.removeValue(forKey: id) else { return }
        releaseIfUnused(watch.guild)
    }

    /// Calls `onEvent` with every event after the gateway has acted on it, in commit order. It must not block.
    ///
    /// - Returns: what `stopWatchingEvents` takes.
    package func watchEvents(_ onEvent: @escaping @Sendable (DomainEvent) -> Void) -> UInt64 {
        let id = nextWatch()
        eventWatches[id] = onEvent
        return id
    }

    package func stopWatchingEvents(_ id: UInt64) {
        eventWatches[id] = nil
    }

    /// Nothing is told while the guild is on its way: it is told when it is there.
    func tell(_ watch: RightsWatch) {
        guard loading[watch.guild] == nil else { return }
        let rights = guilds[watch.guild]?.voiceRights(of: watch.user, in: watch.channel) ?? .none(in: watch.guild)
        guard rights != watches[watch.id]?.last else { return }
        watches[watch.id]?.last = rights
        watch.onChange(rights)
    }
}

import Control
import NIOCore
import SFU

// Telling a room what changed in it (RoomChanges says when).
extension VoicePlane {
    /// Somebody came: a voice session, or a guest whose name is known now.
    mutating func personCame(_ user: Snowflake, in channel: Snowflake) {
        rooms[channel]?.written[user] = nil
        rooms[channel]?.changes.came(user)
        touched.insert(channel)
    }

    /// Somebody's mute, name or picture changed, or he left.
    mutating func personChanged(_ user: Snowflake, in channel: Snowflake) {
        rooms[channel]?.written[user] = nil
        rooms[channel]?.changes.changed(user)
        touched.insert(channel)
    }

    /// These tracks began or ceased. Cameras and screens show at their people too, here and on the main gateway.
    mutating func tracksChanged(_ tracks: [TrackID], in channel: Snowflake) {
        for track in tracks { rooms[channel]?.changes.changed(track) }
        touched.insert(channel)
        for user in Set(tracks.filter { $0.source.kind == .video }.map(\.user)).sorted() {
            personChanged(user, in: channel)
            guard let room = rooms[channel], room.members.contains(user) else { continue }
            let (camera, screen) = (room.shows(user, .camera), room.shows(user, .screen))
            actions.append(.report(.showing(user: user, channel: channel, camera: camera, screen: screen)))
        }
    }

    /// At the end of each message: the rooms in which something changed are told, or will be.
    mutating func tellRooms(at now: ContinuousClock.Instant) {
        guard !touched.isEmpty else { return }
        for channel in touched.sorted() {
            guard let wait = rooms[channel]?.changes.wait(at: now) else { continue }
            if wait > .zero { actions.append(.wake(channel, after: wait)) } else { tell(channel, at: now) }
        }
        touched.removeAll(keepingCapacity: true)
    }

    private mutating func tell(_ channel: Snowflake, at now: ContinuousClock.Instant) {
        guard let changes = rooms[channel]?.changes.take(at: now) else { return }
        var (gone, came, changed): ([Snowflake], [Snowflake], [Snowflake]) = ([], [], [])
        for (user, what) in changes.people.sorted(by: { $0.key < $1.key }) {
            if member(user, in: channel) != nil {
                if what == .changed { changed.append(user) } else { came.append(user) }
            } else if rooms[channel]?.guests.keys.contains(user) != true {
                gone.append(user)
            }
        }
        if !gone.isEmpty { broadcast(.clientsDisconnect, ["user_ids": .ids(gone)], in: channel) }
        if let first = came.first {
            // Whoever comes alone has just been told of himself by Ready.
            let isAlone = came.count == 1 && changes.people[first] == .came
            broadcast(.clientsConnect, participants(came, of: channel), in: channel, except: isAlone ? first : nil)
        }
        if !changed.isEmpty { broadcast(.participantUpdate, participants(changed, of: channel), in: channel) }
        if !changes.tracks.isEmpty, let room = rooms[channel] {
            let tracks = changes.tracks.sorted()
            let (added, removed) = (tracks.filter { room.tracks[$0] != nil }, tracks.filter { room.tracks[$0] == nil })
            let lists = [("added", ByteBuffer(list: added.map(\.written))), ("removed", ByteBuffer(list: removed.map(\.written)))]
            broadcast(.tracksUpdate, ByteBuffer(object: lists), in: channel)
        }
    }

    // MARK: Lists

    /// What is known of somebody in a channel; `nil` for those who are not in it, and for guests not yet introduced.
    private func member(_ user: Snowflake, in channel: Snowflake) -> VoiceMember? {
        guard rooms[channel]?.members.contains(user) != true else { return sessions[user]?.member }
        return rooms[channel]?.guests[user] ?? nil
    }

    /// `{"participants": […]}`
    private mutating func participants(_ users: [Snowflake], of channel: Snowflake) -> ByteBuffer {
        ByteBuffer(object: [("participants", ByteBuffer(list: users.compactMap { participant($0, in: channel) }))])
    }

    /// Everybody in a channel, as a list.
    mutating func participantList(of channel: Snowflake) -> ByteBuffer {
        let users = rooms[channel]?.people ?? []
        return ByteBuffer(list: users.compactMap { participant($0, in: channel) })
    }

    /// A participant as JSON, written once until something about it changes: Ready lists everybody to everybody.
    private mutating func participant(_ user: Snowflake, in channel: Snowflake) -> ByteBuffer? {
        if let known = rooms[channel]?.written[user] { return known }
        guard let member = member(user, in: channel), let room = rooms[channel] else { return nil }
        let bytes = ByteBuffer(bytes: member.payload(in: room).bytes)
        rooms[channel]?.written[user] = bytes
        return bytes
    }
}

extension TrackID {
    var user: Snowflake { Snowflake(participant.rawValue) }

    /// Track. The names of sources and kinds are ours: letters and hyphens.
    var written: ByteBuffer {
        ByteBuffer(string: #"{"user_id":"\#(participant.rawValue)","source":"\#(source.rawValue)","kind":"\#(source.kind.rawValue)"}"#)
    }
}

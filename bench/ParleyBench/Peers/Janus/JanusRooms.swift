import LoadGenerator

/// Janus where everybody publishes on one connection and watches everybody else on another, which is how VideoRoom is used.
final class JanusRooms: RoomPeer {
    var name: String { server.name }
    var notes: String { server.notes }
    var process: ServerProcess { server.process }
    private let server: JanusServer
    private let shape: RoomShape
    private var feeds: [[Int]]

    init(eventLoops: Int, shape: RoomShape, in laboratory: Laboratory) throws {
        server = try JanusServer(eventLoops: eventLoops, rooms: shape.rooms, in: laboratory)
        self.shape = shape
        feeds = Array(repeating: [], count: shape.rooms)
    }

    func enter(_ person: Person, _ generator: GeneratorWindow) throws {
        let endpoint = try generator.addPublisher(person.streams)
        // Janus counts substreams from the last rid of the list.
        let sections = person.sections.map { section in
            var section = section
            section.streams.reverse()
            return section
        }
        let offer = SessionOffer(endpoint: endpoint, fingerprint: generator.context.fingerprint, sections: sections)
        let (remote, feed) = try server.publish(offer, room: person.room)
        feeds[person.room].append(feed)
        generator.receiver.add(endpoint, remote: remote)
    }

    func watch(_ person: Person, _ generator: GeneratorWindow) throws {
        let viewer = try generator.addViewer()
        var others = feeds[person.room]
        others.remove(at: person.number)
        let substream = shape.hasVideo ? TrafficShape.simulcast.firstIndex { $0.rid == shape.layer } : nil
        let remote = try server.watch(
            viewer, fingerprint: generator.context.fingerprint, feeds: others, room: person.room, substream: substream)
        generator.receiver.add(viewer, remote: remote)
    }

    func requireWell() throws { try process.requireAlive() }
}

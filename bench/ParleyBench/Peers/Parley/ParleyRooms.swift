import Glibc
import LoadGenerator

/// Parley's voice gateway: everybody has one connection, which sends microphone and camera and receives slots, as the page does.
final class ParleyRooms: RoomPeer {
    let name = "parley"
    let notes = "release build, voice gateway, one connection a person; libsrtp on OpenSSL; tiers set to the layer shown"
    var process: ServerProcess { server.process }
    private let server: ParleyServer
    private let tenants: ParleyTenants
    private let shape: RoomShape
    private let keeper = VoiceKeeper()
    private let isAdapting = false

    init(options: MediaOptions, shape: RoomShape, workers: Int, in laboratory: Laboratory) throws {
        self.shape = shape
        tenants = try ParleyTenants.prepare(shape, binary: options.ground.parley, in: laboratory)
        let data = "\(laboratory.directory)/parley-\(UInt32.random(in: 0...UInt32.max))"
        try Laboratory.run("cp", "-r", tenants.directory, data)
        server = try ParleyServer(binary: options.ground.parley, data: data, workers: workers, in: laboratory)
        keeper.start()
    }

    deinit { keeper.stop() }

    func enter(_ person: Person, _ generator: GeneratorWindow) throws {
        let room = tenants.rooms[person.room]
        let session = try VoiceSession(server, room.people[person.number], guild: room.guild, channel: room.channel)
        let endpoint = try generator.addParticipant(person.streams)
        let slots = receivingSections
        let offer = SessionOffer(
            endpoint: endpoint, fingerprint: generator.context.fingerprint, sections: person.sections + slots)
        let remote = try session.connect(
            offer, publish: [RoomShape.audioMid: "microphone", RoomShape.videoMid: "camera"],
            slots: Dictionary(uniqueKeysWithValues: slots.map { ($0.mid, $0.kind.rawValue) }), isAdapting: isAdapting)
        keeper.add(session)
        generator.receiver.add(endpoint, remote: remote)
    }

    /// Slots are filled by the server.
    func watch(_ person: Person, _ generator: GeneratorWindow) {}

    func requireWell() throws {
        if let failure = keeper.failure { throw BenchError("a voice session was lost: \(failure)") }
    }

    private var receivingSections: [SessionOffer.Section] {
        let audio = (0..<shape.audioSlots).map { SessionOffer.Section(kind: .audio, direction: .recvonly, mid: "a\($0)") }
        guard shape.hasVideo else { return audio }
        return audio + (0..<(shape.people - 1)).map { SessionOffer.Section(kind: .video, direction: .recvonly, mid: "v\($0)") }
    }
}

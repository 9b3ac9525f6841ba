import BenchReport
import Glibc
import LoadGenerator

/// Rooms where everybody sends, through one fresh server process.
struct RoomRun {
    let options: MediaOptions
    let laboratory: Laboratory
    /// Media threads of the server, where it can have several; none: one, and nothing is said of it.
    var workers: Int?
    /// Microseconds from one person's first packet to the next one's, for each person in the room.
    private static let pausePerPerson: UInt32 = 150

    func measure(_ name: String, shape: RoomShape) throws -> Measurement {
        let generator = try GeneratorWindow(options)
        defer { generator.stop() }
        let peer = try PeerCatalogue.start(name, shape: shape, workers: workers ?? 1, options: options, in: laboratory)
        defer { peer.process.end() }
        let began = Clock.now
        // Room after room, so that nobody is alone for long.
        let people = (0..<shape.rooms).flatMap { room in
            (0..<shape.people).map { Person(room: room, number: $0, streams: shape.streams(room: room, number: $0)) }
        }
        for person in people { try peer.enter(person, generator) }
        try generator.waitUntilUp(peer.process)
        // One after the other: each new microphone is told to everybody in the room, which in a room of 200 is a megabyte.
        for publisher in generator.publishers {
            generator.sender.add(publisher)
            usleep(UInt32(shape.people) * Self.pausePerPerson)
        }
        for person in people { try peer.watch(person, generator) }
        try generator.waitUntilUp(peer.process)
        let setUp = Double(Clock.now - began) / 1e9
        try generator.waitUntilMediaFlows()
        let window = try MeasuredWindow(generator, peer.process, options)
        try peer.requireWell()
        let sent = zip(generator.streams, window.sent).map { (stream: $0, packets: $1) }
        var result = window.measurement(of: name, wanted: shape.wanted(sent), setUp: setUp)
        (result.rooms, result.people, result.loudest) = (shape.rooms, shape.people, shape.loudest)
        result.speaking = shape.speaking
        result.layer = shape.hasVideo ? shape.layer : nil
        result.threading = workers.map { Threading(workers: $0, cpuShares: window.mediaShares) }
        return result
    }
}

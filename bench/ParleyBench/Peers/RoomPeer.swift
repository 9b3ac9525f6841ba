import LoadGenerator

/// Somebody who is to be in a room.
struct Person {
    var room: Int
    /// In the room, from 0.
    var number: Int
    var streams: [SendStream]

    /// What they send, as media sections: a microphone, and a camera in layers where there is one.
    var sections: [SessionOffer.Section] {
        let audio = streams.filter { $0.shape.pattern == .audio }
        let video = streams.filter { $0.shape.pattern != .audio }
        var sections = [SessionOffer.Section(kind: .audio, direction: .sendonly, mid: RoomShape.audioMid, streams: audio)]
        if !video.isEmpty { sections.append(.init(kind: .video, direction: .sendonly, mid: RoomShape.videoMid, streams: video)) }
        return sections
    }
}

/// A server under test where everybody sends and everybody receives.
protocol RoomPeer: AnyObject {
    var name: String { get }
    /// What a reader of the figures must know: version, configuration, which crypto.
    var notes: String { get }
    var process: ServerProcess { get }

    /// Lets somebody in with what they send; begins to connect.
    func enter(_ person: Person, _ generator: GeneratorWindow) throws
    /// Everybody is in and sends: whatever this person still has to do to receive the others.
    func watch(_ person: Person, _ generator: GeneratorWindow) throws
    /// - Throws: if somebody has been lost meanwhile.
    func requireWell() throws
}

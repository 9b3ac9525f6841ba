import Glibc
import LoadGenerator

/// Janus with its VideoRoom plugin, as Debian packages it, as a process, and its HTTP interface.
///
/// Its answers come by long polling: a request is acknowledged, and what it led to is an event of the session with the request's transaction.
final class JanusServer {
    private static let port: UInt16 = 18_088
    /// Number of the first room.
    static let firstRoom = 1234

    let process: ServerProcess
    let name: String
    let notes: String
    private let http = HTTPClient(port: port)
    private var transactions = 0

    /// A session with one handle.
    struct Handle {
        var session: Int
        var handle: Int
    }
    struct Description: Codable {
        var type: String
        var sdp: String
    }
    struct Stream: Encodable {
        var feed: Int?
        var mid: String?
        var substream: Int?
    }
    struct Body: Encodable {
        var request: String
        var ptype: String?
        var room: Int?
        var streams: [Stream]?
    }
    struct Event: Decodable {
        struct Plugin: Decodable { var data: Answer }
        struct Answer: Decodable {
            var videoroom: String?
            var id: Int?
            var error: String?
        }
        var janus: String
        var transaction: String?
        var plugindata: Plugin?
        var jsep: Description?
    }
    private struct Created: Decodable {
        struct Identifier: Decodable { var id: Int }
        var data: Identifier
    }
    private struct Request: Encodable {
        var janus: String
        var transaction: String
        var plugin: String?
        var body: Body?
        var jsep: Description?
    }

    /// - Parameter eventLoops: threads for media; 0 is Janus's default, a thread for each connection.
    init(eventLoops: Int, rooms: Int, in laboratory: Laboratory) throws {
        name = eventLoops > 0 ? "janus-\(eventLoops)" : "janus"
        notes = "Debian's janus, VideoRoom, \(eventLoops > 0 ? "event_loops=\(eventLoops)" : "a thread a connection"); libsrtp on NSS"
        let directory = "\(laboratory.directory)/janus-\(UInt32.random(in: 0...UInt32.max))"
        mkdir(directory, 0o700)
        let configuration = JanusConfiguration(
            directory: directory, eventLoops: eventLoops, rooms: Self.firstRoom..<(Self.firstRoom + rooms), httpPort: Self.port)
        for (file, text) in configuration.files { try TextFile.write(text, to: "\(directory)/\(file)") }
        process = try ServerProcess(
            ["janus", "-F", directory, "-C", "\(directory)/janus.jcfg"], log: "\(directory)/log", core: laboratory.serverCore)
        for _ in 0..<500 {
            try process.requireAlive()
            if (try? http.request("GET", "/janus/info"))?.status == 200 { return }
            usleep(20_000)
        }
        throw BenchError("Janus did not become ready; its log ends: \(TextFile.read(process.log).suffix(1500))")
    }

    func open() throws -> Handle {
        let session: Created = try send("/janus", Request(janus: "create", transaction: "t"))
        let handle: Created = try send(
            "/janus/\(session.data.id)", Request(janus: "attach", transaction: "t", plugin: "janus.plugin.videoroom"))
        return Handle(session: session.data.id, handle: handle.data.id)
    }

    /// Lets in a publisher.
    /// - Returns: where it sends to, and its feed.
    func publish(_ offer: SessionOffer, room: Int) throws -> (remote: RemoteParameters, feed: Int) {
        let handle = try open()
        let joined = try ask(handle, Body(request: "join", ptype: "publisher", room: Self.firstRoom + room))
        guard let feed = joined.plugindata?.data.id else { throw BenchError("Janus names no feed") }
        let answer = try ask(handle, Body(request: "publish"), Description(type: "offer", sdp: offer.text()))
        guard let answer = answer.jsep else { throw BenchError("Janus did not answer the offer") }
        return (try RemoteParameters(sdp: answer.sdp, preferring: Laboratory.address), feed)
    }

    /// Lets in somebody who watches these feeds. Roles are reversed there: Janus offers and the viewer answers.
    /// - Parameter substream: of simulcast, 2 is the best.
    func watch(_ endpoint: Endpoint, fingerprint: String, feeds: [Int], room: Int, substream: Int? = nil) throws -> RemoteParameters {
        let handle = try open()
        let wish = Body(request: "join", ptype: "subscriber", room: Self.firstRoom + room, streams: feeds.map { Stream(feed: $0) })
        guard let offered = try ask(handle, wish).jsep else { throw BenchError("Janus did not offer") }
        let remote = try RemoteParameters(sdp: offered.sdp, preferring: Laboratory.address)
        let sections = zip(remote.mids, remote.kinds).map { mid, kind in
            SessionOffer.Section(
                kind: kind == "audio" ? .audio : .video, direction: .recvonly, mid: mid, offersRTX: remote.feedback.rtxPayloadType != nil)
        }
        let answer = SessionOffer(endpoint: endpoint, fingerprint: fingerprint, sections: sections).text(setup: "active")
        _ = try ask(handle, Body(request: "start"), Description(type: "answer", sdp: answer))
        if let substream {
            let videos = sections.filter { $0.kind == .video }.map { Stream(mid: $0.mid, substream: substream) }
            _ = try ask(handle, Body(request: "configure", streams: videos))
        }
        return remote
    }

    /// Sends a message to the plugin and waits for the event that answers it.
    private func ask(_ handle: Handle, _ body: Body, _ description: Description? = nil) throws -> Event {
        struct Acknowledged: Decodable { var janus: String }
        transactions += 1
        let transaction = "\(transactions)"
        let request = Request(janus: "message", transaction: transaction, body: body, jsep: description)
        let _: Acknowledged = try send("/janus/\(handle.session)/\(handle.handle)", request)
        for _ in 0..<2000 {
            let event: Event = try JSON.decode(try http.call("GET", "/janus/\(handle.session)?maxev=0").body)
            guard event.janus == "event", event.transaction == transaction, let data = event.plugindata?.data else { continue }
            if let error = data.error { throw BenchError("Janus refuses \(body.request): \(error)") }
            return event
        }
        throw BenchError("Janus did not answer \(body.request)")
    }

    private func send<Answer: Decodable>(_ path: String, _ request: Request) throws -> Answer {
        try JSON.decode(try http.call("POST", path, body: try JSON.encode(request), headers: [("Content-Type", "application/json")]).body)
    }
}

import Glibc
import LoadGenerator

/// Janus with its VideoRoom plugin, as Debian packages it.
///
/// Its answers come by long polling: a request is acknowledged, and what it led to is an event of the session. Whoever watches is offered, and
/// answers, so roles are reversed there.
final class JanusPeer: MediaPeer {
    private static let room = 1234
    private static let port: UInt16 = 18_088

    let name: String
    let notes: String
    let process: ServerProcess
    private let http = HTTPClient(port: port)
    private var feed: Int?

    private struct Created: Decodable {
        struct Identifier: Decodable { var id: Int }
        var data: Identifier
    }
    private struct Description: Codable {
        var type: String
        var sdp: String
    }
    private struct Stream: Encodable { var feed: Int }
    private struct Body: Encodable {
        var request: String
        var ptype: String?
        var room: Int?
        var streams: [Stream]?
    }
    private struct Request: Encodable {
        var janus: String
        var transaction: String
        var plugin: String?
        var body: Body?
        var jsep: Description?
    }
    private struct Event: Decodable {
        struct Plugin: Decodable { var data: Answer }
        struct Answer: Decodable {
            var videoroom: String?
            var id: Int?
            var error: String?
        }
        var janus: String
        var plugindata: Plugin?
        var jsep: Description?
    }
    /// A session with one handle.
    private struct Handle {
        var session: Int
        var handle: Int
    }

    /// - Parameter eventLoops: threads for media; 0 is Janus's default, a thread for each connection.
    init(eventLoops: Int, in laboratory: Laboratory) throws {
        name = eventLoops > 0 ? "janus-\(eventLoops)" : "janus"
        notes = "Debian's janus, VideoRoom, \(eventLoops > 0 ? "event_loops=\(eventLoops)" : "a thread a connection"); libsrtp on NSS"
        let directory = "\(laboratory.directory)/janus-\(UInt32.random(in: 0...UInt32.max))"
        mkdir(directory, 0o700)
        for (file, text) in JanusConfiguration(directory: directory, eventLoops: eventLoops, room: Self.room, httpPort: Self.port).files {
            try TextFile.write(text, to: "\(directory)/\(file)")
        }
        process = try ServerProcess(
            ["janus", "-F", directory, "-C", "\(directory)/janus.jcfg"], log: "\(directory)/log", core: laboratory.serverCore)
        for _ in 0..<500 {
            try process.requireAlive()
            if (try? http.request("GET", "/janus/info"))?.status == 200 { return }
            usleep(20_000)
        }
        throw BenchError("Janus did not become ready; its log ends: \(TextFile.read(process.log).suffix(1500))")
    }

    func publish(_ endpoint: Endpoint, offer: SessionOffer) throws -> RemoteParameters {
        let handle = try open()
        let joined = try ask(handle, Body(request: "join", ptype: "publisher", room: Self.room))
        if feed == nil { feed = joined.plugindata?.data.id }
        let answer = try ask(handle, Body(request: "publish"), Description(type: "offer", sdp: offer.text()))
        guard let answer = answer.jsep else { throw BenchError("Janus did not answer the offer") }
        return try RemoteParameters(sdp: answer.sdp, preferring: Laboratory.address)
    }

    func watch(_ endpoint: Endpoint, offer: SessionOffer) throws -> RemoteParameters {
        guard let feed else { throw BenchError("nobody publishes yet") }
        let handle = try open()
        let event = try ask(handle, Body(request: "join", ptype: "subscriber", room: Self.room, streams: [Stream(feed: feed)]))
        guard let offered = event.jsep else { throw BenchError("Janus did not offer") }
        let remote = try RemoteParameters(sdp: offered.sdp, preferring: Laboratory.address)
        let answer = offer.text(setup: "active", mids: remote.mids)
        _ = try ask(handle, Body(request: "start"), Description(type: "answer", sdp: answer))
        return remote
    }

    private func open() throws -> Handle {
        let session: Created = try send("/janus", Request(janus: "create", transaction: "t"))
        let handle: Created = try send(
            "/janus/\(session.data.id)", Request(janus: "attach", transaction: "t", plugin: "janus.plugin.videoroom"))
        return Handle(session: session.data.id, handle: handle.data.id)
    }

    /// Sends a message to the plugin and waits for the event that answers it.
    private func ask(_ handle: Handle, _ body: Body, _ description: Description? = nil) throws -> Event {
        struct Acknowledged: Decodable { var janus: String }
        let request = Request(janus: "message", transaction: "t", body: body, jsep: description)
        let _: Acknowledged = try send("/janus/\(handle.session)/\(handle.handle)", request)
        for _ in 0..<50 {
            let event: Event = try JSON.decode(try http.call("GET", "/janus/\(handle.session)?maxev=0").body)
            guard event.janus == "event", let data = event.plugindata?.data else { continue }
            if let error = data.error { throw BenchError("Janus refuses \(body.request): \(error)") }
            return event
        }
        throw BenchError("Janus did not answer \(body.request)")
    }

    private func send<Answer: Decodable>(_ path: String, _ request: Request) throws -> Answer {
        try JSON.decode(try http.call("POST", path, body: try JSON.encode(request), headers: [("Content-Type", "application/json")]).body)
    }
}

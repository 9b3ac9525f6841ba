import Control
import HTTPTypes
import HummingbirdTesting
import NIOCore

@testable import Signaling

/// Speaks WHIP and WHEP to a live server.
struct HTTPMediaClient: Sendable {
    let server: LiveServer

    /// A live server with ada, who owns a guild, and a client to it.
    static func live(
        _ body: @escaping @Sendable (LiveServer, HTTPMediaClient, LiveServer.Account, LiveServer.Place) async throws -> Void
    ) async throws {
        try await LiveServer.run { server in
            let ada = try await server.register("ada")
            let place = try await server.makeGuild(ada)
            try await body(server, HTTPMediaClient(server: server), ada, place)
        }
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let body: String

        var location: String { headers[.location] ?? "" }
        var tag: String { headers[.eTag] ?? "" }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String = "", token: String?, type: String? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if let type { headers[.contentType] = type }
        return try await server.client.execute(uri: path, method: method, headers: headers, body: ByteBuffer(string: body)) { response in
            Answer(status: response.status.code, headers: response.headers, body: String(buffer: response.body))
        }
    }

    func whip(_ channel: Snowflake, _ query: String = "?source=camera", _ fixture: OfferFixture = .obs, token: String?) async throws
        -> Answer
    {
        try await send(.post, "/api/v10/channels/\(channel)/whip\(query)", try fixture.text, token: token, type: "application/sdp")
    }

    func whep(_ channel: Snowflake, _ query: String, _ fixture: OfferFixture = .gstreamerRecv, token: String?) async throws -> Answer {
        try await send(.post, "/api/v10/channels/\(channel)/whep\(query)", try fixture.text, token: token, type: "application/sdp")
    }

    func patch(_ location: String, _ body: String, match: String?, token: String?, type: String = MediaType.fragment) async throws -> Answer
    {
        try await send(.patch, location, body, token: token, type: type, headers: match.map { [.ifMatch: $0] } ?? [:])
    }

    func delete(_ location: String, token: String?) async throws -> Answer { try await send(.delete, location, token: token) }

    /// A new stream key of this user: its secret and its id.
    func streamKey(_ account: LiveServer.Account, _ channel: Snowflake) async throws -> (secret: String, id: Snowflake) {
        let key = try await server.request(.post, "channels/\(channel)/stream-keys", ["name": "OBS"], token: account.token)
        return (try (key["key"]?.asString ?? key["secret"]?.asString).orFail("key"), try (key["id"]?.asSnowflake).orFail("id"))
    }
}

/// ICE credentials and candidates as a client would PATCH them.
enum TestFragment {
    static let candidate = "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.9 9 typ host\r\n"
    static let restart = "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n" + candidate
    /// Those of the OBS offer.
    static let same = "a=ice-ufrag:mAqL\r\na=ice-pwd:+pZGd2JAZbd1vbIOinHBR4\r\n" + candidate
}

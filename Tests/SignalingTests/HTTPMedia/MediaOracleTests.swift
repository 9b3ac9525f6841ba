import Control
import Foundation
import HTTPTypes
import Hummingbird
import SFU
import Testing

@testable import Signaling

/// The permission oracle of WHIP and WHEP (table F row 19, B19): every route × every kind of caller × own and foreign ids. Control's own
/// oracle covers the rest of the API.
///
/// Guards broken once by hand to see red: `mayTouch`, the session's channel in `find`, `isAllowed`, the rights of picture and sound.
@Suite struct MediaOracleTests {
    static let actors = [
        "nobody", "stranger", "member", "noview", "noconnect", "nostream", "nospeak", "owner", "banned", "otherowner", "key", "otherkey",
    ]

    struct Row: Sendable {
        var route: String
        var path: String
        var fixture: OfferFixture?
        var expected: [Int]
    }

    /// `{here}` and `{there}` are voice channels of two guilds, `{session}` a WHIP session of the owner, `{viewing}` a WHEP one.
    static let rows: [Row] = [
        row("POST whip", "{here}/whip?source=camera", .obs, [401, 403, 201, 403, 403, 403, 201, 201, 403, 403, 201, 403]),
        row("POST whip", "{there}/whip?source=camera", .obs, [401, 403, 403, 403, 403, 403, 403, 403, 403, 201, 403, 201]),
        row("POST whep", "{here}/whep?user={owner}", .gstreamerRecv, [401, 403, 201, 403, 403, 201, 201, 201, 403, 403, 403, 403]),
        row("POST whep", "{there}/whep?user={otherowner}", .gstreamerRecv, [401, 403, 403, 403, 403, 403, 403, 403, 403, 201, 403, 403]),
        row("OPTIONS whip", "{here}/whip", nil, Array(repeating: 204, count: 12)),
        row("OPTIONS whep", "{here}/whep", nil, Array(repeating: 204, count: 12)),
        row("OPTIONS whip/{session_id}", "{here}/whip/{session}", nil, Array(repeating: 204, count: 12)),
        row("OPTIONS whep/{session_id}", "{here}/whep/{viewing}", nil, Array(repeating: 204, count: 12)),
        row("PATCH whip/{session_id}", "{here}/whip/{session}", nil, [401, 404, 404, 404, 404, 404, 404, 204, 404, 404, 404, 403]),
        row("PATCH whep/{session_id}", "{here}/whep/{viewing}", nil, [401, 404, 404, 404, 404, 404, 404, 204, 404, 404, 404, 403]),
        // The session under another channel, and under the other name: nothing there.
        row("PATCH whip/{session_id}", "{there}/whip/{session}", nil, [401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403, 404]),
        row("PATCH whep/{session_id}", "{here}/whep/{session}", nil, [401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403]),
        row("DELETE whip/{session_id}", "{here}/whip/{session}", nil, [401, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 403]),
        row("DELETE whep/{session_id}", "{here}/whep/{viewing}", nil, [401, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 403]),
    ]

    private static func row(_ route: String, _ path: String, _ fixture: OfferFixture?, _ expected: [Int]) -> Row {
        Row(route: route, path: path, fixture: fixture, expected: expected)
    }

    @Test func everyAnswerIsTheTables() async throws {
        try await LiveServer.run { server in
            let http = HTTPMediaClient(server: server)
            var world = try await World(server, http)
            for row in Self.rows {
                for (actor, expected) in zip(Self.actors, row.expected) {
                    // A key that belongs to the owner may not touch what the owner's sign-in made, so sessions are made by the sign-in.
                    try await world.renew(http)
                    let answer = try await world.ask(row, as: actor, http)
                    #expect(answer.status == expected, "\(row.route) \(row.path) as \(actor): \(answer.status) \(answer.body.prefix(120))")
                    if answer.status == 201 { _ = try await http.delete(answer.location, token: world.tokens[actor]) }
                }
            }
        }
    }

    /// Sound alone needs SPEAK, not STREAM.
    @Test func soundAloneIsARightOfItsOwn() async throws {
        try await LiveServer.run { server in
            let http = HTTPMediaClient(server: server)
            let world = try await World(server, http)
            let offer = try OfferFixture.obs.description
            var sound = offer
            sound.media = [offer.media[0]]
            sound.attributes = offer.attributes.map { $0 == SDPAttribute("group", "BUNDLE 0 1") ? SDPAttribute("group", "BUNDLE 0") : $0 }
            for (actor, expected) in [("nostream", 201), ("nospeak", 403), ("member", 201)] {
                let path = "/api/v10/channels/\(world.here.voice)/whip"
                let answer = try await http.send(.post, path, sound.write(), token: world.tokens[actor], type: MediaType.sdp)
                #expect(answer.status == expected, "\(actor)")
            }
        }
    }

    /// Guard: a route without a row here, or without its lines in openapi.yaml, fails.
    @Test func everyRouteHasARowAndIsDocumented() async throws {
        try await LiveServer.run { server in
            let router = Router(context: APIContext.self)
            await HTTPMediaRoutes(services: server.services, plane: server.plane).add(to: router.group("api/v10"))
            let routes = Set(router.routes.map { "\($0.method.rawValue) \($0.path.description)" })
            let rows = Set(
                Self.rows.map { row in
                    let parts = row.route.split(separator: " ")
                    return "\(parts[0]) /api/v10/channels/{channel_id}/\(parts[1])"
                })
            #expect(routes == rows)
            let http = HTTPMediaClient(server: server)
            let document = try await http.send(.get, "/openapi.yaml", token: nil).body
            #expect(Self.operations(in: document) == routes)
        }
    }

    /// `POST /path` of every WHIP and WHEP operation: paths stand two blanks deep, methods four.
    private static func operations(in document: String) -> Set<String> {
        var operations: Set<String> = []
        var path = ""
        for line in document.split(separator: "\n") {
            if !line.hasPrefix("   ") { path = line.hasPrefix("  /") ? String(line.dropFirst(2).dropLast()) : "" }
            guard path.contains("/whip") || path.contains("/whep"), line.hasSuffix(":"), line.hasPrefix("    "), !line.hasPrefix("     ")
            else { continue }
            let method = line.dropFirst(4).dropLast()
            if method != "parameters" { operations.insert("\(method.uppercased()) \(path)") }
        }
        return operations
    }

    /// Two guilds, and who may do what in them.
    private struct World {
        var tokens: [String: String] = [:]
        let here: LiveServer.Place
        let there: LiveServer.Place
        let owner: LiveServer.Account
        let otherOwner: LiveServer.Account
        var session = ""
        var viewing = ""

        init(_ server: LiveServer, _ http: HTTPMediaClient) async throws {
            var accounts: [String: LiveServer.Account] = [:]
            for name in MediaOracleTests.actors where name != "nobody" && !name.hasSuffix("key") {
                accounts[name] = try await server.register(name)
                tokens[name] = accounts[name]?.token
            }
            owner = try accounts["owner"].orFail("owner")
            otherOwner = try accounts["otherowner"].orFail("other owner")
            let members = ["member", "noview", "noconnect", "nostream", "nospeak", "banned"].compactMap { accounts[$0] }
            here = try await server.makeGuild(owner, members: members)
            there = try await server.makeGuild(otherOwner)
            for (name, bit) in [("noview", 10), ("noconnect", 20), ("nostream", 9), ("nospeak", 21)] {
                let id = try accounts[name].orFail(name).id
                _ = try await server.request(
                    .put, "channels/\(here.voice)/permissions/\(id)",
                    ["type": 1, "allow": "0", "deny": .string(String(UInt64(1) << UInt64(bit)))], token: owner.token)
            }
            let banned = try accounts["banned"].orFail("banned").id
            _ = try await server.request(.put, "guilds/\(here.guild)/bans/\(banned)", [:], token: owner.token)
            tokens["key"] = try await http.streamKey(owner, here.voice).secret
            tokens["otherkey"] = try await http.streamKey(otherOwner, there.voice).secret
        }

        /// Fresh sessions of the owner where the last ones are gone.
        mutating func renew(_ http: HTTPMediaClient) async throws {
            if try await isGone("whip/" + session, http) {
                session = try id(try await http.whip(here.voice, "?source=screen", token: owner.token))
            }
            if try await isGone("whep/" + viewing, http) {
                viewing = try id(try await http.whep(here.voice, "?user=\(owner.id)", token: owner.token))
            }
        }

        private func isGone(_ session: String, _ http: HTTPMediaClient) async throws -> Bool {
            let path = "/api/v10/channels/\(here.voice)/" + session
            return try await http.patch(path, TestFragment.candidate, match: "*", token: owner.token).status != 204
        }

        private func id(_ answer: HTTPMediaClient.Answer) throws -> String {
            try (answer.location.split(separator: "/").last.map(String.init)).orFail("session: \(answer.status)")
        }

        func ask(_ row: Row, as actor: String, _ http: HTTPMediaClient) async throws -> HTTPMediaClient.Answer {
            var path = "/api/v10/channels/" + row.path
            let names = [
                "{here}": here.voice.description, "{there}": there.voice.description, "{session}": session, "{viewing}": viewing,
                "{owner}": owner.id.description, "{otherowner}": otherOwner.id.description,
            ]
            for (name, value) in names { path = path.replacingOccurrences(of: name, with: value) }
            let method = try HTTPRequest.Method(String(row.route.split(separator: " ")[0])).orFail("method")
            let isPatch = method == .patch
            return try await http.send(
                method, path, isPatch ? TestFragment.candidate : try row.fixture?.text ?? "", token: tokens[actor],
                type: isPatch ? MediaType.fragment : MediaType.sdp, headers: isPatch ? [.ifMatch: "*"] : [:])
        }
    }
}

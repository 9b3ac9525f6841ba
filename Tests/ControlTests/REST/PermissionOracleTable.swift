/// What each route must answer to each kind of caller. The one place where that is written down; `PermissionOracleTests` holds the server to it.
///
/// The columns, in order:
/// 1. nobody: no token
/// 2. stranger: signed in, not a member
/// 3. member with nothing but `@everyone`
/// 4. member with a role that an overwrite of both channels denies VIEW_CHANNEL
/// 5. member whom an overwrite of both channels denies VIEW_CHANNEL
/// 6. moderator: every right to govern but ADMINISTRATOR, by a role at position 10
/// 7. owner
/// 8. banned
/// 9. owner of another guild
///
/// Scopes: `own` uses ids of the guild in which the columns hold; `foreign` uses only ids of the other guild, whose owner is column 9; `mixed` names
/// objects of the other guild under a guild or channel of this one, which is how GHSA-62g6-28hv-h6hc got in elsewhere. A fourth, `unknown`, needs no
/// column: ids that exist nowhere are 404 to all who are signed in.
enum PermissionOracleTable {
    struct Row: Sendable {
        /// As the router has it.
        let route: String
        /// Which object stands for a path parameter, where it is not the usual one.
        var using: [String: String] = [:]
        /// `$name` stands for an object's id.
        var body: String?
        let own: [Int]
        var foreign: [Int]?
        var mixed: [Int]?
    }

    // Patterns that recur.
    private static func everyone(_ ok: Int) -> [Int] { [ok, ok, ok, ok, ok, ok, ok, ok, ok] }
    private static func signedIn(_ ok: Int) -> [Int] { [401, ok, ok, ok, ok, ok, ok, ok, ok] }
    private static func members(_ ok: Int) -> [Int] { [401, 403, ok, ok, ok, ok, ok, 403, 403] }
    private static func viewers(_ ok: Int) -> [Int] { [401, 403, ok, 403, 403, ok, ok, 403, 403] }
    private static func governors(_ ok: Int) -> [Int] { [401, 403, 403, 403, 403, ok, ok, 403, 403] }
    private static func ownerAlone(_ ok: Int) -> [Int] { [401, 403, 403, 403, 403, 403, ok, 403, 403] }
    private static func theirOwner(_ ok: Int) -> [Int] { [401, 403, 403, 403, 403, 403, 403, 403, ok] }

    static let rows: [Row] = operations + accounts + guilds + channels + roles + members_ + bans + invites + tiers + streamKeys

    private static let operations: [Row] = [
        Row(route: "GET /health", own: everyone(200)),
        Row(route: "GET /ready", own: everyone(200)),
        Row(route: "GET /openapi.yaml", own: everyone(200)),
        Row(route: "GET /api/v10/gateway", own: everyone(200)),
        Row(route: "GET /api/v10/gateway/bot", own: signedIn(200)),
    ]

    private static let accounts: [Row] = [
        Row(
            route: "POST /api/v10/auth/register", body: #"{"username":"newcomer","email":"new@example.org","password":"correct horse"}"#,
            own: everyone(201)),
        Row(route: "POST /api/v10/auth/login", body: #"{"login":"target","password":"correct horse battery"}"#, own: everyone(200)),
        Row(route: "POST /api/v10/auth/refresh", body: #"{"refresh_token":"$refresh"}"#, own: everyone(200)),
        Row(route: "POST /api/v10/auth/logout", own: signedIn(204)),
        Row(route: "GET /api/v10/users/@me", own: signedIn(200)),
        Row(route: "PATCH /api/v10/users/@me", body: #"{"global_name":"Somebody"}"#, own: signedIn(200)),
        Row(route: "GET /api/v10/users/@me/guilds", own: signedIn(200)),
        Row(
            route: "DELETE /api/v10/users/@me/guilds/{guild_id}", own: [401, 403, 204, 204, 204, 204, 400, 403, 403],
            foreign: theirOwner(400)),
    ]

    private static let guilds: [Row] = [
        Row(route: "POST /api/v10/guilds", body: #"{"name":"Another"}"#, own: signedIn(201)),
        Row(route: "GET /api/v10/guilds/{guild_id}", own: members(200), foreign: theirOwner(200)),
        Row(route: "PATCH /api/v10/guilds/{guild_id}", body: #"{"name":"Renamed"}"#, own: governors(200), foreign: theirOwner(200)),
        Row(route: "PATCH /api/v10/guilds/{guild_id}", body: #"{"owner_id":"$target"}"#, own: ownerAlone(200), foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}", body: #"{"owner_id":"$elsewhere_target"}"#,
            own: [401, 403, 403, 403, 403, 403, 404, 403, 403]),
        Row(route: "DELETE /api/v10/guilds/{guild_id}", own: ownerAlone(204), foreign: theirOwner(204)),
    ]

    private static let channels: [Row] = [
        Row(route: "GET /api/v10/guilds/{guild_id}/channels", own: members(200), foreign: theirOwner(200)),
        Row(
            route: "POST /api/v10/guilds/{guild_id}/channels", body: #"{"name":"more","type":0}"#, own: governors(201),
            foreign: theirOwner(201)),
        Row(
            route: "POST /api/v10/guilds/{guild_id}/channels", body: #"{"name":"more","parent_id":"$elsewhere_category"}"#,
            own: governors(400)),
        Row(
            route: "POST /api/v10/guilds/{guild_id}/channels",
            body: #"{"name":"more","permission_overwrites":[{"id":"$elsewhere_role","type":0,"deny":"1024"}]}"#, own: governors(404)),
        // Nobody gives away what they do not have: ADMINISTRATOR is beyond the moderator.
        Row(
            route: "POST /api/v10/guilds/{guild_id}/channels",
            body: #"{"name":"more","permission_overwrites":[{"id":"$role","type":0,"allow":"8"}]}"#, own: ownerAlone(201),
            foreign: theirOwner(201)),
        Row(route: "GET /api/v10/channels/{channel_id}", own: viewers(200), foreign: theirOwner(200)),
        Row(route: "GET /api/v10/channels/{channel_id}", using: ["channel_id": "voice"], own: viewers(200), foreign: theirOwner(200)),
        Row(route: "PATCH /api/v10/channels/{channel_id}", body: #"{"name":"renamed"}"#, own: governors(200), foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/channels/{channel_id}", body: #"{"parent_id":"$category"}"#, own: governors(200),
            foreign: theirOwner(200),
            mixed: governors(400)),
        Row(
            route: "PATCH /api/v10/channels/{channel_id}", using: ["channel_id": "voice"], body: #"{"voice_tier_id":"$voice_tier"}"#,
            own: governors(200), foreign: theirOwner(200), mixed: governors(404)),
        Row(
            route: "PATCH /api/v10/channels/{channel_id}", body: #"{"permission_overwrites":[{"id":"$role","type":0,"deny":"2048"}]}"#,
            own: governors(200), foreign: theirOwner(200), mixed: governors(404)),
        Row(route: "DELETE /api/v10/channels/{channel_id}", own: governors(200), foreign: theirOwner(200)),
        Row(
            route: "PUT /api/v10/channels/{channel_id}/permissions/{overwrite_id}", using: ["overwrite_id": "role"],
            body: #"{"type":0,"allow":"0","deny":"2048"}"#, own: governors(204), foreign: theirOwner(204), mixed: governors(404)),
        Row(
            route: "PUT /api/v10/channels/{channel_id}/permissions/{overwrite_id}", using: ["overwrite_id": "target"],
            body: #"{"type":1,"allow":"0","deny":"2048"}"#, own: governors(204), foreign: theirOwner(204), mixed: governors(404)),
        Row(
            route: "PUT /api/v10/channels/{channel_id}/permissions/{overwrite_id}", using: ["overwrite_id": "role"],
            body: #"{"type":0,"allow":"8"}"#, own: ownerAlone(204), foreign: theirOwner(204)),
        Row(
            route: "DELETE /api/v10/channels/{channel_id}/permissions/{overwrite_id}", using: ["overwrite_id": "denied_role"],
            own: governors(204), foreign: theirOwner(204), mixed: governors(404)),
    ]

    private static let roles: [Row] = [
        Row(route: "GET /api/v10/guilds/{guild_id}/roles", own: members(200), foreign: theirOwner(200)),
        Row(route: "POST /api/v10/guilds/{guild_id}/roles", body: #"{"name":"more"}"#, own: governors(201), foreign: theirOwner(201)),
        Row(route: "POST /api/v10/guilds/{guild_id}/roles", body: #"{"permissions":"8"}"#, own: ownerAlone(201), foreign: theirOwner(201)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/roles", body: #"[{"id":"$role","position":2}]"#, own: governors(200),
            foreign: theirOwner(200), mixed: governors(404)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/roles", body: #"[{"id":"$role","position":15}]"#, own: ownerAlone(200),
            foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/roles/{role_id}", body: #"{"name":"renamed"}"#, own: governors(200),
            foreign: theirOwner(200), mixed: governors(404)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/roles/{role_id}", using: ["role_id": "high_role"], body: #"{"name":"renamed"}"#,
            own: ownerAlone(200), foreign: theirOwner(200), mixed: governors(404)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/roles/{role_id}", body: #"{"permissions":"8"}"#, own: ownerAlone(200),
            foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/roles/{role_id}", using: ["role_id": "guild"], body: #"{"permissions":"1024"}"#,
            own: governors(200), foreign: theirOwner(200)),
        Row(
            route: "DELETE /api/v10/guilds/{guild_id}/roles/{role_id}", own: governors(204), foreign: theirOwner(204), mixed: governors(404)
        ),
        Row(
            route: "DELETE /api/v10/guilds/{guild_id}/roles/{role_id}", using: ["role_id": "high_role"], own: ownerAlone(204),
            foreign: theirOwner(204)),
        Row(
            route: "DELETE /api/v10/guilds/{guild_id}/roles/{role_id}", using: ["role_id": "guild"], own: governors(400),
            foreign: theirOwner(400)),
    ]

    private static let members_: [Row] = [
        Row(route: "GET /api/v10/guilds/{guild_id}/members", own: members(200), foreign: theirOwner(200)),
        Row(route: "GET /api/v10/guilds/{guild_id}/members/{user_id}", own: members(200), foreign: theirOwner(200), mixed: members(404)),
        Row(route: "PATCH /api/v10/guilds/{guild_id}/members/@me", body: #"{"nick":"me"}"#, own: members(200), foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"nick":"you"}"#, own: governors(200),
            foreign: theirOwner(200),
            mixed: members(404)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", using: ["user_id": "owner"], body: #"{"nick":"you"}"#,
            own: ownerAlone(200), foreign: theirOwner(200)),
        Row(route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: "{}", own: governors(200), foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"roles":["$role"]}"#, own: governors(200),
            foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"roles":["$high_role"]}"#, own: ownerAlone(200),
            foreign: theirOwner(200)),
        Row(route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"roles":["$elsewhere_role"]}"#, own: governors(404)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"mute":true}"#, own: governors(200),
            foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"deaf":true}"#, own: governors(200),
            foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"channel_id":null}"#, own: governors(200),
            foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"channel_id":"$voice"}"#, own: governors(200),
            foreign: theirOwner(200)),
        Row(route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"channel_id":"$elsewhere_voice"}"#, own: governors(404)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/members/{user_id}", body: #"{"channel_id":"$text"}"#, own: governors(400),
            foreign: theirOwner(400)),
        Row(
            route: "DELETE /api/v10/guilds/{guild_id}/members/{user_id}", own: governors(204), foreign: theirOwner(204),
            mixed: governors(404)),
        Row(
            route: "DELETE /api/v10/guilds/{guild_id}/members/{user_id}", using: ["user_id": "owner"], own: governors(403),
            foreign: theirOwner(403)),
        Row(
            route: "PUT /api/v10/guilds/{guild_id}/members/{user_id}/roles/{role_id}", own: governors(204), foreign: theirOwner(204),
            mixed: governors(404)),
        Row(
            route: "PUT /api/v10/guilds/{guild_id}/members/{user_id}/roles/{role_id}", using: ["role_id": "elsewhere_role"],
            own: governors(404)),
        Row(
            route: "PUT /api/v10/guilds/{guild_id}/members/{user_id}/roles/{role_id}", using: ["role_id": "high_role"],
            own: ownerAlone(204),
            foreign: theirOwner(204)),
        // Raising oneself is no exception.
        Row(
            route: "PUT /api/v10/guilds/{guild_id}/members/{user_id}/roles/{role_id}",
            using: ["user_id": "moderator", "role_id": "high_role"],
            own: ownerAlone(204)),
        Row(
            route: "DELETE /api/v10/guilds/{guild_id}/members/{user_id}/roles/{role_id}", own: governors(204), foreign: theirOwner(204),
            mixed: governors(404)),
    ]

    private static let bans: [Row] = [
        Row(route: "GET /api/v10/guilds/{guild_id}/bans", own: governors(200), foreign: theirOwner(200)),
        Row(
            route: "GET /api/v10/guilds/{guild_id}/bans/{user_id}", using: ["user_id": "banned"], own: governors(200),
            foreign: theirOwner(200),
            mixed: governors(404)),
        // Someone who is not here may be banned all the same.
        Row(
            route: "PUT /api/v10/guilds/{guild_id}/bans/{user_id}", own: governors(204), foreign: theirOwner(204), mixed: governors(204)),
        Row(
            route: "PUT /api/v10/guilds/{guild_id}/bans/{user_id}", using: ["user_id": "owner"], own: governors(403),
            foreign: theirOwner(403)),
        Row(
            route: "DELETE /api/v10/guilds/{guild_id}/bans/{user_id}", using: ["user_id": "banned"], own: governors(204),
            foreign: theirOwner(204), mixed: governors(404)),
    ]

    private static let invites: [Row] = [
        Row(route: "POST /api/v10/channels/{channel_id}/invites", body: "{}", own: viewers(200), foreign: theirOwner(200)),
        Row(route: "GET /api/v10/guilds/{guild_id}/invites", own: governors(200), foreign: theirOwner(200)),
        Row(route: "GET /api/v10/invites/{code}", own: everyone(200), foreign: everyone(200)),
        Row(route: "POST /api/v10/invites/{code}", own: [401, 200, 200, 200, 200, 200, 200, 403, 200], foreign: signedIn(200)),
        Row(route: "DELETE /api/v10/invites/{code}", own: governors(200), foreign: theirOwner(200)),
    ]

    private static let tiers: [Row] = [
        Row(route: "GET /api/v10/guilds/{guild_id}/stream-tiers", own: members(200), foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/stream-tiers/{tier_id}", using: ["tier_id": "stream_tier"],
            body: #"{"bitrate":900000}"#,
            own: governors(200), foreign: theirOwner(200), mixed: governors(404)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/stream-tiers/{tier_id}", using: ["tier_id": "stream_tier"],
            body: #"{"publish_roles":["$elsewhere_role"]}"#, own: governors(404)),
        Row(route: "GET /api/v10/guilds/{guild_id}/voice-tiers", own: members(200), foreign: theirOwner(200)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/voice-tiers/{tier_id}", using: ["tier_id": "voice_tier"], body: #"{"bitrate":56000}"#,
            own: governors(200), foreign: theirOwner(200), mixed: governors(404)),
        Row(
            route: "PATCH /api/v10/guilds/{guild_id}/voice-tiers/{tier_id}", using: ["tier_id": "voice_tier"],
            body: #"{"publish_roles":["$elsewhere_role"]}"#, own: governors(404)),
    ]

    private static let streamKeys: [Row] = [
        Row(
            route: "GET /api/v10/channels/{channel_id}/stream-keys", using: ["channel_id": "voice"], own: viewers(200),
            foreign: theirOwner(200)),
        Row(
            route: "POST /api/v10/channels/{channel_id}/stream-keys", using: ["channel_id": "voice"], body: "{}", own: viewers(201),
            foreign: theirOwner(201)),
        Row(route: "POST /api/v10/channels/{channel_id}/stream-keys", body: "{}", own: viewers(400), foreign: theirOwner(400)),
        // The key is the owner's. To a plain member it does not exist.
        Row(
            route: "DELETE /api/v10/channels/{channel_id}/stream-keys/{key_id}", using: ["channel_id": "voice"],
            own: [401, 403, 404, 403, 403, 204, 204, 403, 403], foreign: theirOwner(204), mixed: viewers(404)),
    ]
}

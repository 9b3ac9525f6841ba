import HTTPTypes
import Hummingbird

/// Finds out who asks: `Authorization: Bearer <access token>` on every request.
///
/// A request without the header goes on as nobody; handlers that need somebody refuse it. A request with a token that is not good is refused here, even on
/// routes that nobody could use: the client should learn that it must sign in again. Below `/auth/` it goes on as nobody instead, because a client whose
/// token has expired comes there to renew it or to sign out, and some send the old token along.
struct Authentication: RouterMiddleware {
    typealias Context = APIContext

    let authenticator: Authenticator

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        guard let field = request.headers[.authorization], let token = Self.accessToken(in: field) else {
            return try await next(request, context)
        }
        guard let principal = try await authenticator.authenticate(accessToken: token) else {
            guard request.uri.path.hasPrefix("/api/v10/auth/") else { throw APIError.unauthorized }
            return try await next(request, context)
        }
        var context = context
        context.principal = principal
        context.logger[metadataKey: "user_id"] = .string(principal.userID.description)
        return try await next(request, context)
    }

    /// The token of a `Bearer` field; `nil` for another scheme and for stream keys, which the WHIP routes check themselves.
    static func accessToken(in field: String) -> String? {
        let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].drop { $0 == " " }
        return token.hasPrefix(StreamKey.prefix) ? nil : String(token)
    }
}

import HTTPTypes
import Hummingbird

/// Answers 503 to what would change something while those who hear of changes (the gateways) do not keep up. So the bound on what waits for
/// them costs no event: the request was never begun.
struct WriteAdmission: RouterMiddleware {
    typealias Context = APIContext

    let store: Store

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        let changesNothing: [HTTPRequest.Method] = [.get, .head, .options]
        guard changesNothing.contains(request.method) || store.isHeard else { throw APIError.overloaded }
        return try await next(request, context)
    }
}

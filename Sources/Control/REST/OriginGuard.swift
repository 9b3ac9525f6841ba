import HTTPTypes
import Hummingbird

/// Which pages may call the API: our own, and those of the configured origins. Others may not change anything here, and may not read answers.
///
/// Requests without `Origin` (bots, encoders, command lines) are no browser's and pass. Applies to paths below `/api/`.
struct OriginGuard: RouterMiddleware {
    typealias Context = APIContext

    let allowed: [String]

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        guard request.uri.path.hasPrefix("/api/"), let origin = request.headers[.origin] else { return try await next(request, context) }
        guard isOwn(origin, request) || allowed.contains(origin) else {
            guard request.method == .get || request.method == .head else { throw APIError.foreignOrigin }
            // Without the CORS headers below the browser keeps the answer from the foreign page.
            return try await next(request, context)
        }
        var response =
            if request.method == .options && request.headers[.accessControlRequestMethod] != nil {
                Response(status: .noContent, headers: Self.preflight)
            } else {
                try await next(request, context)
            }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "Location, ETag, Link, Retry-After, X-Trace-Id"
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        return response
    }

    /// The scheme is left out: behind a proxy that ends TLS we do not know it. The host and port are the page's.
    private func isOwn(_ origin: String, _ request: Request) -> Bool {
        guard let host = request.head.authority, !host.isEmpty else { return false }
        return origin.lowercased() == "https://\(host.lowercased())" || origin.lowercased() == "http://\(host.lowercased())"
    }

    private static let preflight: HTTPFields = [
        .accessControlAllowMethods: "GET, POST, PUT, PATCH, DELETE",
        .accessControlAllowHeaders: "Authorization, Content-Type, X-Audit-Log-Reason, If-Match",
        .accessControlMaxAge: "600",
    ]
}

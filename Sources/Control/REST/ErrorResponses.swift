import GRDB
import Hummingbird
import Logging
import NIOCore

/// The one place where an error becomes an answer. Outermost of all: it also gives every request its trace id and every answer its safe headers.
struct ErrorResponses: RouterMiddleware {
    typealias Context = APIContext

    func handle(_ request: Request, context: Context, next: (Request, Context) async throws -> Response) async throws -> Response {
        var context = context
        context.traceID = Self.newTraceID()
        context.logger[metadataKey: "trace_id"] = .string(context.traceID)
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let refusal = Self.apiError(for: error)
            if refusal.status.code >= 500 {
                context.logger.error(
                    "request failed",
                    metadata: ["error": "\(error)", "method": "\(request.method)", "path": "\(request.uri.path.prefix(256))"])
            }
            response = try refusal.response(from: request, context: context)
        }
        response.headers[.xTraceID] = context.traceID
        response.headers[.xContentTypeOptions] = "nosniff"
        if request.uri.path.hasPrefix("/api/") { Self.addAPIHeaders(&response) }
        return response
    }

    static func apiError(for error: any Error) -> APIError {
        switch error {
        case let error as APIError: error
        case StoreError.queueFull: .overloaded
        case is NIOTooManyBytesError: .bodyTooLarge
        case let error as HTTPError:
            APIError(error.status, error.body ?? "\(error.status.code): \(error.status.reasonPhrase)", headers: error.headers)
        case let error as any HTTPResponseError: APIError(error.status, "\(error.status.code): \(error.status.reasonPhrase)")
        default: .internalError
        }
    }

    /// An answer of the API is data: never a page, never framed, never kept by a cache.
    private static func addAPIHeaders(_ response: inout Response) {
        response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    }

    private static func newTraceID() -> String {
        var random = SystemRandomNumberGenerator()
        return hexadecimal(random.next()) + hexadecimal(random.next())
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

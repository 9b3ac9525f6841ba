import Hummingbird
import NIOCore

/// What a request carries with it through middleware and handlers.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Who asks; `nil` for a request without a valid token. Handlers take it by `requirePrincipal()`.
    package var principal: Principal?
    /// The other end of the connection: the client or a proxy.
    package let peerAddress: String
    /// The client's address without port, after `X-Forwarded-For` of a trusted proxy was taken into account.
    package var clientAddress: String
    /// One id per request, 16 random bytes in hexadecimal; in every log line of the request and in `X-Trace-Id`.
    package var traceID: String

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
        principal = nil
        clientAddress = peerAddress
        traceID = ""
    }

    /// What `Request.decode` reads at most, bytes; `Form` goes by the configuration instead.
    package var maxUploadSize: Int { 256 * 1024 }

    /// - Throws: 401 where nobody is signed in.
    package func requirePrincipal() throws(APIError) -> Principal {
        guard let principal else { throw .unauthorized }
        return principal
    }

    /// A snowflake of the path.
    ///
    /// - Throws: 400 with the field's name if it is not one, as Discord does.
    package func id(_ name: String) throws(APIError) -> Snowflake {
        guard let text = parameters.get(name), let id = Snowflake(text) else {
            throw .form(name, "NUMBER_TYPE_COERCE", "Value \"\(parameters.get(name) ?? "")\" is not snowflake.")
        }
        return id
    }
}

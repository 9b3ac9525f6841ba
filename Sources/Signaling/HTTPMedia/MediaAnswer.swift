import HTTPTypes
import Hummingbird
import NIOCore

/// Writes what WHIP and WHEP answer.
enum MediaAnswer {
    /// No `Link` to ICE servers: this server is reached directly, and needs neither STUN nor TURN.
    static func created(_ resource: MediaResource, _ answer: String) -> Response {
        var headers: HTTPFields = [
            .contentType: MediaType.sdp, .location: resource.path, .eTag: resource.entityTag, .acceptPatch: MediaType.fragment,
        ]
        headers[.accessControlExposeHeaders] = "Location, ETag, Accept-Patch"
        return Response(status: .created, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: answer)))
    }

    /// RFC 9725 §4.3.3: the new credentials under a new entity tag.
    static func restarted(_ resource: MediaResource) -> Response {
        let text = resource.answerer.restartFragment(for: resource.negotiation)
        return Response(
            status: .ok, headers: [.contentType: MediaType.fragment, .eTag: resource.entityTag],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// RFC 9725 §4.2: asking is free, also for browsers before they send a token.
    static func options(accepting name: HTTPField.Name, _ type: String) -> Response {
        Response(status: .noContent, headers: [name: type])
    }
}

extension HTTPField.Name {
    static let acceptPost = named("Accept-Post")
    static let acceptPatch = named("Accept-Patch")

    private static func named(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
        return name
    }
}

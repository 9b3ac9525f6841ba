import Control
import HTTPTypes

// The one place where WHIP and WHEP turn what went wrong into HTTP.

extension APIError {
    static let unknownMediaSession = APIError(.notFound, "Unknown media session")
    static let needsCredential = APIError(
        .unauthorized, "Send an access token or, to publish, a stream key: \"Authorization: Bearer …\"",
        headers: [.wwwAuthenticate: "Bearer"])
    static let foreignStreamKey = APIError(.forbidden, code: 50013, "This stream key is for another channel")
    static let streamKeyCannotWatch = APIError(.forbidden, code: 50013, "A stream key publishes; watching needs an access token")
    /// RFC 9725 §4.3.1.
    static let needsIfMatch = APIError(
        .preconditionRequired, "PATCH needs If-Match: the session's ETag for candidates, \"*\" for an ICE restart")
    static let staleEntityTag = APIError(.preconditionFailed, "The ETag is not the session's: ICE was restarted meanwhile")

    static func wrongMediaType(_ wanted: String, headers: HTTPFields = [:]) -> APIError {
        APIError(.unsupportedMediaType, "The body must be \(wanted)", headers: headers)
    }

    static let answersAreSDP = APIError(.notAcceptable, "Answers are application/sdp; Accept does not allow it")
    static let bodyIsNotText = APIError(.badRequest, "The body is not UTF-8")

    static func badFragment(_ error: SDPError) -> APIError { APIError(.badRequest, "The fragment cannot be read: \(error).") }
}

extension AnswerRefusal {
    /// RFC 9725 §4.2: 400 for what is no offer, 422 for an offer of a kind that we do not do, 406 where there is nothing in common.
    var apiError: APIError {
        var error =
            switch self {
            case .malformed: APIError(.badRequest, description)
            case .nothingUsable: APIError(.notAcceptable, description)
            default: APIError(.unprocessableContent, description)
            }
        error.extra = ["reason": .string(code)]
        return error
    }
}

extension MediaResources.Refusal {
    var apiError: APIError {
        switch self {
        case .published:
            APIError(
                .conflict, "You publish this already with another credential; end that session first", headers: [.retryAfter: "5"])
        case .tooMany: APIError(.tooManyRequests, "You hold too many media sessions; delete one first", headers: [.retryAfter: "5"])
        case .full: APIError.overloaded
        }
    }
}

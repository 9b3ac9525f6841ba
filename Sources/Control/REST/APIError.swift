import HTTPTypes
import Hummingbird

/// A refusal. The one place where what went wrong becomes an HTTP status and a body in Discord's shape:
/// `{"code":50035,"message":"Invalid Form Body","errors":{"name":{"_errors":[{"code":"BASE_TYPE_REQUIRED","message":"…"}]}}}`.
package struct APIError: Error, Equatable {
    package var status: HTTPResponse.Status
    /// Discord's JSON error code; 0 is the general one.
    package var code: Int
    package var message: String
    /// Form errors by field.
    package var errors: JSONValue?
    package var headers: HTTPFields
    /// Further members of the body, such as `retry_after`.
    package var extra = JSONObject()

    package init(_ status: HTTPResponse.Status, code: Int = 0, _ message: String, errors: JSONValue? = nil, headers: HTTPFields = [:]) {
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.headers = headers
    }

    package var body: JSONValue {
        var object = JSONObject([("message", .string(message)), ("code", .int(Int64(code)))])
        if let errors { object["errors"] = errors }
        for (key, value) in extra.members { object[key] = value }
        return .object(object)
    }
}

extension APIError {
    package static let unauthorized = APIError(.unauthorized, "401: Unauthorized")
    package static let notFound = APIError(.notFound, "404: Not Found")
    package static let unknownChannel = APIError(.notFound, code: 10003, "Unknown Channel")
    package static let unknownGuild = APIError(.notFound, code: 10004, "Unknown Guild")
    package static let unknownInvite = APIError(.notFound, code: 10006, "Unknown Invite")
    package static let unknownMember = APIError(.notFound, code: 10007, "Unknown Member")
    package static let unknownOverwrite = APIError(.notFound, code: 10009, "Unknown Permission Overwrite")
    package static let unknownRole = APIError(.notFound, code: 10011, "Unknown Role")
    package static let unknownUser = APIError(.notFound, code: 10013, "Unknown User")
    package static let unknownBan = APIError(.notFound, code: 10026, "Unknown Ban")
    /// Discord has no such object; the code is the general one.
    package static let unknownTier = APIError(.notFound, "Unknown Tier")
    package static let unknownStreamKey = APIError(.notFound, "Unknown Stream Key")
    package static let missingAccess = APIError(.forbidden, code: 50001, "Missing Access")
    package static let missingPermissions = APIError(.forbidden, code: 50013, "Missing Permissions")
    /// Discord's code for a right that is missing; the message says whose it is.
    package static let targetMayNotConnect = APIError(
        .forbidden, code: 50013, "Missing Permissions: the member may not connect to that channel")
    package static let wrongChannelKind = APIError(.badRequest, code: 50024, "Cannot execute action on this channel type")
    package static let banned = APIError(.forbidden, code: 40007, "The user is banned from this guild.")
    package static let notInVoice = APIError(.badRequest, code: 40032, "Target user is not connected to voice.")
    package static let invalidJSON = APIError(.badRequest, code: 50109, "The request body contains invalid JSON.")
    package static let bodyTooLarge = APIError(.contentTooLarge, code: 40005, "Request entity too large")
    package static let foreignOrigin = APIError(.forbidden, "Requests from this origin are refused")
    /// The writer's queue is full; the client should come back.
    package static let overloaded = APIError(.serviceUnavailable, "The server is overloaded", headers: [.retryAfter: "1"])
    package static let internalError = APIError(.internalServerError, "500: Internal Server Error")

    /// One wrong field. Discord lists them under the field's name.
    package static func form(_ field: String, _ code: String, _ message: String) -> APIError {
        form([(field, code, message)])
    }

    package static func form(_ faults: [(field: String, code: String, message: String)]) -> APIError {
        var errors = JSONObject()
        for fault in faults where errors[fault.field] == nil {
            let same = faults.filter { $0.field == fault.field }
            errors[fault.field] = ["_errors": .array(same.map { ["code": .string($0.code), "message": .string($0.message)] })]
        }
        return APIError(.badRequest, code: 50035, "Invalid Form Body", errors: .object(errors))
    }

    /// A value that another object has already: 409, listed under its field.
    package static func conflict(_ field: String, _ code: String, _ message: String) -> APIError {
        var error = form(field, code, message)
        error.status = .conflict
        error.message = message
        return error
    }

    /// A maximum was reached, with Discord's code for it (30001 guilds, 30005 roles, 30013 channels …).
    package static func maximum(_ code: Int, _ message: String) -> APIError {
        APIError(.badRequest, code: code, message)
    }
}

extension APIError: HTTPResponseError {
    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var response = Response.json(body, status: status)
        for field in headers { response.headers[field.name] = field.value }
        return response
    }
}

extension Response {
    /// An answer in JSON. The content type is `application/json` and nothing more: discord.py compares the header for equality.
    package static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.bytes)))
    }

    /// 204: it has no body.
    package static var noContent: Response { Response(status: .noContent) }
}

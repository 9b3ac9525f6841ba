import Control
import Hummingbird
import SFU

/// What the URL says after the question mark.
struct MediaQuery {
    private let request: Request

    init(_ request: Request) { self.request = request }

    /// `source=camera|screen`; a camera where nothing is said.
    func source() throws(APIError) -> TrackSource {
        guard let text = request.uri.queryParameters["source"] else { return .camera }
        switch text {
        case "camera": return .camera
        case "screen": return .screen
        default: throw .form("source", "BASE_TYPE_CHOICES", "Value must be one of ('camera', 'screen').")
        }
    }

    /// `user={user.id}`: whom to watch.
    func user() throws(APIError) -> Snowflake {
        guard let text = request.uri.queryParameters["user"] else {
            throw .form("user", "BASE_TYPE_REQUIRED", "This field is required")
        }
        guard let user = Snowflake(text) else {
            throw .form("user", "NUMBER_TYPE_COERCE", "Value \"\(text.prefix(32))\" is not snowflake.")
        }
        return user
    }
}

import Control
import HTTPTypes
import Hummingbird
import NIOCore

/// Media types of WHIP.
enum MediaType {
    static let sdp = "application/sdp"
    static let fragment = "application/trickle-ice-sdpfrag"
}

/// Reads what a client sent.
struct MediaBody {
    /// An offer, read as far as its roles need.
    struct Offer {
        var description: SessionDescription
        /// It has a picture, which needs other rights than sound.
        var shows: Bool { description.media.contains { $0.media == "video" && ($0.port != 0 || $0["bundle-only"] != nil) } }
    }

    private let request: Request

    init(_ request: Request) { self.request = request }

    /// - Throws: 415, 406, 413, 400.
    func offer() async throws -> Offer {
        guard contentType == MediaType.sdp else { throw APIError.wrongMediaType(MediaType.sdp, headers: [.acceptPost: MediaType.sdp]) }
        guard acceptsSDP else { throw APIError.answersAreSDP }
        let text = try await text(upTo: SDPLimits().bytes)
        do throws(AnswerRefusal) { return Offer(description: try Answerer.parse(text)) } catch { throw error.apiError }
    }

    /// - Throws: 415, 413, 400.
    func fragment() async throws -> SDPFragment {
        guard contentType == MediaType.fragment else {
            throw APIError.wrongMediaType(MediaType.fragment, headers: [.acceptPatch: MediaType.fragment])
        }
        let text = try await text(upTo: SDPLimits.fragment.bytes)
        do throws(SDPError) { return try SDPFragment(parsing: text) } catch { throw APIError.badFragment(error) }
    }

    private func text(upTo limit: Int) async throws -> String {
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: limit) } catch is NIOTooManyBytesError { throw APIError.bodyTooLarge }
        guard let text = String(validating: body.readableBytesView, as: UTF8.self) else { throw APIError.bodyIsNotText }
        return text
    }

    /// Without parameters, in small letters.
    private var contentType: String {
        Self.bare(request.headers[.contentType] ?? "")
    }

    private var acceptsSDP: Bool {
        guard let accept = request.headers[.accept] else { return true }
        return accept.fields(separatedBy: UInt8(ascii: ",")).contains { [MediaType.sdp, "application/*", "*/*"].contains(Self.bare($0)) }
    }

    private static func bare(_ field: String) -> String {
        (field.fields(separatedBy: UInt8(ascii: ";")).first ?? "").fields().joined(separator: " ").asciiLowercased
    }
}

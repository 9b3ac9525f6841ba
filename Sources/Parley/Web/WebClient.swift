import CWeb
import HTTPTypes
import Hummingbird
import NIOCore

/// Serves the embedded web client: `/` and `/invite/CODE` are its page, everything else is a file by its exact path.
struct WebClient: Sendable {
    /// One embedded file. The bytes live as long as the process, so answers refer to them through one shared buffer.
    private struct Asset: Sendable {
        var contentType: String
        var etag: String
        var body: ByteBuffer
    }

    private let assets: [String: Asset]

    /// No inline script or style, no other host: what an injected element could load or run is nothing.
    static let contentSecurityPolicy = [
        "default-src 'self'", "script-src 'self'", "style-src 'self'", "connect-src 'self' ws: wss:", "media-src 'self' blob: mediastream:",
        "img-src 'self' data: blob:", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private static let permissionsPolicy = "camera=(self), microphone=(self), display-capture=(self), speaker-selection=(self)"

    init() {
        var count = 0
        let table = UnsafeBufferPointer(start: parley_assets(&count), count: count)
        assets = table.reduce(into: [:]) { assets, asset in
            assets[String(cString: asset.path)] = Asset(
                contentType: String(cString: asset.content_type), etag: String(cString: asset.etag),
                body: ByteBuffer(bytes: UnsafeRawBufferPointer(start: asset.bytes, count: asset.length)))
        }
    }

    func addRoutes(to router: Router<some RequestContext>) {
        add(path: "/", asset: "/index.html", to: router)
        add(path: "/invite/{code}", asset: "/index.html", to: router)
        for path in assets.keys.sorted() { add(path: path, asset: path, to: router) }
    }

    private func add(path: String, asset name: String, to router: Router<some RequestContext>) {
        guard let asset = assets[name] else { return }
        for method in [HTTPRequest.Method.get, .head] {
            router.on(RouterPath(path), method: method) { request, _ in Self.answer(asset, to: request) }
        }
    }

    private static func answer(_ asset: Asset, to request: Request) -> Response {
        // `no-cache` means ask again each time: a new server's page is never mixed with an old one's modules, and unchanged files cost a 304.
        var headers: HTTPFields = [
            .contentType: asset.contentType, .eTag: asset.etag, .cacheControl: "no-cache", .contentSecurityPolicy: contentSecurityPolicy,
            .xContentTypeOptions: "nosniff",
        ]
        headers[HTTPField.Name("Referrer-Policy")!] = "no-referrer"
        headers[HTTPField.Name("Permissions-Policy")!] = permissionsPolicy
        if request.headers[.ifNoneMatch] == asset.etag { return Response(status: .notModified, headers: headers) }
        if request.method == .head {
            headers[.contentLength] = String(asset.body.readableBytes)
            return Response(status: .ok, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: asset.body))
    }
}

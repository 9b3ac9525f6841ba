import COpenAPI
import GRDB
import Hummingbird

/// What operators and load balancers ask (FEATURES N7), and the API's own description.
struct OperationsRoutes {
    let services: ControlServices

    func add(to router: Router<APIContext>) {
        router.get("health", use: health)
        router.get("ready", use: ready)
        router.get("openapi.yaml", use: document)
    }

    /// The process answers.
    @Sendable private func health(_ request: Request, _ context: APIContext) async throws -> Response {
        .json(["status": "ok"])
    }

    /// The process can do its work: each component says whether it can.
    @Sendable private func ready(_ request: Request, _ context: APIContext) async throws -> Response {
        var isReady = true
        var components = JSONObject()
        for (name, check) in services.readiness {
            let isUp = await check()
            isReady = isReady && isUp
            components[name] = ["status": .string(isUp ? "ok" : "failed")]
        }
        return .json(
            ["status": .string(isReady ? "ok" : "failed"), "components": .object(components)], status: isReady ? .ok : .serviceUnavailable)
    }

    @Sendable private func document(_ request: Request, _ context: APIContext) async throws -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/yaml"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: OpenAPIDocument.bytes)))
    }
}

/// The OpenAPI 3.1 document, as embedded by the target COpenAPI.
package enum OpenAPIDocument {
    package static var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: parley_openapi_yaml_start(), count: parley_openapi_yaml_length)
    }
}

import Control
import SFU

@testable import Signaling

extension PageOffer {
    /// Op 1 as the page sends it.
    func selectProtocol(negotiation: Int = 1) throws -> JSONValue {
        let (text, roles) = try build()
        return [
            "protocol": "webrtc", "sdp": .string(text), "negotiation": .int(Int64(negotiation)),
            "publish": .object(JSONObject(roles.publish.map { ($0.key, .string($0.value.rawValue)) })),
            "slots": .object(JSONObject(roles.slots.map { ($0.key, .string($0.value.rawValue)) })),
        ]
    }
}

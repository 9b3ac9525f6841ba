import SFU

@testable import Signaling

/// An offer as our page makes it, put together from sections that Chromium wrote.
struct PageOffer {
    var audioSlots = 6
    var videoSlots = 12
    var screens = 2
    var publish: [TrackSource] = [.microphone, .camera, .screen, .screenAudio]

    /// The text and the roles; mids count from 0 in m-line order.
    func build() throws -> (text: String, roles: SectionRoles) {
        let sending = try OfferFixture.chromiumSimulcast.description
        let receiving = try OfferFixture.chromiumRecvonly.description
        var offer = sending
        offer.media = []
        var roles = SectionRoles()
        func append(_ section: MediaDescription) -> String {
            let mid = String(offer.media.count)
            var section = section
            section.attributes = section.attributes.map { $0.name == "mid" ? SDPAttribute("mid", mid) : $0 }
            offer.media.append(section)
            return mid
        }
        for source in publish {
            roles.publish[append(sending.media[source.kind == .audio ? 0 : 1])] = source
        }
        let slots: [(SlotPurpose, Int)] = [(.audio, audioSlots), (.video, videoSlots), (.screen, screens), (.screenAudio, screens)]
        for (purpose, count) in slots {
            for _ in 0..<count { roles.slots[append(receiving.media[purpose.kind == .audio ? 0 : 1])] = purpose }
        }
        let mids = offer.media.indices.map(String.init).joined(separator: " ")
        offer.attributes = offer.attributes.map { $0.name == "group" ? SDPAttribute("group", "BUNDLE \(mids)") : $0 }
        return (offer.write(), roles)
    }
}

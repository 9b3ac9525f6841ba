import RTP
import Testing

@testable import SFU

@Suite struct SlotCodecsTests {
    private func codec(_ codec: Codec, _ type: UInt8, red: UInt8? = nil, _ parameters: String = "") -> CodecParameters {
        CodecParameters(
            codec: codec, payloadType: PayloadType(type), redPayloadType: red.map { PayloadType($0) }, formatParameters: parameters)
    }

    @Test func mapsPayloadTypesByCodec() {
        let codecs = SlotCodecs(
            publisher: [codec(.vp8, 96), codec(.h264, 102, "profile-level-id=42e01f;packetization-mode=1"), codec(.vp9, 98)],
            slot: [codec(.vp9, 45, "profile-id=0"), codec(.vp8, 120)])
        #expect(codecs.payloadType(of: 0) == 120)
        #expect(codecs.payloadType(of: 1) == nil, "Firefox has no H264 here")
        #expect(codecs.payloadType(of: 2) == 45, "an absent VP9 profile is 0")
        #expect(!codecs.isUnsupported)
        #expect((0..<32 as Range<UInt8>).filter(codecs.isVP9) == [2])
    }

    @Test(arguments: [
        ("packetization-mode=1;profile-level-id=42e01f", "profile-level-id=42E034; packetization-mode=1", true),
        ("packetization-mode=1;profile-level-id=42e01f", "packetization-mode=0;profile-level-id=42e01f", false),
        ("packetization-mode=1;profile-level-id=42e01f", "packetization-mode=1;profile-level-id=64001f", false),
    ]) func h264KindsMustAgree(a: String, b: String, match: Bool) {
        #expect(SlotCodecs.match(codec(.h264, 1, a), codec(.h264, 2, b)) == match)
    }

    @Test func nothingInCommonIsUnsupported() {
        #expect(SlotCodecs(publisher: [codec(.h264, 102)], slot: [codec(.vp8, 96)]).isUnsupported)
        #expect(SlotCodecs(publisher: [], slot: [codec(.vp8, 96)]).isUnsupported)
    }

    @Test func redIsKeptOnlyWhereTheSlotHasIt() {
        let kept = SlotCodecs(publisher: [codec(.opus, 111, red: 63)], slot: [codec(.opus, 109, red: 70)])
        #expect(kept.redPayloadType(of: 0) == 70)
        let stripped = SlotCodecs(publisher: [codec(.opus, 111, red: 63)], slot: [codec(.opus, 109)])
        #expect(stripped.redPayloadType(of: 0) == nil)
        #expect(stripped.payloadType(of: 0) == 109)
    }
}

import Testing

@testable import LoadGenerator

struct FeedbackTermsTests {
    private func terms(_ lines: [Substring]) -> FeedbackTerms { FeedbackTerms(sdp: lines) }

    @Test func readsWhatIsAgreedOn() {
        let found = terms([
            "m=video 9 UDP/TLS/RTP/SAVPF 96 97", "a=rtcp-rsize", "a=rtcp-fb:96 nack", "a=rtcp-fb:96 goog-remb", "a=rtpmap:96 VP8/90000",
            "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96", "a=ssrc-group:FID 11 12", "a=ssrc:11 cname:x",
        ])
        #expect(found.nack && found.remb && found.reducedSize && found.rtxPayloadType == 97 && found.repairs == [12: 11])
    }

    @Test func whatIsNotSaidIsNotAgreedOn() {
        #expect(terms([]) == FeedbackTerms())
        #expect(terms(["a=rtcp-fb:96 nack pli", "a=rtpmap:96 VP8/90000", "a=ssrc-group:SIM 1 2", "a=ssrc-group:FID 1"]) == FeedbackTerms())
    }
}

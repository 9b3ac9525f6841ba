import RTP
import Testing

/// The values of the single extensions, at every length from none to one too many.
@Suite struct ExtensionValueTests {
    private func value<T>(_ bytes: [UInt8], _ make: (UnsafeRawBufferPointer) -> T?) -> T? { bytes.withUnsafeBytes { make($0) } }

    @Test func audioLevel() {
        #expect(value([], AudioLevel.init) == nil)
        #expect(value([0x00], AudioLevel.init) == AudioLevel(voiceActivity: false, level: 0))
        #expect(value([0xFF], AudioLevel.init) == AudioLevel(voiceActivity: true, level: 127))
        #expect(value([0x2A, 0x00], AudioLevel.init) == AudioLevel(voiceActivity: false, level: 42))
    }

    @Test func lengthsMustFit() {
        for count in 0...20 {
            let bytes = [UInt8](repeating: 0x11, count: count)
            #expect((value(bytes, AbsSendTime.init) != nil) == (count == 3))
            #expect((value(bytes, TransportSequenceNumber.init) != nil) == (count == 2 || count == 4))
            #expect((value(bytes, PlayoutDelay.init) != nil) == (count == 3))
            #expect((value(bytes, AbsCaptureTime.init) != nil) == (count == 8 || count == 16))
            #expect((value(bytes, VideoOrientation.init) != nil) == (count >= 1))
        }
    }

    @Test func absSendTimeIsSixPointEighteen() {
        #expect(AbsSendTime(Instant(nanoseconds: 1_000_000_000)).rawValue == 1 << 18)
        #expect(AbsSendTime(Instant(nanoseconds: 500_000_000)).rawValue == 1 << 17)
        #expect(AbsSendTime(Instant(nanoseconds: 64_000_000_000)).rawValue == 0)
        #expect(AbsSendTime(Instant(nanoseconds: 63_999_999_999)).rawValue == 0xFF_FFFF)
        let before = AbsSendTime(Instant(nanoseconds: 63_500_000_000))
        let after = AbsSendTime(Instant(nanoseconds: 64_250_000_000))
        #expect(after.nanoseconds(since: before) == 750_000_000)
        #expect(before.nanoseconds(since: after) == -750_000_000)
    }

    @Test func orientation() {
        #expect(value([0x00], VideoOrientation.init) == VideoOrientation(rotation: .degrees0))
        #expect(value([0x0F], VideoOrientation.init) == VideoOrientation(rotation: .degrees270, isFlipped: true, isBackCamera: true))
        #expect(value([0xF1], VideoOrientation.init) == VideoOrientation(rotation: .degrees90))
    }

    @Test func playoutDelay() {
        let delay = value(hex("00 a0 64"), PlayoutDelay.init)
        #expect(delay == PlayoutDelay(minimumUnits: 10, maximumUnits: 100))
        #expect(delay?.minimum == .milliseconds(100) && delay?.maximum == .seconds(1))
        #expect(value(hex("06 40 0a"), PlayoutDelay.init) == nil)
        #expect(PlayoutDelay(minimumUnits: 5_000, maximumUnits: 9_999) == PlayoutDelay(minimumUnits: 4_095, maximumUnits: 4_095))
    }

    @Test func captureTime() {
        let short = hex("01 02 03 04 05 06 07 08")
        #expect(value(short, AbsCaptureTime.init) == AbsCaptureTime(captureTime: NTPTime(0x0102_0304_0506_0708)))
        #expect(value(short + hex("ff ff ff ff ff ff ff fe"), AbsCaptureTime.init)?.clockOffset == -2)
    }

    @Test func formsAreToldByTheProfile() {
        #expect(HeaderExtensionForm(profile: 0xBEDE) == .oneByte)
        for bits in 0...15 as ClosedRange<UInt16> { #expect(HeaderExtensionForm(profile: 0x1000 | bits) == .twoByte) }
        for profile in [0, 0x0FFF, 0x1010, 0xBEDF, 0xFFFF] as [UInt16] { #expect(HeaderExtensionForm(profile: profile) == nil) }
    }
}

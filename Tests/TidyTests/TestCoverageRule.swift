/// Every file of Sources/RTP has its tests: `SSRC.swift` has `SSRCTests.swift`, or stands here with the file that tests it.
enum TestCoverageRule {
    static let testedElsewhere: [String: String] = [
        "ParseError": "ByteReaderTests", "NetworkOrder": "ByteReaderTests", "SSRC": "RTPHeaderTests", "PayloadType": "RTPHeaderTests",
        "ExtendedSequenceNumber": "SequenceUnwrapperTests", "TimestampUnwrapper": "RTPTimestampTests", "Durations": "InstantTests",
        "HeaderExtensionForm": "ExtensionValueTests", "HeaderExtensionIDs": "HeaderExtensionsTests", "AudioLevel": "ExtensionValueTests",
        "AbsSendTime": "ExtensionValueTests", "TransportSequenceNumber": "ExtensionValueTests", "VideoOrientation": "ExtensionValueTests",
        "PlayoutDelay": "ExtensionValueTests", "AbsCaptureTime": "ExtensionValueTests", "RTCPPacketType": "RTCPReaderTests",
        "RTCPHeader": "RTCPReaderTests", "RTCPPacket": "RTCPReaderTests", "RTCPWriter": "ReportTests", "ReportBlock": "ReportTests",
        "SenderReport": "ReportTests", "ReceiverReport": "ReportTests", "SSRCList": "GoodbyeTests", "GenericNACK": "FeedbackTests",
        "PictureLossIndication": "FeedbackTests", "FullIntraRequest": "FeedbackTests", "ReceiverEstimatedMaximumBitrate": "FeedbackTests",
        "StatusChunk": "TransportFeedbackTests", "StatusChunkEncoder": "TransportFeedbackBuilderTests", "FrameSize": "H264PayloadTests",
        "VP9ScalabilityStructure": "VP9PayloadDescriptorTests", "H264SequenceParameterSet": "H264PayloadTests",
        "ExpGolombReader": "H264PayloadTests",
    ]

    /// What is missing or stale, given the file names of Sources/RTP and of Tests/RTPTests without their ending.
    static func violations(sources: [String], tests: [String], testedElsewhere: [String: String]) -> [String] {
        let tests = Set(tests)
        var violations: [String] = []
        for source in sources where !tests.contains(source + "Tests") {
            guard let test = testedElsewhere[source] else {
                violations.append("Sources/RTP: \(source) has no \(source)Tests")
                continue
            }
            if !tests.contains(test) { violations.append("Tests/RTPTests: \(test), which should test \(source), is gone") }
        }
        for source in testedElsewhere.keys.sorted() where !sources.contains(source) || tests.contains(source + "Tests") {
            violations.append("TestCoverageRule: \(source) need not be listed")
        }
        return violations
    }
}

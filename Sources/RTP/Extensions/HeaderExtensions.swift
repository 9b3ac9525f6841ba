/// All the extensions we know of one packet, read in a single walk.
///
/// A value with a wrong length counts as absent. Where an id comes twice, the later one counts.
public struct HeaderExtensions: Sendable {
    public var audioLevel: AudioLevel?
    public var absSendTime: AbsSendTime?
    public var transportSequenceNumber: TransportSequenceNumber?
    public var mid: StreamIdentifier?
    public var rid: StreamIdentifier?
    public var repairedRID: StreamIdentifier?
    public var videoOrientation: VideoOrientation?
    public var playoutDelay: PlayoutDelay?
    public var absCaptureTime: AbsCaptureTime?
    /// Where the dependency descriptor lies in the packet; it is carried on, not read. `nil` when absent.
    public var dependencyDescriptor: Range<Int>?

    @inlinable public init() {}

    /// Reads the extensions of `packet`, whose header is `header`, under the ids that its section negotiated.
    @inlinable
    public init(_ header: RTPHeader, in packet: UnsafeRawBufferPointer, ids: HeaderExtensionIDs) {
        var reader = HeaderExtensionReader(header, in: packet)
        while let element = reader.next() {
            let value = UnsafeRawBufferPointer(rebasing: packet[element.range])
            // Ids that were not negotiated are 0, which the reader never answers.
            switch element.id {
            case ids.transportSequenceNumber: transportSequenceNumber = TransportSequenceNumber(value)
            case ids.absSendTime: absSendTime = AbsSendTime(value)
            case ids.audioLevel: audioLevel = AudioLevel(value)
            case ids.mid: mid = StreamIdentifier(value)
            case ids.rid: rid = StreamIdentifier(value)
            case ids.repairedRID: repairedRID = StreamIdentifier(value)
            case ids.videoOrientation: videoOrientation = VideoOrientation(value)
            case ids.playoutDelay: playoutDelay = PlayoutDelay(value)
            case ids.absCaptureTime: absCaptureTime = AbsCaptureTime(value)
            case ids.dependencyDescriptor: dependencyDescriptor = element.range
            default: break
            }
        }
    }
}

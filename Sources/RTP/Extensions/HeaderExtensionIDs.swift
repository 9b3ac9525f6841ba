/// Header extension ids of one section (RFC 8285 §5, `a=extmap`); 0 where not negotiated.
public struct HeaderExtensionIDs: Equatable, Sendable {
    public var audioLevel: UInt8 = 0
    public var absSendTime: UInt8 = 0
    public var transportSequenceNumber: UInt8 = 0
    public var mid: UInt8 = 0
    public var rid: UInt8 = 0
    public var repairedRID: UInt8 = 0
    public var videoOrientation: UInt8 = 0
    public var playoutDelay: UInt8 = 0
    public var absCaptureTime: UInt8 = 0
    public var dependencyDescriptor: UInt8 = 0
    public init() {}
}

/// What went over one transport.
struct Traffic {
    var bytesReceived: UInt64 = 0
    var packetsReceived: UInt64 = 0
    var bytesSent: UInt64 = 0
    var packetsSent: UInt64 = 0
    var retransmitted: UInt64 = 0
    /// All bytes sent in the last second.
    var sent = RateMeter()
}

import RTP

/// When a peer's regular work is due.
struct PeerSchedule {
    /// Receiver and sender reports (RFC 3550 §6.2 would allow five seconds; browsers and REMB users expect about one).
    static let reportInterval: Int64 = 1_000_000_000
    /// Receiver reports come sooner while a publisher sends video, so that its encoder reacts.
    static let videoReportInterval: Int64 = 500_000_000
    /// The start hint beside transport-wide feedback.
    static let rembInterval: Int64 = 200_000_000
    /// Bandwidth and layers are looked at again this often, besides at every change.
    static let adaptInterval: Int64 = 200_000_000

    var receiverReport = Instant.distantFuture
    var senderReport = Instant.distantFuture
    var remb = Instant.distantFuture
    var adapt = Instant.distantFuture

    var nextDeadline: Instant { min(min(receiverReport, senderReport), min(remb, adapt)) }
}

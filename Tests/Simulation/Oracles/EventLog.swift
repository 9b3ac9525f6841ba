import RTP
import SFU

/// The events that reached one peer, with their times.
package struct EventLog: Sendable {
    package private(set) var all: [(at: Instant, event: Event)] = []
    /// Estimates and layers as reported, oldest first: what isolation compares.
    package private(set) var layers: [(at: Instant, reports: [LayerReport])] = []

    /// What the peer asked for: REMB, NACK, PLI.
    package private(set) var requests: [(at: Instant, what: String)] = []

    package init() {}

    package mutating func asked(_ what: String, at now: Instant) {
        requests.append((now, what))
    }

    package mutating func note(_ event: Event, at now: Instant) {
        all.append((now, event))
        if case .layers(_, let reports) = event { layers.append((now, reports)) }
    }
}

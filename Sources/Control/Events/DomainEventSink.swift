/// Who hears what was committed. Signaling implements it and fans out to sockets and live media.
package protocol DomainEventSink: Sendable {
    /// Called by the writer after COMMIT, in commit order, before the request is acknowledged. It must not block.
    ///
    /// - Parameter commit: counts commits since the server started; events of one commit share it.
    func publish(_ event: DomainEvent, commit: UInt64)
    /// Whether it keeps up. While it does not, requests that would write are answered 503: events are neither dropped nor piled up without end.
    var hasRoom: Bool { get }
}

extension DomainEventSink {
    package var hasRoom: Bool { true }
}

/// For servers without a gateway, and for tests that do not listen.
package struct NoEventSink: DomainEventSink {
    package init() {}
    package func publish(_ event: DomainEvent, commit: UInt64) {}
}

import SFU

extension MediaServer: MediaPlane {
    package func answerEndpoint(for participant: ParticipantID, in room: RoomID) -> AnswerEndpoint {
        let endpoint = endpoint(for: participant, in: room)
        return AnswerEndpoint(
            candidates: endpoint.candidates.map { AnswerCandidate(address: $0.address, port: $0.port, priority: $0.priority) },
            fingerprint: endpoint.fingerprint)
    }
}

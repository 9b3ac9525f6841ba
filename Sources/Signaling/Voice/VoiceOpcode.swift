/// The voice gateway's opcodes (docs/voice-gateway.md).
enum VoiceOpcode: Int, Sendable {
    case identify = 0
    case selectProtocol = 1
    case ready = 2
    case heartbeat = 3
    case sessionDescription = 4
    case speaking = 5
    case heartbeatACK = 6
    case resume = 7
    case hello = 8
    case resumed = 9
    case clientsConnect = 11
    case video = 12
    case clientsDisconnect = 13
    case tracks = 100
    case slots = 101
    case subscribe = 102
    case layers = 103
    case publishHint = 104
    case participantUpdate = 105
    case statistics = 106
    case notice = 107
    case tracksUpdate = 108

    /// A state that the next message of its kind supersedes: it is neither numbered nor kept for a resume.
    var isTransient: Bool {
        switch self {
        case .speaking, .layers, .statistics, .heartbeatACK, .hello, .resumed: true
        default: false
        }
    }

    /// Numbered, but not kept: only who has read Ready can name the session, so nobody asks for it again. In a large room it is long.
    var isKept: Bool { self != .ready }
}

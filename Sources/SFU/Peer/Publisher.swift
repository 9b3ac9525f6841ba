import RTP

/// Who sends tracks into a room, as the room and its slots see it: a client of this worker (`PeerConnection`), or a client of another one whose
/// packets are relayed (`RelayedPublisher`).
class Publisher {
    final let id: PeerID
    final let participant: ParticipantID
    /// The core, which owns all of them, without counting a reference.
    final let coreReference: Unmanaged<MediaCore>
    final var core: MediaCore { coreReference.takeUnretainedValue() }
    /// `nil` once it has left.
    final var room: Room?
    /// Counts publishers in the order in which they came to this worker.
    final let joinOrder: Int
    final var receivers: [RTPReceiver] = []
    final var clock = PublisherClock()
    /// The highest tier that may be shown of it.
    final var publishCeiling = VideoCeiling.unlimited
    /// When `advance` has something to do.
    final var deadline: Instant {
        didSet { if place >= 0 { coreReference._withUnsafeGuaranteedRef { $0.noteDeadline(deadline, at: place) } } }
    }
    /// Row among the core's peers; -1 for what is none of them.
    final var place = -1
    /// Nothing has changed since `advance` found out when all but the pacer is due.
    final var isDutyKnown = false

    init(id: PeerID, participant: ParticipantID, core: MediaCore, room: Room, joinOrder: Int, at now: Instant) {
        self.id = id
        self.participant = participant
        coreReference = .passUnretained(core)
        self.room = room
        self.joinOrder = joinOrder
        deadline = now
    }

    /// Something is to be done at `time`, earlier than planned.
    final func wake(at time: Instant) {
        isDutyKnown = false
        wakeToSend(at: time)
    }

    /// As `wake`, where nothing but packets to be sent has come.
    final func wakeToSend(at time: Instant) {
        if time < deadline { deadline = time }
        coreReference._withUnsafeGuaranteedRef { $0.wake(at: time) }
    }
}

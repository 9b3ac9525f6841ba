import SFU

/// Which m-line is for what. SDP has no word for it, so a page says it beside its offer; WHIP and WHEP derive it from the URL.
package struct SectionRoles: Equatable, Sendable {
    /// Sections on which the client sends, by mid.
    package var publish: [String: TrackSource]
    /// Sections on which the client receives, by mid.
    package var slots: [String: SlotPurpose]
    /// Slots that carry one given track and nothing else (WHEP), by mid.
    package var pinned: [String: TrackID]

    package init(publish: [String: TrackSource] = [:], slots: [String: SlotPurpose] = [:], pinned: [String: TrackID] = [:]) {
        self.publish = publish
        self.slots = slots
        self.pinned = pinned
    }

    /// WHIP: the first video line carries the source, the first audio line its sound: the microphone beside a camera, screen audio
    /// beside a screen. Further lines get no role and are refused.
    package init(publishing source: TrackSource, in offer: SessionDescription) {
        self.init()
        for (media, kind) in Self.firstLines(of: offer) {
            guard let mid = media["mid"] else { continue }
            publish[mid] = kind == .video ? source : source.accompaniment
        }
    }

    /// WHEP: the same lines, as slots that carry this participant's source and its sound.
    package init(watching source: TrackSource, of participant: ParticipantID, in offer: SessionDescription) {
        self.init()
        for (media, kind) in Self.firstLines(of: offer) {
            guard let mid = media["mid"] else { continue }
            let carried = kind == .video ? source : source.accompaniment
            slots[mid] = SlotPurpose(carrying: carried)
            pinned[mid] = TrackID(participant: participant, source: carried)
        }
    }

    private static func firstLines(of offer: SessionDescription) -> [(MediaDescription, MediaKind)] {
        MediaKind.allCases.compactMap { kind in
            offer.media.first { $0.media == kind.rawValue && ($0.port != 0 || $0["bundle-only"] != nil) }.map { ($0, kind) }
        }
    }
}

extension TrackSource {
    /// The sound that belongs to a picture.
    package var accompaniment: TrackSource {
        switch self {
        case .camera, .microphone: .microphone
        case .screen, .screenAudio: .screenAudio
        }
    }
}

extension SlotPurpose {
    /// The slot in which a track of this source is shown.
    package init(carrying source: TrackSource) {
        switch source {
        case .microphone: self = .audio
        case .camera: self = .video
        case .screen: self = .screen
        case .screenAudio: self = .screenAudio
        }
    }
}

/// What one section is for, once known.
enum SectionRole: Equatable, Sendable {
    case publish(TrackSource)
    case slot(SlotPurpose, pinned: TrackID?)

    var kind: MediaKind {
        switch self {
        case .publish(let source): source.kind
        case .slot(let purpose, _): purpose.kind
        }
    }
}

extension SectionRoles {
    /// The role named for this mid; publishing wins where both are named.
    subscript(mid: String) -> SectionRole? {
        if let source = publish[mid] { return .publish(source) }
        return slots[mid].map { .slot($0, pinned: pinned[mid]) }
    }
}

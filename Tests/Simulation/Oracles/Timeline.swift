import RTP
import SFU

/// A room's history in lines, for a person who wants to know why.
package enum Timeline {
    /// Stretches without a picture that are worth a line.
    private static let notableGap = Duration.milliseconds(250)

    package static func lines(of world: World) -> [String] {
        var entries: [(at: Instant, text: String)] = world.roomEvents.map { ($0.at, "room: \($0.event)") }
        for member in world.members {
            let name = "peer \(member.peer.plan.index)"
            entries.append((member.joinedAt, "\(name) joins"))
            if let left = member.leftAt { entries.append((left, "\(name) is gone")) }
            entries += member.peer.events.all.map { ($0.at, "\(name) is told \(text($0.event))") }
            entries += member.peer.events.requests.map { ($0.at, "\(name) asks \($0.what)") }
            for slot in member.peer.videoSlots { entries += pictures(slot, name) }
        }
        // Sorting is not stable: equal times keep their order by index.
        let sorted = entries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        return sorted.map { "\(($0.element.at - world.epoch).inMilliseconds) ms \($0.element.text)" }
    }

    private static func text(_ event: Event) -> String {
        switch event {
        case .layers(_, let reports):
            "layers "
                + reports.map {
                    "\($0.mid):\($0.rid ?? "-")/\($0.layer.map(String.init) ?? "none") \($0.reason) estimate \($0.estimate / 1000)"
                }.joined(separator: ", ")
        case .slots(_, let assignments):
            "slots "
                + assignments.compactMap { slot in slot.track.map { "\(slot.mid):\($0.participant.rawValue - 1000).\($0.source)" } }.joined(
                    separator: " ")
        case .watchedEncodings(_, let track, let encodings):
            "watched \(track.source) " + encodings.map { "\($0.rid ?? "-")\($0.watched ? "+" : "-")" }.joined(separator: " ")
        default: "\(event)"
        }
    }

    private static func pictures(_ slot: VideoSlotReceiver, _ name: String) -> [(at: Instant, text: String)] {
        var entries: [(at: Instant, text: String)] = []
        var last: PictureLog.Shown?
        for shown in slot.log.shown {
            let isNew = shown.picture.width != last?.picture.width || shown.picture.id != last?.picture.id
            let gap = last.map { shown.at - $0.at } ?? .zero
            if isNew || gap > notableGap {
                entries.append(
                    (
                        shown.at,
                        "\(name) slot \(slot.section.mid) shows \(shown.picture.id) at \(shown.picture.width) after \(gap.inMilliseconds) ms"
                    ))
            }
            last = shown
        }
        return entries
    }
}

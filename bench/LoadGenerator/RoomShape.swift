import RTP

/// Rooms full of people who all send: who sends what, and what everybody should get.
package struct RoomShape: Codable, Equatable, Sendable {
    package static let audioMid = "0"
    package static let videoMid = "1"

    package var rooms = 1
    package var people = 10
    /// A camera in three layers besides the microphone.
    package var hasVideo = true
    /// Which layer everybody is shown of everybody: q, h or f.
    package var layer = "h"
    /// How many microphones a room hears; `nil`: all.
    package var loudest: Int?
    /// How many of a room speak; the others' microphones send as many packets, of background noise. `nil`: all speak.
    package var speaking: Int?
    private static let speech: UInt8 = 30
    /// dB below full scale: below what counts as speech.
    private static let noise: UInt8 = 70

    package init(
        rooms: Int = 1, people: Int = 10, hasVideo: Bool = true, layer: String = "h", loudest: Int? = nil, speaking: Int? = nil
    ) {
        (self.rooms, self.people, self.hasVideo, self.layer) = (rooms, people, hasVideo, layer)
        (self.loudest, self.speaking) = (loudest, speaking)
    }

    /// What is offered to receive microphones on: as many as one can hear at once, and nobody hears themselves.
    package var audioSlots: Int { min(loudest ?? people, people - 1) }

    /// What one person sends. Nobody's packets fall on the same moment as everybody's.
    package func streams(room: Int, number: Int) -> [SendStream] {
        let person = room * people + number
        let first = UInt32(person * 4)
        func stream(_ index: Int, _ type: UInt8, _ shape: TrafficShape, rid: String?) -> SendStream {
            let interval = 1_000_000_000 / Int64(shape.framesPerSecond)
            return SendStream(
                number: first + UInt32(index) + 1, ssrc: SSRC(UInt32.random(in: 1...UInt32.max)), payloadType: PayloadType(type),
                shape: shape,
                labels: .init(mid: index == 0 ? Self.audioMid : Self.videoMid, rid: rid, ids: SendStream.extensions),
                level: number < speaking ?? people ? Self.speech : Self.noise,
                phase: Int64(person) * 7_300_000 % interval)
        }
        let microphone = stream(0, SendStream.audioType, .audio(), rid: nil)
        guard hasVideo else { return [microphone] }
        return [microphone]
            + TrafficShape.simulcast.enumerated().map { index, layer in
                stream(index + 1, SendStream.videoType, layer.shape, rid: layer.rid)
            }
    }

    /// Packets that should arrive where each stream has sent so many.
    package func wanted(_ sent: [(stream: SendStream, packets: UInt64)]) -> Double {
        var microphones: UInt64 = 0
        var cameras: UInt64 = 0
        for (stream, packets) in sent {
            if stream.shape.pattern == .audio {
                microphones += packets
            } else if stream.labels.rid == layer {
                cameras += packets
            }
        }
        // Of those who are heard each one does not hear themselves: N × (people − 1) microphones are forwarded in a room.
        let heard = Double(min(loudest ?? people, people))
        return Double(microphones) / Double(people) * heard * Double(people - 1) + Double(cameras) * Double(people - 1)
    }
}

import LoadGenerator
import RTP

/// Rooms full of people who all send: who sends what, and what everybody should get.
struct RoomShape: Codable, Equatable {
    static let audioMid = "0"
    static let videoMid = "1"

    var rooms = 1
    var people = 10
    /// A camera in three layers besides the microphone.
    var hasVideo = true
    /// Which layer everybody is shown of everybody: q, h or f.
    var layer = "h"
    /// How many microphones a room hears; `nil`: all.
    var loudest: Int?
    /// How many of a room speak; the others' microphones send as many packets, of background noise. `nil`: all speak.
    var speaking: Int?
    private static let speech: UInt8 = 30
    /// dB below full scale: below what counts as speech.
    private static let noise: UInt8 = 70

    /// What is offered to receive microphones on. Parley chooses for the room, so with one less than there are microphones somebody would not
    /// be heard, though nobody hears themselves.
    var audioSlots: Int { min(loudest ?? people, people) }

    /// What one person sends. Nobody's packets fall on the same moment as everybody's.
    func streams(room: Int, number: Int) -> [SendStream] {
        let person = room * people + number
        let first = UInt32(person * 4)
        func stream(_ index: Int, _ type: Int, _ shape: TrafficShape, rid: String?) -> SendStream {
            let interval = 1_000_000_000 / Int64(shape.framesPerSecond)
            return SendStream(
                number: first + UInt32(index) + 1, ssrc: SSRC(UInt32.random(in: 1...UInt32.max)), payloadType: PayloadType(UInt8(type)),
                shape: shape,
                labels: .init(mid: index == 0 ? Self.audioMid : Self.videoMid, rid: rid, ids: SessionOffer.extensions),
                level: number < speaking ?? people ? Self.speech : Self.noise,
                phase: Int64(person) * 7_300_000 % interval)
        }
        let microphone = stream(0, SessionOffer.audioPayloadType, .audio(), rid: nil)
        guard hasVideo else { return [microphone] }
        return [microphone]
            + TrafficShape.simulcast.enumerated().map { index, layer in
                stream(index + 1, SessionOffer.videoPayloadType, layer.shape, rid: layer.rid)
            }
    }

    /// Packets that should arrive where each stream has sent so many.
    func wanted(_ sent: [(stream: SendStream, packets: UInt64)]) -> Double {
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

import Control
import NIOCore

/// What a voice session was sent, numbered from 1, kept until the client says that it has it or 256 newer ones were sent.
///
/// Kept is what was said, without the number: in a room of hundreds all sessions share the bytes of what was said to everybody.
struct VoiceOutbox {
    static let limit = 256

    private(set) var lastSequence = 0
    private var kept: [(sequence: Int, opcode: VoiceOpcode, data: ByteBuffer)] = []

    /// Numbers a message and keeps it, where its kind is kept: Ready, which is not, is the first.
    mutating func append(_ opcode: VoiceOpcode, _ data: ByteBuffer) -> ByteBuffer {
        lastSequence += 1
        if opcode.isKept { kept.append((lastSequence, opcode, data)) }
        if kept.count > Self.limit { kept.removeFirst(kept.count - Self.limit) }
        return Self.frame(opcode, data, sequence: lastSequence)
    }

    /// The newest message that is kept.
    var newest: ByteBuffer? { kept.last?.data }

    /// The client has everything up to `sequence`.
    mutating func acknowledge(_ sequence: Int) {
        guard let first = kept.first?.sequence, sequence >= first else { return }
        kept.removeFirst(min(sequence - first + 1, kept.count))
    }

    /// Everything after `sequence`; `nil` when a part of it is no longer kept.
    func after(_ sequence: Int) -> [ByteBuffer]? {
        guard sequence <= lastSequence, sequence >= (kept.first?.sequence ?? lastSequence + 1) - 1 else { return nil }
        return kept.filter { $0.sequence > sequence }.map { Self.frame($0.opcode, $0.data, sequence: $0.sequence) }
    }

    /// `{"op":…,"d":…}` with `"seq"` where numbered.
    static func frame(_ opcode: VoiceOpcode, _ data: ByteBuffer, sequence: Int? = nil) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.reserveCapacity(data.readableBytes + 32)
        frame.writeString("{\"op\":\(opcode.rawValue)")
        if let sequence { frame.writeString(",\"seq\":\(sequence)") }
        frame.writeString(",\"d\":")
        frame.writeImmutableBuffer(data)
        frame.writeInteger(UInt8(ascii: "}"))
        return frame
    }
}

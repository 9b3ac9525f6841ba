import Control
import NIOCore
import SFU

/// What the voice gateway's state asks its shell to do, in this order.
enum VoiceAction: Sendable {
    case send(ByteBuffer, to: UInt64)
    case close(UInt64, CloseCode, String)
    /// Close the socket unless it is told otherwise within this time.
    case expect(UInt64, within: Duration, CloseCode, String)
    /// Post `.due` for this channel after this time.
    case wake(Snowflake, after: Duration)
    case media(Command)
    case report(VoiceReport)
}

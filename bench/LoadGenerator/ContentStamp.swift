import RTP

/// The last 32 bytes of every payload that the generator sends. They say which packet this is, when it left, and what the bytes before it were,
/// so that a receiver can judge any single packet by itself, whatever the server has rewritten in front of it.
///
///      0         4         8        12        16                  24                  32
///     +---------+---------+---------+---------+-------------------+-------------------+
///     | "PLY1"  | stream  | index   | covered | sent, ns          | hash              |     big endian
///     +---------+---------+---------+---------+-------------------+-------------------+
///
/// `covered` bytes before the stamp, and the stamp up to the hash, are hashed. The payload descriptor stands before them: picture ids
/// in it are the server's to change.
public struct ContentStamp: Equatable, Sendable {
    public static let length = 32
    static let magic: UInt32 = 0x504C_5931
    private static let hashOffset = 24

    /// Which stream of the generator's: unique in a run.
    public var stream: UInt32
    /// Counts the stream's packets.
    public var index: UInt32
    /// Bytes before the stamp that the hash covers.
    public var covered: UInt32
    /// CLOCK_MONOTONIC.
    public var sentNanoseconds: Int64

    public init(stream: UInt32, index: UInt32, covered: UInt32, sentNanoseconds: Int64) {
        self.stream = stream
        self.index = index
        self.covered = covered
        self.sentNanoseconds = sentNanoseconds
    }

    /// What reading a packet found.
    public enum Verdict: Equatable, Sendable {
        case intact(ContentStamp)
        /// There is a stamp, but the bytes are not those that were sent.
        case altered
        /// Too short, or not from a generator: padding, for one.
        case absent
    }

    /// Fills the `covered` bytes before the payload's end with bytes of their own for each packet, and ends them with the stamp.
    /// - Parameter payload: the whole payload; holds `covered` + `length` bytes at least.
    public func write(endOf payload: UnsafeMutableRawBufferPointer) {
        let at = payload.count - Self.length
        precondition(at >= Int(covered), "the payload holds what the stamp covers")
        fill(UnsafeMutableRawBufferPointer(rebasing: payload[(at - Int(covered))..<at]))
        payload.setUInt32(Self.magic, at: at)
        payload.setUInt32(stream, at: at + 4)
        payload.setUInt32(index, at: at + 8)
        payload.setUInt32(covered, at: at + 12)
        payload.storeBytes(of: UInt64(bitPattern: sentNanoseconds).bigEndian, toByteOffset: at + 16, as: UInt64.self)
        let hashed = UnsafeRawBufferPointer(rebasing: payload[(at - Int(covered))..<(at + Self.hashOffset)])
        payload.storeBytes(of: Self.hash(hashed).bigEndian, toByteOffset: at + Self.hashOffset, as: UInt64.self)
    }

    public static func read(endOf payload: UnsafeRawBufferPointer) -> Verdict {
        let at = payload.count - length
        guard at >= 0, payload.uint32(at: at) == magic else { return .absent }
        let covered = payload.uint32(at: at + 12)
        guard Int(covered) <= at else { return .altered }
        let hashed = UnsafeRawBufferPointer(rebasing: payload[(at - Int(covered))..<(at + hashOffset)])
        let told = UInt64(bigEndian: payload.loadUnaligned(fromByteOffset: at + hashOffset, as: UInt64.self))
        guard hash(hashed) == told else { return .altered }
        let sent = UInt64(bigEndian: payload.loadUnaligned(fromByteOffset: at + 16, as: UInt64.self))
        return .intact(
            ContentStamp(
                stream: payload.uint32(at: at + 4), index: payload.uint32(at: at + 8), covered: covered,
                sentNanoseconds: Int64(bitPattern: sent)))
    }

    private func fill(_ bytes: UnsafeMutableRawBufferPointer) {
        var state = UInt64(stream) << 32 | UInt64(index)
        var at = 0
        while at + 8 <= bytes.count {
            state = state &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
            bytes.storeBytes(of: state, toByteOffset: at, as: UInt64.self)
            at += 8
        }
        while at < bytes.count {
            bytes[at] = UInt8(truncatingIfNeeded: state >> UInt64(8 * (at & 7)))
            at += 1
        }
    }

    /// Eight bytes at a time, multiplied and folded. It guards against mistakes, not against forgers: SRTP has authenticated the bytes.
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum = UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var at = 0
        while at + 8 <= bytes.count {
            sum = mix(sum ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var rest: UInt64 = 0
        while at < bytes.count {
            rest = rest << 8 | UInt64(bytes[at])
            at += 1
        }
        return mix(sum ^ rest)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
        return product.high ^ product.low
    }
}

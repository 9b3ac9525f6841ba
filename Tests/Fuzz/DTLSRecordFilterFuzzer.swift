// sources: Sources/RTP Sources/SFU/Transport/DTLSRecordFilter.swift
@testable import SFU

/// What is kept of a datagram is whole records of it, in order, none of them of an epoch or type that may not pass.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    for phase in [DTLSRecordFilter.Phase.handshaking, .established] {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { bytes.deallocate() }
        bytes.copyMemory(from: UnsafeRawBufferPointer(start: data, count: count))
        var filter = DTLSRecordFilter()
        let (kept, refused) = filter.filter(bytes, phase)
        precondition(kept <= count && refused >= 0 && refused <= count / 13 + 1, "no more is kept than came")
        var cursor = 0
        while cursor < kept {
            precondition(cursor + 13 <= kept, "a record has a header")
            let length = 13 + (Int(bytes[cursor + 11]) << 8 | Int(bytes[cursor + 12]))
            let epoch = Int(bytes[cursor + 3]) << 8 | Int(bytes[cursor + 4])
            precondition((20...23).contains(bytes[cursor]) && epoch <= 1, "only known types, no epoch of the future")
            precondition(phase == .handshaking || epoch == 1, "nothing in the clear after the handshake")
            precondition(epoch != 0 || bytes[cursor] != 23, "no application data in the clear")
            cursor += length
        }
        precondition(cursor == kept, "records are kept whole")
    }
    return 0
}

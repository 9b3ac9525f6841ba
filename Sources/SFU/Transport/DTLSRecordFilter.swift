import RTP

/// Takes out of a datagram the DTLS records that no honest peer sends at this point, before OpenSSL sees them.
///
/// OpenSSL has answered such records with memory (records of a future epoch, CVE-2026-54874) and with an end of the association (a short
/// AEAD record, CVE-2026-75806); others have accepted plaintext data after the handshake (pion, CVE-2019-20786).
///
/// ```
///  RFC 6347 §4.1: type(1) version(2) epoch(2) sequence number(6) length(2) fragment(length)
/// ```
struct DTLSRecordFilter {
    enum Phase {
        case handshaking, established
    }

    static let headerBytes = 13
    /// Records of epoch 1 that may come before the handshake is done: a Finished, and its retransmissions. OpenSSL holds each of them in a
    /// buffer of 17 kB until it knows the keys. Chosen: twice what a client sends that retransmits until we give up.
    static let maximumEarlyRecords = 32
    /// An AEAD record holds at least an explicit nonce and a tag (RFC 5288 §3, RFC 7905 §2 for the shorter form without nonce).
    static let minimumSealedBytes = 16

    private var earlyRecords = 0

    /// Moves the records that may pass to the front of `datagram`.
    /// - Returns: their length in all, and how many were taken out.
    mutating func filter(_ datagram: UnsafeMutableRawBufferPointer, _ phase: Phase) -> (kept: Int, refused: Int) {
        var kept = 0
        var refused = 0
        var cursor = 0
        while cursor < datagram.count {
            guard let length = recordLength(datagram, at: cursor) else { return (kept, refused + 1) }
            let record = UnsafeMutableRawBufferPointer(rebasing: datagram[cursor..<(cursor + length)])
            if admits(record, phase) {
                if kept != cursor { datagram.baseAddress!.advanced(by: kept).copyMemory(from: record.baseAddress!, byteCount: length) }
                kept += length
            } else {
                refused += 1
            }
            cursor += length
        }
        return (kept, refused)
    }

    /// - Returns: header and fragment, or `nil` if the datagram ends before the record does.
    private func recordLength(_ datagram: UnsafeMutableRawBufferPointer, at offset: Int) -> Int? {
        guard datagram.count - offset >= Self.headerBytes else { return nil }
        let length = Self.headerBytes + (Int(datagram[offset + 11]) << 8 | Int(datagram[offset + 12]))
        return length <= datagram.count - offset ? length : nil
    }

    private mutating func admits(_ record: UnsafeMutableRawBufferPointer, _ phase: Phase) -> Bool {
        let type = record[0]
        let epoch = UInt16(record[3]) << 8 | UInt16(record[4])
        let fragmentBytes = record.count - Self.headerBytes
        switch (phase, epoch) {
        case (.handshaking, 0):
            // change_cipher_spec, alert, handshake. A fragment without bytes makes no progress (pion, CVE-2022-29190).
            return (20...22).contains(type) && fragmentBytes > 0
        case (.handshaking, 1):
            earlyRecords += 1
            return (21...22).contains(type) && fragmentBytes >= Self.minimumSealedBytes && earlyRecords <= Self.maximumEarlyRecords
        case (.established, 1):
            return (21...23).contains(type) && fragmentBytes >= Self.minimumSealedBytes
        default:
            return false
        }
    }
}

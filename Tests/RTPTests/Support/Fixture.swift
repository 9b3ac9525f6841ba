import Foundation
import Testing

/// The bytes of Tests/Fixtures/RTP: hexadecimal text, `#` begins a comment, and the first line of each file says where its bytes come from.
enum Fixture {
    private static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/RTP")

    /// The bytes of one fixture, such as "rtcp/sender-report".
    static func bytes(_ name: String) throws -> [UInt8] {
        hex(try String(contentsOf: directory.appending(path: name + ".hex"), encoding: .utf8))
    }

    /// The names of all fixtures of one folder, sorted.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.appending(path: folder).path)
            .filter { $0.hasSuffix(".hex") }.map { folder + "/" + $0.dropLast(4) }.sorted()
    }

    /// Every fixture with its folder.
    static func all() throws -> [(folder: String, bytes: [UInt8])] {
        try ["rtp", "rtcp", "transport-feedback", "vp8", "vp9", "h264", "opus", "red", "rtx"].flatMap { folder in
            try names(in: folder).map { (folder, try bytes($0)) }
        }
    }
}

/// Bytes written as hexadecimal digits; white space separates, `#` begins a comment to the end of the line.
func hex(_ text: String) -> [UInt8] {
    let digits = text.split(separator: "\n").flatMap { $0.prefix { $0 != "#" } }.compactMap(\.hexDigitValue)
    precondition(digits.count % 2 == 0, "whole bytes")
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// What `body` writes into a buffer of `size` bytes, cut to the length that it answers.
func composed(_ size: Int = 1_500, _ body: (UnsafeMutableRawBufferPointer) throws -> Int) rethrows -> [UInt8] {
    var buffer = [UInt8](repeating: 0xEE, count: size)
    let length = try buffer.withUnsafeMutableBytes(body)
    return Array(buffer.prefix(length))
}

extension Array<UInt8> {
    /// Every proper prefix, the empty one first.
    var truncations: [[UInt8]] { (0..<count).map { Array(prefix($0)) } }
}

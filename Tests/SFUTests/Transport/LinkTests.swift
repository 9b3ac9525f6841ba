import CNice
import Glibc
import Testing

@testable import SFU

// B3. libnice's full agent aborts on input (Janus #1691) and owns sockets; only its STUN layer may be in the packet path.
@Suite("What the SFU links")
struct LinkTests {
    /// The directory of this build's products and object files.
    private var buildDirectory: String? {
        // With Swift Testing the runner is SwiftPM's own program, and the test bundle is among its arguments.
        CommandLine.arguments.first { $0.hasSuffix(".xctest") }.map(directory(of:))
    }

    private func directory(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }

    private func contents(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(file, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
        return bytes
    }

    private func objectFiles(_ directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var found: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".o") { found.append("\(directory)/\(name)") }
        }
        return found
    }

    private func mentions(_ bytes: [UInt8], _ text: String) -> Bool {
        let needle = Array(text.utf8)
        return bytes.withUnsafeBytes { haystack in
            var offset = 0
            while offset + needle.count <= haystack.count,
                let hit = memchr(haystack.baseAddress! + offset, Int32(needle[0]), haystack.count - needle.count + 1 - offset)
            {
                if memcmp(hit, needle, needle.count) == 0 { return true }
                offset = UnsafeRawPointer(hit) - haystack.baseAddress! + 1
            }
            return false
        }
    }

    // Guard: no call of libnice beyond stun_*. A call of nice_agent_new in Sources/SFU turns this red.
    @Test("No object file of the SFU refers to nice_agent_*, and the STUN layer is there")
    func noNiceAgent() throws {
        let directory = try #require(buildDirectory)
        let objects = objectFiles("\(directory)/SFU.build")
        try #require(!objects.isEmpty, "no object files in \(directory)/SFU.build")
        var hasSTUN = false
        for object in objects {
            let bytes = contents(object)
            #expect(!mentions(bytes, "nice_agent_"), "\(object)")
            if mentions(bytes, "stun_agent_validate") { hasSTUN = true }
        }
        #expect(hasSTUN)
    }
}

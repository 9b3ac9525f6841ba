import Glibc

/// The bytes of one stream's packets. Where they are many they are a mapping of their own, which goes back to the system with the stream; a place in the
/// heap that a stream has left stays there, and once smaller blocks lie in it fits no other.
struct StreamMemory: ~Copyable {
    /// From so many bytes on: the half megabyte of a video stream, not the 16 KiB of a microphone.
    static let mappedBytes = 256 * 1024

    let base: UnsafeMutableRawPointer
    let count: Int
    private let isMapped: Bool

    init(count: Int) {
        self.count = count
        let mapping = count < Self.mappedBytes ? nil : mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        if let mapping, mapping != MAP_FAILED {
            (base, isMapped) = (mapping, true)
        } else {
            // Also where the process has as many mappings as it may: the heap has room then.
            (base, isMapped) = (.allocate(byteCount: count, alignment: 64), false)
        }
    }

    deinit {
        if isMapped { munmap(base, count) } else { base.deallocate() }
    }
}

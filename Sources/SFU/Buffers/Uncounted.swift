extension Array {
    /// The instance at `place`, reached without counting a reference.
    ///
    /// Counting writes to the instance and waits for all that went before: of one viewer of hundreds, whose memory has left the caches, that was
    /// a tenth of the media thread's time. Whoever asks has something else that keeps the instance for as long.
    @inline(__always)
    func uncounted(at place: Int) -> Unmanaged<Element> where Element: AnyObject { load(at: place) }

    /// As above, where a place may be empty.
    @inline(__always)
    func uncounted<Instance: AnyObject>(at place: Int) -> Unmanaged<Instance>? where Element == Instance? { load(at: place) }

    @inline(__always)
    private func load<Reference>(at place: Int) -> Reference {
        precondition(indices.contains(place), "no such element")
        return withUnsafeBytes { $0.load(fromByteOffset: place * MemoryLayout<Element>.stride, as: Reference.self) }
    }
}

import CPrefetch

/// Asks the processor for memory that will be needed a little later, while it still works on something else.
///
/// What belongs to one of hundreds of viewers has left the caches when its turn comes. Walking from object to object it would be waited for at
/// each step; asked for in time it is there. Asking never faults and changes nothing but time.
enum Prefetch {
    /// - Parameter bytes: of the instance, from its beginning on; what is behind it is asked for in vain.
    @inline(__always)
    static func object(_ object: AnyObject, bytes: Int) { parley_prefetch(Unmanaged.passUnretained(object).toOpaque(), bytes) }

    @inline(__always)
    static func object<Instance: AnyObject>(_ reference: Unmanaged<Instance>, bytes: Int) { memory(reference.toOpaque(), bytes: bytes) }

    @inline(__always)
    static func memory(_ start: UnsafeRawPointer, bytes: Int) { parley_prefetch(start, bytes) }
}

/// First in, first out, over one block of memory that doubles until `limit` and never shrinks.
///
/// The queues of the packet path are rings: a steady room reaches its size within seconds and allocates nothing afterwards. What happens at
/// the limit is the owner's decision, so `append` answers whether there was room.
struct Ring<Element: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Element>?
    private var capacity = 0
    private var head = 0
    private(set) var count = 0
    /// Elements, a power of two.
    let limit: Int

    init(limit: Int) {
        precondition(limit > 0 && limit & (limit - 1) == 0, "a ring's limit is a power of two")
        self.limit = limit
    }

    deinit { base?.deallocate() }

    var isEmpty: Bool { count == 0 }
    var first: Element? { count == 0 ? nil : self[0] }

    /// The element `index` places behind the oldest.
    subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < count, "ring index out of range")
            return base![(head + index) & (capacity - 1)]
        }
        set {
            precondition(index >= 0 && index < count, "ring index out of range")
            base![(head + index) & (capacity - 1)] = newValue
        }
    }

    /// `false` when the ring holds `limit` elements; nothing is stored then.
    mutating func append(_ element: Element) -> Bool {
        if count == capacity {
            if capacity == limit { return false }
            grow()
        }
        base![(head + count) & (capacity - 1)] = element
        count += 1
        return true
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = base![head]
        head = (head + 1) & (capacity - 1)
        count -= 1
        return element
    }

    /// Asks for the oldest elements, if there are any.
    @inline(__always)
    func prefetch() {
        guard count > 0, let base else { return }
        Prefetch.memory(base + head, bytes: 2 * MemoryLayout<Element>.stride)
    }

    mutating func removeFirst(_ n: Int = 1) {
        precondition(n <= count, "fewer elements than are to be removed")
        head = (head + n) & (capacity - 1)
        count -= n
    }

    mutating func removeAll() {
        head = 0
        count = 0
    }

    private mutating func grow() {
        let larger = min(limit, max(16, capacity * 2))
        let block = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        for i in 0..<count { (block + i).initialize(to: base![(head + i) & (capacity - 1)]) }
        base?.deallocate()
        base = block
        capacity = larger
        head = 0
    }
}

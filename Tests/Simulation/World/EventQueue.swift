import RTP

/// A binary heap by time. What is due at the same instant comes out in the order it went in, so that ties are decided by the run's
/// own history and never by memory layout or hashing.
package struct EventQueue<Element> {
    private struct Entry {
        var time: Instant
        var order: UInt64
        var element: Element
        func isBefore(_ other: Entry) -> Bool {
            time == other.time ? order < other.order : time < other.time
        }
    }

    private var heap: [Entry] = []
    private var nextOrder: UInt64 = 0

    package init() {}

    package var count: Int { heap.count }

    /// When the next element is due.
    package var nextTime: Instant? { heap.first?.time }

    package mutating func push(_ element: Element, at time: Instant) {
        heap.append(Entry(time: time, order: nextOrder, element: element))
        nextOrder += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// The earliest element if it is due by `time`.
    package mutating func pop(dueBy time: Instant) -> Element? {
        guard let first = heap.first, first.time <= time else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return first.element
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

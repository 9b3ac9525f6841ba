/// Names a `PacketStore` without holding it: a row and the generation of its tenant.
struct PacketStoreHandle: BitwiseCopyable, Equatable {
    var row: UInt32
    var generation: UInt32
    static let none = PacketStoreHandle(row: .max, generation: 0)
}

/// All packet stores of one worker.
///
/// Pacer queues and repair histories refer to packets of publishers who may leave at any time. They keep handles; a handle whose store is gone
/// finds nothing, so a leaving publisher needs no walk through every receiver's queues.
final class PacketStoreTable {
    private struct Row {
        var generation: UInt32
        var store: PacketStore? { didSet { reference = store.map { .passUnretained($0) } } }
        /// `store` without counting a reference.
        private(set) var reference: Unmanaged<PacketStore>?

        init(_ store: PacketStore) {
            self.store = store
            reference = .passUnretained(store)
            generation = 1
        }
    }
    private var rows: [Row] = []
    private var free: [UInt32] = []

    func add(_ store: PacketStore) -> PacketStoreHandle {
        if let row = free.popLast() {
            rows[Int(row)].store = store
            return PacketStoreHandle(row: row, generation: rows[Int(row)].generation)
        }
        rows.append(Row(store))
        return PacketStoreHandle(row: UInt32(rows.count - 1), generation: 1)
    }

    func remove(_ handle: PacketStoreHandle) {
        guard self[handle] != nil else { return }
        rows[Int(handle.row)].store = nil
        rows[Int(handle.row)].generation &+= 1
        free.append(handle.row)
    }

    subscript(handle: PacketStoreHandle) -> PacketStore? {
        uncounted(handle)?.takeUnretainedValue()
    }

    /// As the subscript, without counting a reference.
    @inline(__always)
    func uncounted(_ handle: PacketStoreHandle) -> Unmanaged<PacketStore>? {
        guard Int(handle.row) < rows.count, rows[Int(handle.row)].generation == handle.generation else { return nil }
        return rows[Int(handle.row)].reference
    }

    var count: Int { rows.count - free.count }
}

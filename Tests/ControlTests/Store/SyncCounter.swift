import GRDB
import Glibc
import Synchronization

// GRDB's system library module gives SQLite's own functions.
import GRDBSQLite

/// Counts what SQLite syncs, by standing between it and the file system: a VFS that passes everything on and counts `xSync`.
///
/// SQLite's Unix VFS turns each `xSync` into one `fdatasync`, so this counts what `strace -e fdatasync` would, without needing strace.
enum SyncCounter {
    private struct Counted {
        /// Address of the methods that were there.
        let original: UInt
        let name: String
    }

    private struct State {
        var files: [UInt: Counted] = [:]
        var counts: [String: Int] = [:]
    }

    private static let state = Mutex(State())

    /// Wraps the default VFS, once per process. Files that are open already are not counted.
    static let install: Void = {
        guard let base = sqlite3_vfs_find(nil) else { return }
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        vfs.initialize(to: base.pointee)
        vfs.pointee.zName = UnsafePointer(strdup("sync-counter"))
        vfs.pointee.pAppData = UnsafeMutableRawPointer(base)
        vfs.pointee.xOpen = { vfs, name, file, flags, outFlags in
            guard let base = vfs?.pointee.pAppData?.assumingMemoryBound(to: sqlite3_vfs.self) else { return SQLITE_ERROR }
            let code = base.pointee.xOpen(base, name, file, flags, outFlags)
            if code == SQLITE_OK, let file, let name, let methods = file.pointee.pMethods {
                SyncCounter.wrap(file, methods, name: String(cString: name))
            }
            return code
        }
        sqlite3_vfs_register(vfs, 1)
    }()

    private static func wrap(_ file: UnsafeMutablePointer<sqlite3_file>, _ methods: UnsafePointer<sqlite3_io_methods>, name: String) {
        // Leaked on purpose: a few hundred bytes per file of a test run.
        let wrapped = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        wrapped.initialize(to: methods.pointee)
        wrapped.pointee.xSync = { file, flags in
            guard let file, let counted = SyncCounter.count(UInt(bitPattern: file)) else { return SQLITE_IOERR }
            return counted.pointee.xSync(file, flags)
        }
        let (key, original) = (UInt(bitPattern: file), UInt(bitPattern: methods))
        state.withLock { $0.files[key] = Counted(original: original, name: name) }
        file.pointee.pMethods = UnsafePointer(wrapped)
    }

    private static func count(_ file: UInt) -> UnsafePointer<sqlite3_io_methods>? {
        let original: UInt? = state.withLock { state in
            guard let counted = state.files[file] else { return nil }
            state.counts[counted.name, default: 0] += 1
            return counted.original
        }
        return original.flatMap { UnsafePointer(bitPattern: $0) }
    }

    /// Syncs so far of files whose path contains the text.
    static func syncs(of path: String) -> Int {
        state.withLock { state in state.counts.filter { $0.key.contains(path) }.values.reduce(0, +) }
    }
}

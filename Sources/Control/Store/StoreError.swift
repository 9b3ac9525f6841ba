/// Why the store refuses.
package enum StoreError: Error, Equatable {
    /// Too many writes wait. Nothing was done; try again.
    case queueFull
    /// The writer's connection would not keep an acknowledged commit through a power cut: `PRAGMA synchronous` reports this instead of 2 (FULL).
    case notDurable(synchronous: Int)
    /// SQLite gave the whole transaction up (disk full, I/O error) while another job ran. Nothing of this job was kept.
    case transactionLost
    /// The server stops.
    case closed
}

/// Room to work in for the allocator, kept so that steady state allocates nothing.
struct AllocationState {
    var slots: ContiguousArray<AllocatorSlot> = []
    /// Sender row of each.
    var rows: ContiguousArray<Int> = []
    /// Bits per second of the best layers that the viewer could pick.
    var aspiration = 0
}

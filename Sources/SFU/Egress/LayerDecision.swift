/// What the allocator decided for one video slot, and why.
struct LayerDecision: Equatable {
    /// The encoding to forward, by index in its section; `nil` forwards nothing.
    var encoding: Int?
    /// What to show meanwhile where nothing is shown and that is not being sent; the lowest is asked for beside it if none is.
    var stopgap: Int?
    /// The highest temporal layer to forward.
    var temporalLimit: UInt8 = .max
    var reason: LayerReason = .none
    /// Bit per encoding that would be forwarded instead if the publisher sent it.
    var missed: UInt8 = 0
}

/// What the allocator decided for one video slot, and why.
struct LayerDecision: Equatable {
    /// The encoding to forward, by index in its section; `nil` forwards nothing.
    var encoding: Int?
    /// The highest temporal layer to forward.
    var temporalLimit: UInt8 = .max
    var reason: LayerReason = .none
}

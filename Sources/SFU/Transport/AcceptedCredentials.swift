/// Our ICE user fragments and passwords that checks of one peer may use: the current pair, and the one before it after an ICE restart.
struct AcceptedCredentials: ~Copyable {
    private var current: Entry
    private var former: Entry?

    /// The password lies in memory of its own: libnice keeps a pointer to it while it writes a reply.
    private struct Entry {
        var ufrag: ICEUfrag
        var password: UnsafeMutableBufferPointer<UInt8>

        init(_ credentials: ICECredentials) {
            guard let ufrag = ICEUfrag(credentials.ufrag) else {
                preconditionFailure("our own user fragments have 1 to \(ICEUfrag.maximumBytes) bytes")
            }
            self.ufrag = ufrag
            password = .allocate(capacity: credentials.password.utf8.count)
            _ = password.initialize(from: credentials.password.utf8)
        }
    }

    init(_ credentials: ICECredentials) { current = Entry(credentials) }

    deinit {
        current.password.deallocate()
        former?.password.deallocate()
    }

    var ufrags: [ICEUfrag] { [current.ufrag] + (former.map { [$0.ufrag] } ?? []) }

    func password(of ufrag: ICEUfrag) -> UnsafeMutableBufferPointer<UInt8>? {
        if ufrag == current.ufrag { return current.password }
        if let former, ufrag == former.ufrag { return former.password }
        return nil
    }

    /// Going back to the former pair (a client that rolled its restart back) swaps the two.
    /// - Returns: the user fragment that is forgotten.
    mutating func restart(with credentials: ICECredentials) -> ICEUfrag? {
        let next = Entry(credentials)
        if next.ufrag == current.ufrag {
            current.password.deallocate()
            current = next
            return nil
        }
        let forgotten = former
        former = current
        current = next
        forgotten?.password.deallocate()
        return forgotten?.ufrag == next.ufrag ? nil : forgotten?.ufrag
    }
}

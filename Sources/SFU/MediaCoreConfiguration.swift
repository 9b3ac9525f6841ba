/// What a media core is made with.
public struct MediaCoreConfiguration: Sendable {
    /// Where transports get their SRTP keys from.
    enum Keys: Sendable {
        case handshake(Handshake)
        #if DEBUG || Simulation
            /// Keys made from this seed and the peer's id, so that a packet that went to the wrong peer does not decrypt there.
            case seededByPeer(UInt64)
        #endif
    }

    var keys: Keys
    /// All randomness of the core comes from this: where sequence numbers and timestamps begin.
    public var randomSeed: UInt64
    /// Unix time in nanoseconds at instant zero, for the NTP times in reports.
    public var unixEpochNanoseconds: Int64 = 0

    /// Which of the server's workers this is, 0…
    public var worker = 0

    /// Packets of a frame are padded to its longest where little is missing, so that the kernel takes them as one run. Off in the simulation,
    /// which has no kernel, but where a scenario asks for it.
    public var evensFrames = false

    /// What peers and rooms do regularly (reports, feedback, layers, speakers) waits for the next multiple of so many nanoseconds of the core's
    /// clock, so that the thread wakes once for all of them; 0: everything at its own time, as in the simulation but where a scenario asks for it.
    public var regularGrain: Int64 = 0

    public init(handshake: Handshake, randomSeed: UInt64, unixEpochNanoseconds: Int64 = 0) {
        keys = .handshake(handshake)
        self.randomSeed = randomSeed
        self.unixEpochNanoseconds = unixEpochNanoseconds
    }

    func handshake(for peer: PeerID) -> Handshake {
        switch keys {
        case .handshake(let handshake): handshake
        #if DEBUG || Simulation
            case .seededByPeer(let seed):
                .seeded(SRTPKeyingMaterial(profile: .aeadAES128GCM, seed: seed &+ peer.rawValue))
        #endif
        }
    }

    #if DEBUG || Simulation
        private init(seed: UInt64) {
            keys = .seededByPeer(seed)
            randomSeed = seed
        }

        /// A core whose peers have keys from `seed` plus their id, and that repeats itself exactly.
        public static func simulated(seed: UInt64) -> MediaCoreConfiguration { MediaCoreConfiguration(seed: seed) }
    #endif
}

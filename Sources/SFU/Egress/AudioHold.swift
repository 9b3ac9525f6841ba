/// How long voice waits for more of it that goes to the same place: not at all while the thread has time to spare, up to one frame of Opus where it
/// has not.
///
/// A message costs the kernel several times what a packet in it does, so where a room's speakers are sent to hundreds the thread's last means is
/// to send them together. A few milliseconds more, which a jitter buffer takes, stand against packets that the socket's receive buffer throws
/// away. What leaves with video does not wait.
struct AudioHold {
    /// Chosen: 20 ms, a frame of Opus as browsers send it, so that of each speaker one packet waits.
    static let longest: Int64 = 20_000_000
    /// While voice is held and nothing but voice comes, the thread looks for it so often: one that looks at each few packets as they come asks a
    /// thousand peers for their deadlines thousands of times a second. Chosen: what is held ten times as long hardly notices, and twice as often
    /// cost rooms of hundreds a tenth of the thread more.
    static let arrivals: Int64 = 2_000_000
    /// How often it is decided anew.
    static let interval: Int64 = 100_000_000
    private static let stepUp: Int64 = 5_000_000
    private static let stepDown: Int64 = 1_000_000

    /// What a packet may wait now, in nanoseconds, on its way to whoever is sent nothing but voice.
    ///
    /// Chosen: above 72 % busy. Rooms of hundreds cost a third less so, and what is left of the thread takes those who join at once.
    private(set) var alone = Level(busy: 0.72, idle: 0.64)
    /// As `alone`, where a picture is sent as well, which voice should not come behind, and in whose messages some of it leaves anyway.
    ///
    /// Chosen: below 95 % busy the queue before the thread stays short; at 85 % there is room for a step back. In a conference that takes 80 % of
    /// the thread a wider band kept what one busy moment had asked for, and voice came 9 ms late.
    private(set) var besideVideo = Level(busy: 0.95, idle: 0.85)
    private var began: Int64 = .min
    private var waited: Int64 = 0

    /// How long, and between which shares of the thread's time nothing is changed.
    struct Level {
        private(set) var nanoseconds: Int64 = 0
        private let busy: Double
        private let idle: Double

        init(busy: Double, idle: Double) {
            self.busy = busy
            self.idle = idle
        }

        fileprivate mutating func decide(share: Double) {
            if share >= busy {
                nanoseconds = min(AudioHold.longest, nanoseconds + AudioHold.stepUp)
            } else if share <= idle {
                nanoseconds = max(0, nanoseconds - AudioHold.stepDown)
            }
        }
    }

    /// The thread has waited for work so long, until now (all in nanoseconds).
    @inline(__always)
    mutating func noteWaited(_ duration: Int64, at now: Int64) {
        waited &+= duration
        guard now &- began >= Self.interval || began == .min else { return }
        decide(at: now)
    }

    private mutating func decide(at now: Int64) {
        defer { (began, waited) = (now, 0) }
        guard began != .min else { return }
        let share = 1 - Double(waited) / Double(now - began)
        alone.decide(share: share)
        besideVideo.decide(share: share)
    }
}

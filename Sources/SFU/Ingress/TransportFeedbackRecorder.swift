import RTP

/// Remembers when each packet of one peer arrived, by transport-wide sequence number, and reports it back: the publisher's own bandwidth
/// estimator lives on it.
///
/// Arrivals lie in a ring addressed by the extended number. Each report covers what came since the last, beginning at the first number not yet
/// reported; late packets of an earlier report are not reported again.
struct TransportFeedbackRecorder: ~Copyable {
    /// Browsers need 50…250 ms (measured: no difference); at 50 ms a fresh estimate meets the next frame.
    static let interval: Int64 = 50_000_000
    /// Where the thread has no time to spare, for who sends voice alone: libwebrtc's own longest.
    static let relaxedInterval: Int64 = 250_000_000
    /// At 50 ms this is 40,000 packets a second.
    static let capacity = 2048

    private var arrivals: UnsafeMutablePointer<Int64>?
    private var unwrapper = SequenceUnwrapper()
    /// The first number of the next report.
    private var base: UInt64 = 0
    private var highest: UInt64 = 0
    private var feedbackCount: UInt8 = 0
    private var hasNews = false
    private var lastReport: Int64 = .min
    /// From one report to the next, in nanoseconds.
    private var interval = Self.interval
    private static let notArrived = Int64.min

    init() {}
    deinit { arrivals?.deallocate() }

    /// Asks for the place of the next arrival.
    @inline(__always)
    func prefetch() {
        guard let arrivals else { return }
        Prefetch.memory(UnsafeRawPointer(arrivals + (Int(truncatingIfNeeded: highest) &+ 1) & (Self.capacity - 1)), bytes: 8)
    }

    mutating func received(_ number: SequenceNumber, at now: Instant) {
        let sequence = unwrapper.unwrap(number).rawValue
        let arrivals = self.arrivals ?? begin(at: sequence)
        guard sequence >= base else { return }
        if sequence > highest {
            if sequence - highest >= UInt64(Self.capacity) { forgetAll(before: sequence) }
            while highest < sequence {
                highest += 1
                arrivals[Int(highest) & (Self.capacity - 1)] = Self.notArrived
            }
            if highest - base >= UInt64(Self.capacity) { base = highest - UInt64(Self.capacity) + 1 }
        }
        if !hasNews && lastReport == .min { lastReport = now.nanoseconds }
        arrivals[Int(sequence) & (Self.capacity - 1)] = now.nanoseconds
        hasNews = true
    }

    var nextDeadline: Instant? { hasNews ? Instant(nanoseconds: lastReport + interval) : nil }

    /// From the next report on.
    mutating func relax(_ isRelaxed: Bool) { interval = isRelaxed ? Self.relaxedInterval : Self.interval }

    /// Writes one report. `false` when there is nothing (more) to say or no room.
    /// - Parameter media: an SSRC that this peer really sends. With 0, estimates stay stuck in Chromium and Firefox (measured).
    mutating func write(to writer: inout RTCPWriter, sender: SSRC, media: SSRC, at now: Instant) -> Bool {
        lastReport = now.nanoseconds
        guard hasNews, let arrivals else { return false }
        let base = self.base
        let covered = writer.transportFeedback(
            sender: sender, media: media, base: SequenceNumber(UInt16(truncatingIfNeeded: base)), count: Int(highest - base + 1),
            feedbackCount: feedbackCount
        ) { offset in
            let value = arrivals[Int(base &+ UInt64(offset)) & (Self.capacity - 1)]
            return value == Self.notArrived ? nil : Instant(nanoseconds: value)
        }
        guard covered > 0 else {
            hasNews = false
            return false
        }
        feedbackCount &+= 1
        self.base += UInt64(covered)
        if self.base > highest {
            self.base = highest + 1
            hasNews = false
        }
        return true
    }

    /// Nobody can be told yet: look again an interval later.
    mutating func postpone(to now: Instant) { lastReport = now.nanoseconds }

    private mutating func begin(at sequence: UInt64) -> UnsafeMutablePointer<Int64> {
        let block = UnsafeMutablePointer<Int64>.allocate(capacity: Self.capacity)
        block.initialize(repeating: Self.notArrived, count: Self.capacity)
        arrivals = block
        base = sequence
        highest = sequence
        return block
    }

    private mutating func forgetAll(before sequence: UInt64) {
        highest = sequence - 1
        base = sequence
    }
}

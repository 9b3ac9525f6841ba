import Glibc
import LoadGenerator
import Synchronization

/// A thread that keeps voice sessions alive: reads what their sockets bring and sends heartbeats, as a page would.
final class VoiceKeeper: @unchecked Sendable {
    /// Between two looks at all sockets, in microseconds.
    private static let pause: UInt32 = 50_000
    /// The server asks for a heartbeat every 13.75 s.
    private static let looksPerBeat = 200

    /// Why a session was lost, if one was.
    private(set) var failure: String? {
        get { lost.withLock { $0 } }
        set { lost.withLock { $0 = newValue } }
    }
    private let lost = Mutex<String?>(nil)
    private let arrived = Mutex<[VoiceSession]>([])
    private let isStopping = Atomic(false)
    private var thread = GeneratorThread()

    func start() {
        thread.start("bench-voice") { self.run() }
    }

    /// Ends the thread; the sessions are closed with it.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        thread.join()
    }

    func add(_ session: VoiceSession) { arrived.withLock { $0.append(session) } }

    private func run() {
        var sessions: [VoiceSession] = []
        var look = 0
        while !isStopping.load(ordering: .relaxed) {
            usleep(Self.pause)
            sessions += arrived.withLock { arrived in
                defer { arrived = [] }
                return arrived
            }
            for (index, session) in sessions.enumerated() {
                do {
                    try session.discard()
                    // Each at its own look, so that they do not all beat at once.
                    if (look + index) % Self.looksPerBeat == 0 { try session.beat() }
                } catch { failure = "\(error)" }
            }
            look += 1
        }
    }
}

import Foundation
import Synchronization
import Testing

@testable import Control

/// B26.
struct PasswordHasherTests {
    @Test func aHashVerifiesAndSaltsDiffer() async throws {
        let hasher = PasswordHasher()
        let one = try await hasher.hash("correct horse")
        let two = try await hasher.hash("correct horse")
        #expect(one != two)
        #expect(try await hasher.verify("correct horse", against: one))
        #expect(try await !hasher.verify("correct horsf", against: one))
        #expect(try await !hasher.verify("correct horse", against: "$argon2id$nonsense"))
        #expect(try await !hasher.verify("anything", against: nil))
    }

    /// The decoy must be a string that libargon2 works through; one that it rejects at once would tell unknown users by time.
    @Test func anUnknownUserCostsTheSameWork() throws {
        let hash = try Argon2.hash("correct horse")
        // Processor time of this thread, least of five: other tests share the cores.
        func cost(_ encoded: String) -> Double {
            (0..<5).map { _ in
                let start = threadSeconds()
                _ = Argon2.verify("wrong horse", against: encoded)
                return threadSeconds() - start
            }.min() ?? 0
        }
        let known = cost(hash)
        let unknown = cost(Argon2.decoy)
        #expect(unknown > known / 2 && unknown < known * 2, "known \(known) s, unknown \(unknown) s")
        print("figure: argon2id verify \(known * 1000) ms of processor time")
    }

    /// Guard: `areBlocksApart`. Without it glibc keeps the 19 MiB of each hashing thread: 38 MiB after the first two passwords, for ever.
    @Test func theMemoryOfHashesIsGivenBack() async throws {
        let hasher = PasswordHasher()
        let before = try residentMiB()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { _ = try await hasher.hash("correct horse") } }
            try await group.waitForAll()
        }
        let after = try residentMiB()
        print("figure: \(before) MiB resident before six hashes, \(after) MiB after them")
        #expect(after < before + 12)
    }

    /// The second number of statm is resident pages.
    private func residentMiB() throws -> Double {
        let numbers = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return Double(numbers[1]).map { $0 * Double(getpagesize()) / 1_048_576 } ?? 0
    }

    private func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Guard: the count in `run`. Without it every one of these would be admitted, and the test ends at its time limit.
    @Test(.timeLimit(.minutes(1))) func twoRunAtOnceAFewWaitTheRestAreRefused() async throws {
        let gate = DispatchSemaphore(value: 0)
        let running = Atomic(0)
        let peak = Atomic(0)
        let hasher = PasswordHasher(onStart: {
            let now = running.add(1, ordering: .relaxed).newValue
            _ = peak.max(now, ordering: .relaxed)
            gate.wait()
            running.subtract(1, ordering: .relaxed)
        })
        let offered = 40
        let admitted = PasswordHasher.concurrency + PasswordHasher.maximumWaiting
        let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<offered {
                group.addTask {
                    do {
                        _ = try await hasher.hash("x")
                        return false
                    } catch let error as APIError {
                        #expect(error.status == .tooManyRequests)
                        return true
                    }
                }
            }
            var refused = 0
            // Everyone beyond the bound is refused while the jobs still hold their threads; only then are those let go.
            for _ in 0..<(offered - admitted) { if try await group.next() == true { refused += 1 } }
            while running.load(ordering: .relaxed) < PasswordHasher.concurrency { await Task.yield() }
            for _ in 0..<admitted { gate.signal() }
            for try await wasRefused in group where wasRefused { refused += 1 }
            return refused
        }
        #expect(refused == offered - admitted)
        #expect(peak.load(ordering: .relaxed) == PasswordHasher.concurrency)
        gate.signal()
        #expect(try await !hasher.hash("y").isEmpty, "afterwards it works again")
    }
}

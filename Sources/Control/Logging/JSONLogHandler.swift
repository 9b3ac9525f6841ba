import Foundation
import Glibc
import Logging
import Synchronization

/// Writes each log line as one JSON object on standard error: `timestamp`, `level`, `service`, `trace_id`, `user_id`, `message` (FEATURES N5), then the metadata.
///
/// The volume is bounded. Each kind of message, which is its place in the source, may write so many lines a second; what comes beyond is counted and
/// summed up in one line. A flood of bad packets so costs a few lines, not a disk.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    private let service: String
    private let limiter: LogLimiter
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - limiter: shared by all handlers of the process.
    ///   - write: takes one line with its line feed.
    package init(
        service: String, level: Logger.Level = .info, limiter: LogLimiter = .shared,
        write: @escaping @Sendable (String) -> Void = JSONLogHandler.writeToStandardError
    ) {
        self.service = service
        logLevel = level
        self.limiter = limiter
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        guard case .write(let suppressed) = limiter.admit(kind: "\(event.file):\(event.line)") else { return }
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let explicit = event.metadata { all.merge(explicit) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }
        write(
            Self.line(
                at: limiter.clock.now(), level: event.level, service: service, message: event.message.description, metadata: all,
                suppressed: suppressed))
    }

    static func line(
        at time: Timestamp, level: Logger.Level, service: String, message: String, metadata: Logger.Metadata, suppressed: Int
    ) -> String {
        var object = JSONObject([
            ("timestamp", .string(time.iso8601)), ("level", .string(level.rawValue.uppercased())), ("service", .string(service)),
            ("trace_id", metadata["trace_id"].map { .string($0.description) } ?? .null),
            ("user_id", metadata["user_id"].map { .string($0.description) } ?? .null), ("message", .string(clipped(message))),
        ])
        if suppressed > 0 { object["suppressed"] = .int(Int64(suppressed)) }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where object[key] == nil {
            object[key] = .string(clipped(value.description))
        }
        return JSONValue.object(object).text + "\n"
    }

    /// What a client sent may stand in a line; it must not make the line arbitrarily long.
    private static func clipped(_ text: String) -> String {
        text.utf8.count <= 2048 ? text : String(text.prefix(1024)) + "…"
    }

    /// One `write` for the whole line, so that lines of several threads do not mix (POSIX: up to PIPE_BUF on pipes).
    package static let writeToStandardError: @Sendable (String) -> Void = { line in
        var line = line
        line.withUTF8 { bytes in _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    }
}

/// Counts lines by kind and second.
package final class LogLimiter: Sendable {
    enum Verdict: Equatable {
        /// Write it; so many of its kind were left out since the last that was written.
        case write(suppressed: Int)
        case suppress
    }

    private struct Kind {
        var second: Int64
        var written = 0
        var suppressed = 0
    }

    /// The process's own.
    package static let shared = LogLimiter()

    /// Chosen: more kinds than there are log statements in the program.
    static let maximumKinds = 4096

    let clock: Clock
    private let linesPerSecond: Int
    private let kinds = Mutex<[String: Kind]>([:])

    /// - Parameter linesPerSecond: of each kind.
    package init(linesPerSecond: Int = 20, clock: Clock = .system) {
        self.linesPerSecond = linesPerSecond
        self.clock = clock
    }

    func admit(kind name: String) -> Verdict {
        let second = clock.now().seconds
        return kinds.withLock { kinds in
            if kinds[name] == nil && kinds.count >= Self.maximumKinds { return .suppress }
            var kind = kinds[name] ?? Kind(second: second)
            defer { kinds[name] = kind }
            if kind.second != second {
                kind.second = second
                kind.written = 0
            }
            guard kind.written < linesPerSecond else {
                kind.suppressed += 1
                return .suppress
            }
            kind.written += 1
            defer { kind.suppressed = 0 }
            return .write(suppressed: kind.suppressed)
        }
    }
}

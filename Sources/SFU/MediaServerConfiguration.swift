/// How media listens and what it tells clients about that.
public struct MediaServerConfiguration: Sendable {
    /// Chosen: more threads than this are no use on machines that one process should fill.
    public static let maximumWorkers = 64

    /// `0.0.0.0` for IPv4, `::` for both families, or one address of this machine.
    public var host: String
    /// UDP port of the first worker; worker n listens on `port + n`. 0: the kernel chooses for each.
    public var port: Int
    public var workers: Int
    /// Addresses or names under which clients reach the host; empty: every address of this machine.
    public var announce: [String]
    /// Keeps a histogram of the delay inside each worker, at the price of a clock reading for each turn. For `bench`.
    public var measuresDelay = false

    public init(listen: (host: String, port: Int), workers: Int = 1, announce: [String] = []) {
        host = listen.host
        port = listen.port
        self.workers = workers
        self.announce = announce
    }
}

import Glibc

/// Why media cannot start. The description is for whoever typed the options.
public enum MediaServerError: Error, Equatable, CustomStringConvertible {
    /// The host of `--media` is not a numeric address.
    case badListenAddress(String)
    /// Port numbers of the workers would end above 65535.
    case badPort(Int)
    case badWorkerCount(Int)
    /// A call of the system failed with this `errno`.
    case socket(String, Int32)
    /// The address cannot be bound: in use, or not of this machine.
    case listen(String, Int32)
    /// A name or address given to `--announce` has no usable address.
    case announce(String)
    /// OpenSSL cannot make what DTLS needs.
    case identity(String)
    case alreadyStarted

    public var description: String {
        switch self {
        case .badListenAddress(let host): "the media address '\(host)' is not a numeric IP address such as 0.0.0.0 or ::"
        case .badPort(let port): "the media ports would reach \(port), beyond 65535"
        case .badWorkerCount(let count): "\(count) media workers are not between 1 and \(MediaServerConfiguration.maximumWorkers)"
        case .socket(let call, let code): "\(call) failed: \(String(cString: strerror(code)))"
        case .listen(let address, let code): "cannot listen on UDP \(address): \(String(cString: strerror(code)))"
        case .announce(let name): "'\(name)' has no address that clients could use (the media socket's address family counts)"
        case .identity(let why): why
        case .alreadyStarted: "the media server was started twice"
        }
    }
}

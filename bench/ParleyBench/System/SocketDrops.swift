/// What the kernel threw away at one UDP socket of this namespace since the socket was made, because its buffer was full.
struct SocketDrops {
    let port: UInt16
    let drops: UInt64

    /// `/proc/net/udp`: the local address is the second column, drops are the last.
    static var now: [SocketDrops] {
        TextFile.read("/proc/thread-self/net/udp").split(separator: "\n").dropFirst().compactMap { line in
            let columns = line.split(separator: " ")
            guard columns.count > 12, let local = columns[1].split(separator: ":").last, let port = UInt16(local, radix: 16),
                let drops = UInt64(columns[columns.count - 1])
            else { return nil }
            return SocketDrops(port: port, drops: drops)
        }
    }
}

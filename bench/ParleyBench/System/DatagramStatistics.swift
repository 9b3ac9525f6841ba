/// The kernel's count of datagrams in this network namespace, which nobody else uses.
///
/// `UdpOutDatagrams` counts what was handed to the IP layer: a run with UDP_SEGMENT once. `UdpInDatagrams` counts each datagram of a run. So
/// what a server's receivers got, divided by what it handed over, is the length of its runs, without asking the server.
struct DatagramStatistics {
    let out: UInt64
    let received: UInt64
    /// Lost because a socket's buffer was full.
    let overflowed: UInt64

    init() {
        let lines = TextFile.read("/proc/thread-self/net/snmp").split(separator: "\n").filter { $0.hasPrefix("Udp:") }
            .map { $0.split(separator: " ") }
        func value(_ name: String) -> UInt64 {
            guard lines.count == 2, let column = lines[0].firstIndex(where: { $0 == name }), column < lines[1].count else { return 0 }
            return UInt64(lines[1][column]) ?? 0
        }
        out = value("OutDatagrams")
        received = value("InDatagrams")
        overflowed = value("RcvbufErrors")
    }
}

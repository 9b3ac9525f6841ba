import Glibc
import LoadGenerator

/// A small SFU on Debian's packaged Pion (bench/peers/pion), one UDP port for all.
final class PionPeer: MediaPeer {
    let name = "pion"
    let notes = "Pion WebRTC v3 as Debian packages it, one UDP port, NACK and RTCP report interceptors; Go's own crypto"
    let process: ServerProcess
    private let http = HTTPClient(port: 18_090)

    init(binary: String, in laboratory: Laboratory) throws {
        process = try ServerProcess(
            [binary, "-address", Laboratory.address, "-http", "127.0.0.1:18090", "-media", "18091"],
            log: "\(laboratory.directory)/pion.log", core: laboratory.serverCore)
        for _ in 0..<500 {
            try process.requireAlive()
            if (try? http.request("GET", "/ready"))?.status == 200 { return }
            usleep(20_000)
        }
        throw BenchError("the Pion SFU did not become ready")
    }

    func publish(_ endpoint: Endpoint, number: Int, offer: SessionOffer) throws -> RemoteParameters {
        try enter("/publish?publisher=\(number)", offer)
    }
    func watch(_ endpoint: Endpoint, publisher: Int, offer: SessionOffer) throws -> RemoteParameters {
        try enter("/watch?publisher=\(publisher)", offer)
    }

    private func enter(_ path: String, _ offer: SessionOffer) throws -> RemoteParameters {
        try RemoteParameters(sdp: try http.call("POST", path, body: offer.text()).body, preferring: Laboratory.address)
    }
}

/// The sentences of docs/performance.md that do not change with the figures.
enum ReportText {
    static func title(_ kind: Results.Kind) -> String {
        switch kind {
        case .forwarding: "Forwarding: some publish, others watch"
        case .conference: "Conferences: everybody sends camera and microphone"
        case .audio: "Audio rooms: everybody sends a microphone"
        case .capacity: "Capacity of one core"
        case .loss: "With packets lost on the way"
        case .audience: "One room on several media threads"
        }
    }

    static func about(_ kind: Results.Kind) -> String {
        switch kind {
        case .forwarding:
            """
            One publisher's video to so many viewers, at one load for all servers. `limit-n` is the bare loop (copy, rewrite, encrypt, `sendmmsg` with
            at most n equal packets a message): the least that forwarding costs on this machine. A server's share of it is taken at the run length
            that the server reached, from the loop's cheapest runs, since what others do on a machine only adds to a cost; Janus and Pion send each
            packet by itself.
            """
        case .conference:
            """
            Each person sends three VP8 layers (150, 500 and 1,700 kbit/s) and Opus at 50 packets/s, and is shown the same layer of everybody else, and
            hears them. In Parley that is one connection a person, by the voice gateway; in Janus a publishing and a subscribing one, as VideoRoom is used.
            """
        case .audio:
            """
            Everybody sends Opus at 50 packets/s with an audio level. Where a room hears the loudest N, Parley forwards those alone; Janus's VideoRoom
            forwards everybody to everybody.
            """
        case .loss:
            """
            As above, but the generator's viewers throw away some of what comes to them before they look at it, the same packets in every run, and ask for it
            again as browsers do; retransmissions get lost as well. Delivered are distinct packets, however they came. Repair takes from the moment when the
            gap is seen.
            """
        case .audience:
            """
            One publisher's video to one room whose viewers are spread over the server's media threads, all of which share the one core, so that CPU
            compares. Each viewer has an account of their own. What crosses between the threads is plain RTP; each encrypts for its own viewers.
            """
        case .capacity:
            """
            The highest load of which 99.9 % arrived with a p99 of at most 10 ms, or of what stands in the heading: the load grows by a quarter until it is missed, then the gap is
            halved twice. Above 2,000 packets/s several publishers share the load. Where packets come by whole frames, the bound is mostly how long one frame
            takes to all its viewers; where they come evenly, it is the core. Delays at a share of the capacity stand below it, each with those of a plain reflector
            at the same rate, which sends on what it gets, unencrypted and unpaced, from the same core.
            """
        }
    }

    static let participants = """
        The most rooms of which 99.9 % arrived with a p99 of at most 10 ms: their number grows by a quarter, but at least by one, until it is missed, then the gap is
        halved. A number that is missed is tried once more. Each try has a fresh server. The other figures are those of the run with the most rooms.
        """

    static func heading(_ results: Results) -> String { "\(profiles(results)): \(loads(results))" }

    /// What was offered.
    static func profiles(_ results: Results) -> String {
        switch results.profiles {
        case "cm": "AES128_CM_SHA1_80 for all"
        case "gcm": "AEAD_AES_128_GCM for all"
        default: "as each negotiates by itself"
        }
    }

    /// What the handshakes agreed on.
    static func used(_ results: Results) -> String {
        var seen: [String] = []
        for run in results.runs {
            let line = "\(run.peer.hasPrefix("limit") ? "limit" : run.peer): \(run.profile)"
            if !seen.contains(line) { seen.append(line) }
        }
        return seen.joined(separator: "; ")
    }

    private static func loads(_ results: Results) -> String {
        guard let run = results.runs.first else { return "nothing measured" }
        let rooms = results.isSearch ? "rooms of \(run.people ?? 0) on one core" : "\(run.rooms ?? 1) × \(run.people ?? 0)"
        return switch results.kind {
        case .capacity: "\(run.packetBytes) B, \(run.pattern), \(run.viewers / max(1, run.publishers ?? 1)) viewers of each" + bound(run)
        case .forwarding, .loss, .audience: "\(run.packetBytes) B, \(run.pattern)"
        case .conference: "\(rooms), three layers and audio"
        case .audio: rooms + (run.loudest.map { ", the loudest \($0)" } ?? ", everybody heard")
        }
    }

    private static func bound(_ run: Measurement) -> String {
        run.delayBound.map { ", p99 of at most \(($0 / 1000).fixed(0)) ms" } ?? ""
    }

    static let method = """
        ## Method

        - The generator's endpoints have a socket each and do real ICE (controlling, libnice's STUN layer), DTLS 1.2 and SRTP. Everything runs in a
          network namespace of its own with MTU 1,500, a fresh server process for each run, pinned to one core; the generator has the other.
        - Packets leave as libwebrtc's packetiser would send them: a frame at once, split about equally (sizes differ by a byte), keyframes four times as
          large; `even` spreads them instead. Each payload ends in a stamp with stream, number, time and a hash; one packet of sixteen is decrypted
          and checked. Altered or undecryptable samples void a run's claim to be carried.
        - CPU is `schedstat` of all the server's threads over the window, divided by the packets that arrived at viewers' sockets, padding not
          counted. The sender holds its breath at both ends of the window, so that nothing is under way when it is counted.
        - Where a load was missed because the generator itself sent more than 5 ms late, because datagrams were thrown away at its own sockets, or because others
          had more than a tenth of the server's core, the row says so, and the capacity is a lower bound.
        - Delay is from the generator's send to its receive: both of its threads, two trips through loopback, the server and its pacing.
        - Servers are interleaved. Each row is the run with the median cost of its series; all runs are in the files.
        - Run lengths come from the namespace's UDP counters (a GSO run counts once), not from the servers.
        """

    static let fairness = """
        ## Fair notes

        - Debian's libsrtp, which Janus uses, encrypts by NSS; Parley links libsrtp against OpenSSL and Pion has Go's own crypto. Part of the
          difference is that.
        - Janus and Pion do not send in runs. UDP_SEGMENT is the largest part of the difference where frames are bursts of equal packets; audio shows
          less of it.
        - Loopback bills the receiving half of the network stack to the sender, for every server and for the bare loop alike.
        - Viewers send what libwebrtc does, to every server alike, where it was agreed on: each second a receiver report of all streams and an estimate of
          100 Mbit/s (REMB), and NACKs as soon as a gap is seen, ten times at most. They ask for no keyframes. Publishers send sender reports, and answer NACKs from
          their last 512 packets, on a stream of its own where the server took RTX. Parley's conferences run with `auto: false`, so that the layer is the
          same for all; choosing layers by estimate costs what it costs and is not in these figures.
        - Parley's stream tiers are lifted to their maximum of 20 Mbit/s, in conferences set to the layer that is shown. Janus's bitrate caps, keyframe timers and
          talking events are off.
        - Pion is its API with the shortest SFU around it (`bench/peers/pion`): what the library costs, not what a product on it costs.
        """
}

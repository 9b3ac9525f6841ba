import LoadGenerator
import SFU

/// What is measured: `parley-bench media` and `parley-bench limit` read these from the command line.
struct MediaOptions {
    var peers = ["parley", "janus-1", "pion", "limit"]
    var viewers = [10, 50, 100]
    /// Packets a second of the publisher; 0: so many that all viewers together get `outgoing`.
    var rate = 0
    /// Packets a second to all viewers together: below every peer's capacity, so that costs are compared at one load.
    var outgoing = 30_000
    var packetBytes = 1200
    var pattern = TrafficShape.Pattern.frames
    var profile = ProfileChoice.cm
    var seconds = 5.0
    var warmUp = 1.5
    var repeats = 3
    /// Of how many packets one is decrypted and checked.
    var sampling = 16
    /// Longest runs of the bare loop, one row each.
    var runs = [1, 2, 4, 8, 16]
    /// Look for capacity: raise the load until it is not carried any more.
    var ramps = false
    /// The p99 in µs that a ramp admits; none: `Measurement.usualDelayBound`.
    var delayBound: Double?
    /// Publishers with `viewers` each.
    var publishers = 1
    /// Rooms where everybody sends.
    var room = RoomShape()
    /// Percent of what comes to each viewer, and of what each publisher sends, that is lost on the way.
    var loss = 0.0
    var uplinkLoss = 0.0
    /// Viewers send no feedback.
    var isSilent = false
    /// Media threads of Parley, all on the server's core; with several numbers one run with each. None: one, and nothing is said of it.
    var workers: [Int]?
    /// After a ramp: how long delays are at this share of each server's own capacity, and a reflector's at the same rate.
    var loadShare: Double?
    /// Threads that only compute, on the server's core; for `counters`.
    var hogs = 0
    var ground = BenchGround()
    var pion = ".build/bench/pion-sfu"
    /// Profile of the bare loop.
    var limitProfile: SRTPProfile { profile == .cm ? .aes128CMSHA180 : .aeadAES128GCM }

    /// Packets a second of one publisher unless `--rate` says more: 19 Mbit/s, which every peer may be told to forward.
    static let fastest = 2000

    static let usage = """
          --peers a,b        of \(PeerCatalogue.names.joined(separator: ", ")), limit, reflector
          --viewers 10,50    subscribers of each publisher
          --publishers n     (default 1; a ramp takes as many as the rate needs)
          --rate n           packets a second of all publishers (default: so many that the viewers get --outgoing in all)
          --outgoing n       packets a second to all viewers (default 30000)
          --bytes n          RTP packet before encryption (default 1200)
          --pattern p        frames or even (default frames)
          --profile p        cm, gcm or default (both offered, GCM first) (default cm)
          --seconds n        of one measurement (default 5)
          --warm-up n        seconds before it (default 1.5)
          --repeats n        rounds over all peers; medians are shown (default 3)
          --sampling n       one packet of n is decrypted and checked (default 16)
          --runs 1,4         longest runs of the bare loop
          --ramp             raise the load until 99.9 % or p99 of 10 ms are missed; --p99 n: of so many
          --loss n           percent of packets lost on the way to each viewer; --uplink-loss n: to the server
          --workers 1,2      media threads of Parley, on the one core (default 1)
          --load-share 0.7   after a ramp: delays at this share of each server's capacity, and of a reflector at the same rate
          --silent           viewers send no reports, NACKs and estimates
          --people n --rooms n          of `rooms`: everybody sends and receives (with --ramp: so many rooms at first)
          --layer q|h|f|none            which camera layer is shown to all; none: microphones alone (default h)
          --loudest n                   microphones that a room hears (default all; Parley only)
          --speaking n                  of each room; the others' microphones send noise (default all)
          --hogs n                      of `counters`: computing threads on the server's core
          --parley path      the released binary; --pion path   the SFU of bench/peers/pion
          --cores a,b        of the server and of the generator (default 0,1)
          --output file      results as JSON
        """

    init(_ arguments: some Sequence<String>) throws {
        try OptionValue.each(of: arguments, flags: ["--ramp", "--silent"], usage: Self.usage) { try set($0) }
    }

    private mutating func set(_ value: OptionValue) throws {
        switch value.name {
        case "--ramp": ramps = true
        case "--p99": delayBound = Double(max(1, try value.number())) * 1000
        case "--silent": isSilent = true
        case "--peers": peers = value.text.split(separator: ",").map(String.init)
        case "--viewers": viewers = try value.numbers()
        case "--rate": rate = try value.number()
        case "--outgoing": outgoing = try value.number()
        case "--publishers": publishers = max(1, try value.number())
        case "--speaking": room.speaking = try value.number()
        case "--loss": loss = try value.share(most: 100)
        case "--uplink-loss": uplinkLoss = try value.share(most: 100)
        case "--workers": workers = try value.numbers().map { max(1, $0) }
        case "--load-share": loadShare = try value.share(most: 1)
        case "--hogs": hogs = try value.number()
        case "--people": room.people = max(2, try value.number())
        case "--rooms": room.rooms = max(1, try value.number())
        case "--layer": try setLayer(value.text)
        case "--loudest": room.loudest = try value.number()
        case "--bytes": packetBytes = try value.number()
        case "--pattern": pattern = try value.choice()
        case "--profile": profile = try value.choice()
        case "--seconds": seconds = Double(try value.number())
        case "--warm-up": warmUp = Double(try value.number())
        case "--repeats": repeats = try value.number()
        case "--sampling": sampling = try value.number()
        case "--runs": runs = try value.numbers()
        case "--pion": pion = value.text
        default: guard try ground.take(value) else { throw BenchError("\(value.name) is no option\n\(Self.usage)") }
        }
    }

    private mutating func setLayer(_ value: String) throws {
        room.hasVideo = value != "none"
        guard room.hasVideo else { return }
        guard TrafficShape.simulcast.contains(where: { $0.rid == value }) else { throw BenchError("--layer is q, h, f or none") }
        room.layer = value
    }

    /// What the publishers send together.
    func shape(viewers: Int) -> TrafficShape {
        let rate = max(30, rate > 0 ? rate : min(Self.fastest * publishers, outgoing / max(1, viewers)))
        return TrafficShape(pattern: pattern, packetsPerSecond: rate, packetBytes: packetBytes)
    }

    /// The arguments as others can use them: without the files of one machine.
    static func record(_ arguments: some Sequence<String>) -> String {
        var words: [String] = []
        var isPath = false
        for word in arguments {
            if !isPath, !["--parley", "--pion", "--output"].contains(word) { words.append(word) }
            isPath = !isPath && ["--parley", "--pion", "--output"].contains(word)
        }
        return words.joined(separator: " ")
    }
}

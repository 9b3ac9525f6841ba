/// Janus's files: one plugin, one transport, candidates in the descriptions, nothing that would hold its rate.
struct JanusConfiguration {
    var directory: String
    var eventLoops: Int
    /// Numbers of the rooms.
    var rooms: Range<Int>
    var httpPort: UInt16
    private let libraries = "/usr/lib/x86_64-linux-gnu/janus"

    init(directory: String, eventLoops: Int, rooms: Range<Int>, httpPort: UInt16) {
        self.directory = directory
        self.eventLoops = eventLoops
        self.rooms = rooms
        self.httpPort = httpPort
    }

    /// By file name.
    var files: [(String, String)] {
        [("janus.jcfg", general), ("janus.transport.http.jcfg", transport), ("janus.plugin.videoroom.jcfg", plugin)]
    }

    private var general: String {
        let unused = [
            "audiobridge", "duktape", "lua", "nosip", "recordplay", "sip", "streaming", "textroom", "videocall", "voicemail", "echotest",
        ]
        let transports = ["mqtt", "nanomsg", "pfunix", "rabbitmq", "websockets"]
        func disabled(_ names: [String]) -> String { names.map { "libjanus_\($0).so" }.joined(separator: ",") }
        // Loopback is never gathered; ice_enforce_list keeps to the bench's own address.
        return """
            general: {
              configs_folder = "\(directory)"
              plugins_folder = "\(libraries)/plugins"
              transports_folder = "\(libraries)/transports"
              events_folder = "\(directory)/none"
              loggers_folder = "\(directory)/none"
              debug_level = 3
              session_timeout = 0
              candidates_timeout = 45
              \(eventLoops > 0 ? "event_loops = \(eventLoops)" : "")
            }
            media: { rtp_port_range = "30000-34999"  no_media_timer = 0  slowlink_threshold = 0 }
            nat: { ice_lite = true  ice_tcp = false  full_trickle = false  ice_enforce_list = "\(Laboratory.address)" }
            plugins: { disable = "\(disabled(unused))" }
            transports: { disable = "\(disabled(transports))" }
            events: { broadcast = false }

            """
    }

    private var transport: String {
        """
        general: { json = "compact"  base_path = "/janus"  http = true  port = \(httpPort)  ip = "127.0.0.1"  https = false }
        admin: { admin_http = false  admin_https = false }

        """
    }

    private var plugin: String {
        "general: { string_ids = false }\n"
            + rooms.map { room in
                """
                room-\(room): { description = "bench"  is_private = false  publishers = 500  bitrate = 0  fir_freq = 0  audiocodec = "opus"
                  videocodec = "vp8"  notify_joining = false  audiolevel_ext = false  videoorient_ext = false  playoutdelay_ext = false
                  transport_wide_cc_ext = false }

                """
            }.joined()
    }
}

import CNice
import Glibc
import RTP
import Testing

@testable import SFU

/// libnice's full agent as the client of a real server: the independent word on whether our half of ICE is right.
@Suite("ICE against libnice's full agent", .serialized)
struct NiceAgentTests {
    /// Runs an agent until its component is READY.
    /// - Returns: the state it reached.
    private func connect(
        _ ip: String, options: NiceAgentOption, controlling: Bool, port: UInt16, limit: Duration = .seconds(30)
    ) throws -> UInt32 {
        let context = g_main_context_new()
        defer { g_main_context_unref(context) }
        let agent = try nice_agent_new_full(context, NICE_COMPATIBILITY_RFC5245, options).orThrow()
        defer { g_object_unref(UnsafeMutableRawPointer(agent)) }
        set(agent, "controlling-mode", controlling)
        set(agent, "upnp", false)
        set(agent, "ice-tcp", false)
        var local = NiceAddress()
        nice_address_init(&local)
        nice_address_set_from_string(&local, ip)
        nice_agent_add_local_address(agent, &local)
        let stream = nice_agent_add_stream(agent, 1)
        nice_agent_attach_recv(agent, stream, 1, context, { _, _, _, _, _, _ in }, nil)
        #expect(nice_agent_gather_candidates(agent, stream) != 0)
        #expect(nice_agent_set_remote_credentials(agent, stream, "local", STUNClient.password) != 0)
        addRemote(agent, stream, ip, port)
        let end = realNow + limit
        while realNow < end {
            while g_main_context_iteration(context, 0) != 0 {}
            let state = nice_agent_get_component_state(agent, stream, 1)
            if state == NICE_COMPONENT_STATE_READY || state == NICE_COMPONENT_STATE_FAILED { return state.rawValue }
            poll(nil, 0, 1)
        }
        return nice_agent_get_component_state(agent, stream, 1).rawValue
    }

    private func set(_ agent: OpaquePointer, _ property: String, _ value: Bool) {
        var boxed = GValue()
        g_value_init(&boxed, GType(5 << 2))  // G_TYPE_BOOLEAN, a macro
        g_value_set_boolean(&boxed, value ? 1 : 0)
        g_object_set_property(UnsafeMutableRawPointer(agent).assumingMemoryBound(to: GObject.self), property, &boxed)
    }

    private func addRemote(_ agent: OpaquePointer, _ stream: UInt32, _ ip: String, _ port: UInt16) {
        guard let candidate = nice_candidate_new(NICE_CANDIDATE_TYPE_HOST) else { return }
        candidate.pointee.component_id = 1
        candidate.pointee.stream_id = stream
        candidate.pointee.transport = NICE_CANDIDATE_TRANSPORT_UDP
        candidate.pointee.priority = MediaCandidate.priority(position: 0)
        nice_address_set_from_string(&candidate.pointee.addr, ip)
        nice_address_set_port(&candidate.pointee.addr, UInt32(port))
        let list = g_slist_append(nil, candidate)
        #expect(nice_agent_set_remote_candidates(agent, stream, 1, list) == 1)
        g_slist_free(list)
        nice_candidate_free(candidate)
    }

    @Test(
        "It becomes READY", arguments: ["127.0.0.1", "::1"],
        [
            (name: "aggressive", options: NICE_AGENT_OPTION_NONE, controlling: true),
            (name: "regular", options: NICE_AGENT_OPTION_REGULAR_NOMINATION, controlling: true),
            // We never take the controlling role: a peer that waits for us to has to be told (487).
            (name: "role conflict", options: NICE_AGENT_OPTION_NONE, controlling: false),
        ] as [(name: String, options: NiceAgentOption, controlling: Bool)])
    func becomesReady(ip: String, mode: (name: String, options: NiceAgentOption, controlling: Bool)) throws {
        let server = try MediaServer(configuration: MediaServerConfiguration(listen: (ip, 0)))
        try server.start { _ in }
        defer { server.stop() }
        #expect(server.send(.openPeer(.bare(1))))
        let port = server.endpoint(for: ParticipantID(1), in: RoomID(1)).candidates[0].port
        let state = try connect(ip, options: mode.options, controlling: mode.controlling, port: port)
        #expect(state == NICE_COMPONENT_STATE_READY.rawValue, "\(mode.name)")
        #expect((server.counters()[.stunAnswered] ?? 0) > 0)
        if !mode.controlling { #expect((server.counters()[.stunRoleConflict] ?? 0) > 0) }
    }
}

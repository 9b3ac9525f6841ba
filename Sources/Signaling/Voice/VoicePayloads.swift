import Control
import SFU

// The objects of docs/voice-gateway.md.

extension VoiceMember {
    /// Participant.
    func payload(in room: VoiceRoomState) -> JSONValue {
        [
            "user_id": .id(user), "username": .string(username), "nick": .stringOrNull(nick), "avatar": .stringOrNull(avatar),
            "self_mute": .bool(selfMute), "self_deaf": .bool(selfDeaf), "mute": .bool(rights.isServerMuted),
            "deaf": .bool(rights.isServerDeafened), "self_video": .bool(room.shows(user, .camera)),
            "self_stream": .bool(room.shows(user, .screen)),
        ]
    }

    /// StreamTier with what this member may do with each.
    var tiersPayload: JSONValue {
        .array(
            tiers.map { tier in
                guard case .object(var object) = tier.payload else { return tier.payload }
                object["may_publish"] = .bool(publishTiers.contains { $0.id == tier.id })
                object["may_watch"] = .bool(rights.watchTiers.contains { $0.id == tier.id })
                return .object(object)
            })
    }
}

extension VoiceSessionState {
    /// Ready without the lists of the room.
    func ready(port: UInt16, slots: [(purpose: SlotPurpose, count: Int)]) -> JSONObject {
        [
            "session_id": .string(id), "resume_token": .string(resumeToken.text), "user_id": .id(member.user),
            "stream_tiers": member.tiersPayload, "voice_bitrate": .int(Int64(member.rights.audioBitrate)),
            "slots": .object(JSONObject(slots.map { ($0.purpose.rawValue, .int(Int64($0.count))) })), "media_port": .int(Int64(port)),
        ]
    }

    var slotsPayload: JSONValue {
        ["slots": .array(slots.map(\.payload))]
    }

    var layersPayload: JSONValue {
        ["layers": .array(layers.map(\.payload))]
    }

    /// Publish Hint. Nothing may be sent of a source that the roles forbid: its ceilings are 0.
    func hint(_ source: TrackSource) -> JSONValue {
        let tier = member.mayShow ? member.rights.publishTier : nil
        return [
            "source": .string(source.rawValue),
            "encodings": .array((watched[source] ?? []).map { ["rid": .stringOrNull($0.rid), "watched": .bool($0.watched)] }),
            "max_height": .int(Int64(tier.map { min($0.width, $0.height) } ?? 0)), "max_framerate": .int(Int64(tier?.framerate ?? 0)),
            "max_bitrate": .int(Int64(tier?.bitrate ?? 0)),
        ]
    }
}

extension SlotAssignment {
    var payload: JSONValue {
        [
            "mid": .string(mid), "user_id": .stringOrNull(track.map { String($0.participant.rawValue) }),
            "source": .stringOrNull(track?.source.rawValue),
            "codec_unsupported": .bool(codecUnsupported),
        ]
    }
}

extension LayerReport {
    var payload: JSONValue {
        [
            "mid": .string(mid), "user_id": .string(String(track.participant.rawValue)), "source": .string(track.source.rawValue),
            "layer": layer.map { .int(Int64($0)) } ?? .null, "rid": .stringOrNull(rid), "width": .int(Int64(width)),
            "height": .int(Int64(height)),
            "bitrate": .int(Int64(bitrate)), "estimate": .int(Int64(estimate)), "reason": .string(reason.rawValue),
        ]
    }
}

extension SpeakerLevel {
    var payload: JSONValue {
        ["user_id": .string(String(participant.rawValue)), "level": .int(Int64(level))]
    }
}

extension PeerStatistics {
    var payload: JSONValue {
        [
            "round_trip_time": roundTripTime.map { .double($0) } ?? .null, "bytes_received": .unsigned(bytesReceived),
            "bytes_sent": .unsigned(bytesSent), "packets_received": .unsigned(packetsReceived), "packets_sent": .unsigned(packetsSent),
            "packets_lost": .int(packetsLost), "retransmitted": .unsigned(retransmitted), "estimate": .int(Int64(estimate)),
            "selected_address": .stringOrNull(selectedAddress),
        ]
    }
}

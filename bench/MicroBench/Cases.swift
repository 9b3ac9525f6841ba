import BenchRatios
import PacketPathParts
import SFU

/// Everything that is measured, in the order of a packet's way; then what signalling writes.
enum Cases {
    static func make() async throws -> [MicroCase] {
        let parse = ParseWork()
        let rewrite = RewriteWork(payload: VideoStream.payload)
        let gcm = try ProtectWork(.aeadAES128GCM)
        let cm = try ProtectWork(.aes128CMSHA180)
        let repair = RepairWork()
        let pacer = PacerWork()
        let forward = try ForwardingRoom(viewers: 10)
        let answer = try AnswerWork()
        let guild = try await GuildWork()
        return [
            MicroCase("parse", "header, six extensions and VP8 descriptor of a packet", run: parse.run),
            MicroCase("rewrite", "one packet of 1,200 B for one receiver: numbers, header, copy, VP8 indices", run: rewrite.run),
            MicroCase("protect-gcm", "SRTP of 1,200 B, AEAD_AES_128_GCM", run: gcm.run),
            MicroCase("protect-cm", "SRTP of 1,200 B, AES128_CM_SHA1_80", run: cm.run),
            MicroCase("nack", "64 packets recorded, a NACK read, 16 of them looked up", run: repair.run),
            MicroCase("pacer", "a frame of 30 packets queued and released", run: pacer.run),
            MicroCase("forward", "one packet of 1,200 B through MediaCore to ten viewers, GCM", run: forward.run),
            MicroCase("sdp-answer", "Chromium's offer of a microphone and a camera answered", run: answer.run),
            MicroCase("json-ready", "the user and guild list of READY encoded", run: guild.ready),
            MicroCase("json-guild", "GUILD_CREATE of 50 members made and encoded", run: guild.create),
        ]
    }
}

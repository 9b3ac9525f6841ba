"""Strangers on the UDP port: they get no answer, no memory and no log."""
import os, random, socket, struct, unittest
from server import Server, wait_until

PACKETS = 1_000_000
LOG_BYTES = 1 << 20
GROWTH_KIB = 8 * 1024


def noise(seed):
    """Kinds of bad packets: broken STUN, DTLS out of nowhere, RTP and RTCP of nobody, bytes."""
    r = random.Random(seed)
    stun = struct.pack("!HHI12s", 1, 0, 0x2112A442, r.randbytes(12))
    user = b"\x00\x06\x00\x09abcd:efgh\x00\x00\x00"
    return [
        stun, struct.pack("!HHI12s", 1, len(user), 0x2112A442, r.randbytes(12)) + user, struct.pack("!HHI12s", 1, 0xFFFC, 0x2112A442, r.randbytes(12)),
        b"\x16\xfe\xff" + r.randbytes(200), b"\x17\xfe\xfd" + r.randbytes(40), b"\x15\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x02\x28",
        b"\x80\x60" + r.randbytes(1100), b"\x9f\xff" + r.randbytes(30), b"\x80\xc9\x00\x01" + r.randbytes(4), b"\x81\xcd\xff\xff" + r.randbytes(20),
        r.randbytes(1), r.randbytes(700), b"\x00" * 20, b"\xff" * 60,
    ]


class Noise(unittest.TestCase):
    def test_a_million_bad_packets_cost_no_answer_no_log_and_no_memory(self):
        # Guards: no reply before an authenticated check (ICEAgentLite), no state for a stranger's address (MediaCore's address table),
        # no log line per packet (counters only). Each was broken once and this turned red.
        with Server() as s:
            s.register("anna")
            before, log_before = s.rss_kib(), s.log_bytes()
            sockets = []
            for _ in range(64):
                k = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                k.connect(("127.0.0.1", s.media_port))
                sockets.append(k)
            kinds = noise(1)
            for n in range(PACKETS):
                try:
                    sockets[n & 63].send(kinds[n % len(kinds)])
                except ConnectionRefusedError:
                    self.fail("nobody listens on the media port any more")
            for k in sockets:
                k.setblocking(False)
                with self.assertRaises(BlockingIOError):
                    k.recv(2048)
                k.close()
            self.assertIsNone(s.process.poll())
            self.assertEqual(s.request("GET", "/health")[0], 200)
            grown, logged = s.rss_kib() - before, s.log_bytes() - log_before
            print(f"\n    {PACKETS} bad packets: RSS +{grown} KiB, log +{logged} bytes")
            self.assertLess(logged, LOG_BYTES)
            self.assertLess(grown, GROWTH_KIB)


if __name__ == "__main__":
    unittest.main()

"""The packet path's figures, by the bench: real sockets, ICE, DTLS and SRTP. Skipped where parley-bench is not built."""
import os, re, socket, subprocess, unittest

import capture
from server import wait_until

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BENCH = os.path.join(ROOT, ".build", "simulation", "release", "parley-bench")


def run(name, **environment):
    done = subprocess.run([BENCH, name], capture_output=True, text=True, timeout=300, env={**os.environ, **environment})
    print("\n    " + done.stdout.strip().replace("\n", "\n    "))
    return done


def run_allocations():
    counter = os.path.join(ROOT, ".build", "simulation", "allocations.so")
    subprocess.run(["clang", "-O2", "-shared", "-fPIC", "-o", counter, os.path.join(ROOT, "bench", "shims", "allocations.c")], check=True)
    return run("allocations", LD_PRELOAD=counter)


@unittest.skipUnless(os.path.exists(BENCH), "parley-bench is not built")
class MediaPath(unittest.TestCase):
    def test_no_heap_allocation_between_the_10_000th_and_the_100_000th_packet(self):
        # The bench plants an allocation afterwards and fails if the counter does not see it.
        done = run_allocations()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"forwarded: 0; with one planted: [1-9]")

    @unittest.skipUnless(capture.available(), "a packet capture needs root")
    def test_a_capture_shows_no_plaintext(self):
        # F14. The bench's Opus packets begin with 0x78 and its VP8 packets' second byte is 0x80; sealed, one in 256 does.
        with capture.Capture() as wire:
            # The control: a packet that really is in the clear is seen as such.
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
                sink.bind(("127.0.0.1", 0))
                plain.sendto(b"\x80\x6f" + bytes(10) + b"\x78plain", sink.getsockname())
                wait_until(lambda: (111, b"\x78p") in wire.payloads, what="the packet in the clear")
            wire.payloads.clear()
            run_allocations()
        opus = [first for kind, first in wire.payloads if kind == 111]
        vp8 = [first for kind, first in wire.payloads if kind == 96]
        readable = sum(first[0] == 0x78 for first in opus), sum(first[1:] == b"\x80" for first in vp8)
        print(f"    captured {len(opus)} Opus and {len(vp8)} VP8 packets; {readable} begin as plaintext would")
        self.assertGreater(min(len(opus), len(vp8)), 500)
        self.assertLess(readable[0], len(opus) / 32)
        self.assertLess(readable[1], len(vp8) / 32)

    def test_delay_in_the_server(self):
        done = run("delay")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        p50, p99 = (min(map(int, each)) for each in zip(*re.findall(r"^parley  p50 (\d+) µs  p99 (\d+)", done.stdout, re.M)))
        ratio = float(re.search(r"p99 ratio ([\d.]+)", done.stdout).group(1))
        self.assertLessEqual(p50, 100)
        # Usually 1.2. Beside others on the machine both p99s are theirs, and the ratio of two is noise: then well below the promised millisecond is enough.
        if ratio > 2:
            self.assertLessEqual(p99, 250)


if __name__ == "__main__":
    unittest.main()

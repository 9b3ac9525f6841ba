"""The packet path's figures, by the bench: real sockets, ICE, DTLS and SRTP. Skipped where parley-bench is not built."""
import os, re, subprocess, unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BENCH = os.path.join(ROOT, ".build", "simulation", "release", "parley-bench")


def run(name, **environment):
    done = subprocess.run([BENCH, name], capture_output=True, text=True, timeout=300, env={**os.environ, **environment})
    print("\n    " + done.stdout.strip().replace("\n", "\n    "))
    return done


@unittest.skipUnless(os.path.exists(BENCH), "parley-bench is not built")
class MediaPath(unittest.TestCase):
    def test_no_heap_allocation_between_the_10_000th_and_the_100_000th_packet(self):
        # The bench plants an allocation afterwards and fails if the counter does not see it.
        counter = os.path.join(ROOT, ".build", "simulation", "allocations.so")
        subprocess.run(["clang", "-O2", "-shared", "-fPIC", "-o", counter, os.path.join(ROOT, "bench", "shims", "allocations.c")], check=True)
        done = run("allocations", LD_PRELOAD=counter)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"forwarded: 0; with one planted: [1-9]")

    def test_delay_in_the_server(self):
        done = run("delay")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        p50 = min(int(x) for x in re.findall(r"^parley  p50 (\d+)", done.stdout, re.M))
        ratio = float(re.search(r"p99 ratio ([\d.]+)", done.stdout).group(1))
        self.assertLessEqual(p50, 100)
        self.assertLessEqual(ratio, 2)


if __name__ == "__main__":
    unittest.main()

"""Start, stop, log: the figures that an operator was promised."""
import json, signal, statistics, unittest
from server import Server, wait_until

IDLE_RSS_KIB = 60_000_000 // 1024
READY_SECONDS = 0.3


class Lifecycle(unittest.TestCase):
    def test_sigterm_and_sigint_end_with_status_zero(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with Server() as s:
                s.register("anna")
                self.assertEqual(s.stop(number), 0, s.log())

    def test_accounts_survive_a_restart(self):
        with Server() as first:
            first.register("anna")
            first.stop()
            with Server(data=first.data) as second:
                status, _, answer = second.request("POST", "/api/v10/auth/login", {"login": "anna", "email": "anna@example.org", "password": "correct horse battery"})
                self.assertEqual(status, 200, answer)

    def test_ready_within_300_ms_of_the_start_with_an_existing_database(self):
        with Server() as first:
            first.register("anna")
            first.stop()
            seconds = []
            for _ in range(7):
                with Server(data=first.data) as again:
                    seconds.append(again.ready_seconds)
            print(f"\n    start to ready: median {statistics.median(seconds) * 1000:.0f} ms of {sorted(round(x * 1000) for x in seconds)}")
            self.assertLessEqual(statistics.median(seconds), READY_SECONDS)

    def test_idle_memory(self):
        with Server() as s:
            s.register("anna")
            wait_until(lambda: s.request("GET", "/ready")[0] == 200, what="/ready")
            print(f"\n    idle RSS: {s.rss_kib() / 1024:.1f} MiB")
            self.assertLessEqual(s.rss_kib(), IDLE_RSS_KIB)

    def test_health_and_readiness(self):
        with Server() as s:
            self.assertEqual(s.request("GET", "/health")[0], 200)
            self.assertEqual(s.request("GET", "/ready")[0], 200)

    def test_every_log_line_is_json_with_the_agreed_fields(self):
        with Server("--log-level", "debug") as s:
            s.register("anna")
            s.request("GET", "/api/v10/users/@me")
            s.stop()
            lines = s.log().splitlines()
            self.assertTrue(lines)
            for line in lines:
                entry = json.loads(line)
                for field in ("timestamp", "level", "service", "trace_id", "user_id", "message"):
                    self.assertIn(field, entry, line)
                self.assertNotIn("correct horse", line)


if __name__ == "__main__":
    unittest.main()

"""The command line, the environment and the file: what is taken, and what is said about what is not."""
import os, tempfile, unittest
from server import Server, parley


class CommandLine(unittest.TestCase):
    def refused(self, *args, env=None, says):
        status, out, errors = parley("serve", *args, env=env)
        self.assertNotEqual(status, 0, out)
        for text in says if isinstance(says, (list, tuple)) else [says]:
            self.assertIn(text, errors)
        self.assertNotIn("Fatal error", errors)

    def test_version_is_printed(self):
        for args in (["version"], ["--version"]):
            status, out, _ = parley(*args)
            self.assertEqual(status, 0)
            self.assertRegex(out, r"\d+\.\d+\.\d+")

    def test_help_names_every_option(self):
        status, out, _ = parley("serve", "--help")
        self.assertEqual(status, 0)
        for option in ("--data", "--http", "--media", "--media-workers", "--announce", "--tls-cert", "--tls-key", "--tls", "--registration",
                       "--public-url", "--allow-origin", "--log-level", "--config"):
            self.assertIn(option, out)

    def test_each_bad_value_is_named_with_what_would_be_right(self):
        self.refused("--http", "8080", says=["http: '8080'", "HOST:PORT"])
        self.refused("--http", "127.0.0.1:70000", says="http: '127.0.0.1:70000'")
        self.refused("--media", "nowhere", says="media: 'nowhere'")
        self.refused("--media-workers", "0", says=["media-workers: '0'", "1 to 64"])
        self.refused("--media-workers", "many", says="media-workers: 'many'")
        self.refused("--media", "0.0.0.0:65535", "--media-workers", "2", says="beyond 65535")
        self.refused("--registration", "maybe", says=["registration: 'maybe'", "open, invite or closed"])
        self.refused("--tls", "on", says=["tls: 'on'", "self-signed"])
        self.refused("--tls-cert", "a.pem", says="tls-cert needs tls-key")
        self.refused("--tls-key", "a.pem", says="tls-key needs tls-cert")
        self.refused("--tls", "self-signed", "--tls-cert", "a.pem", "--tls-key", "b.pem", says="exclude each other")
        self.refused("--tls-cert", "/nonexistent/a.pem", "--tls-key", "/nonexistent/b.pem", says="/nonexistent/a.pem")
        self.refused("--public-url", "voice.example.org", says="public-url: 'voice.example.org'")
        self.refused("--allow-origin", "https://a.example/path", says="allow-origin:")
        self.refused("--log-level", "loud", says="log-level: 'loud'")
        self.refused("--announce", "no.such.name.invalid", "--http", "127.0.0.1:0", "--media", "127.0.0.1:0", says="no.such.name.invalid")
        self.refused("--nonsense", says="--nonsense")

    def test_an_address_in_use_or_a_directory_that_cannot_be_written_is_said_plainly(self):
        with Server() as running:
            self.refused("--http", f"127.0.0.1:{running.port}", "--media", "127.0.0.1:0", "--data", running.data + "/other",
                         says=f"127.0.0.1:{running.port}")
            self.refused("--http", "127.0.0.1:0", "--media", f"127.0.0.1:{running.media_port}", "--data", running.data + "/other",
                         says=f"{running.media_port}")
        self.refused("--data", "/proc/parley", "--http", "127.0.0.1:0", "--media", "127.0.0.1:0", says="/proc/parley")

    def test_unknown_names_in_file_and_environment_are_refused(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("htpp: 127.0.0.1:0\n")
            file.flush()
            self.refused("--config", file.name, says=["'htpp'", file.name])
        self.refused(env={"PARLEY_HTPP": "127.0.0.1:0"}, says="PARLEY_HTPP")
        self.refused("--config", "/nonexistent.yaml", says="/nonexistent.yaml")

    def test_command_line_wins_over_environment_over_file(self):
        with tempfile.TemporaryDirectory() as d:
            path = os.path.join(d, "parley.yaml")
            with open(path, "w") as file:
                file.write("registration: closed\nmedia-workers: 2\nlog-level: debug\n")
            with Server("--config", path, "--log-level", "error", env={"PARLEY_REGISTRATION": "open"}) as s:
                s.register("anna")                       # open: the environment won over the file
                workers = [name for name in s.thread_names() if name.startswith("media-")]
                self.assertEqual(len(workers), 2)        # the file alone said so
                self.assertNotIn('"DEBUG"', s.log())     # the command line won over the file


if __name__ == "__main__":
    unittest.main()

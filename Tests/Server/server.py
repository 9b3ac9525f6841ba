"""Starts the real `parley` on free ports with a data directory of its own, and asks it things."""
import http.client, json, os, re, resource, signal, socket, ssl, subprocess, tempfile, threading, time

BINARY = os.environ["PARLEY_BINARY"]


def parley(*args, env=None, timeout=20):
    """Runs `parley ARGS` to its end: (exit status, stdout, stderr). In a directory of its own, for its data lie beside it unless it is told."""
    with tempfile.TemporaryDirectory(prefix="parley-test-") as place:
        done = subprocess.run([BINARY, *args], capture_output=True, text=True, timeout=timeout, env=clean_environment(env), cwd=place)
    return done.returncode, done.stdout, done.stderr


def read(path):
    with open(path) as file:
        return file.read()


def clean_environment(extra=None):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PARLEY_")}
    return {**kept, **(extra or {})}


class Server:
    """`with Server() as s:` – ready when entered, ended by SIGTERM when left. s.url, s.media_port, s.data, s.log()."""

    def __init__(self, *args, data=None, env=None):
        self.own = None if data else tempfile.TemporaryDirectory(prefix="parley-test-")
        self.data = data or self.own.name
        self.args, self.env = args, env

    def start(self):
        self.errors = tempfile.TemporaryFile(mode="w+")
        began = time.monotonic()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data", self.data, "--http", "127.0.0.1:0", "--media", "127.0.0.1:0", *self.args],
            stdout=subprocess.PIPE, stderr=self.errors, text=True, env=clean_environment(self.env))
        self.ready_line = self.process.stdout.readline()
        self.ready_seconds = time.monotonic() - began
        found = re.search(r"(https?)://[^ ]*:(\d+)", self.ready_line)
        if not found:
            self.process.wait(10)
            raise RuntimeError(f"not ready: {self.ready_line!r}\n{self.log()}")
        self.scheme, self.port = found.group(1), int(found.group(2))
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        self.media_port = int(re.search(r"UDP (\d+)", self.ready_line).group(1))
        # Drained so that the server never blocks on a full pipe.
        self.drain = threading.Thread(target=self.process.stdout.read, daemon=True)
        self.drain.start()
        return self

    def stop(self, signal_number=signal.SIGTERM, timeout=15):
        """Exit status after the signal."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        return self.process.wait(timeout)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.drain.join()
        self.process.stdout.close()
        self.errors.close()
        if self.own:
            self.own.cleanup()

    def log(self):
        self.errors.flush()
        return read(f"/proc/self/fd/{self.errors.fileno()}")

    def log_bytes(self):
        return os.fstat(self.errors.fileno()).st_size

    def thread_names(self):
        tasks = f"/proc/{self.process.pid}/task"
        return [read(f"{tasks}/{task}/comm").strip() for task in os.listdir(tasks)]

    def rss_kib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", read(f"/proc/{self.process.pid}/status")).group(1))

    def request(self, method, path, body=None, headers=None, token=None):
        """(status, headers, decoded body) of one request on a connection of its own."""
        context = ssl._create_unverified_context() if self.scheme == "https" else None
        connection = (http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=context) if context
                      else http.client.HTTPConnection("127.0.0.1", self.port, timeout=20))
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, (bytes, str)):
            body, headers["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        data = response.read()
        connection.close()
        if response.headers.get("Content-Type") == "application/json":
            data = json.loads(data) if data else None
        return response.status, response.headers, data

    def register(self, name):
        """A new account; the answer of POST /auth/register."""
        status, _, answer = self.request(
            "POST", "/api/v10/auth/register", {"username": name, "email": f"{name}@example.org", "password": "correct horse battery"})
        assert status == 201, (status, answer)
        return answer


def wait_until(condition, seconds=10, what="condition"):
    """The condition's value as soon as it is true; fails after so many seconds."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while time.monotonic() < end:
        if value := condition():
            return value
        pause.wait(0.02)
    raise AssertionError(f"not within {seconds} s: {what}")

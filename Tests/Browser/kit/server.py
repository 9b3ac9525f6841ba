"""The server under test: the real binary, on free ports, with a fresh data directory."""
import http.client, json, os, shutil, signal, socket, subprocess, tempfile, time


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Parley:
    def __init__(self, binary, log, netns=None, host="127.0.0.1", media_host="0.0.0.0", arguments=(), http_port=None, media_port=None):
        self.binary, self.log_path, self.netns, self.host = binary, log, netns, host
        self.http_port = http_port or free_port()
        self.media_port = media_port or free_port(socket.SOCK_DGRAM)
        self.media_host, self.arguments = media_host, list(arguments)
        self.data = tempfile.mkdtemp(prefix="parley-data-")
        self.url = f"http://{host}:{self.http_port}/"
        self.process, self.addresses = None, 1

    def start(self):
        argv = [self.binary, "serve", "--data", self.data, "--http", f"{self.host}:{self.http_port}",
                "--media", f"{self.media_host}:{self.media_port}", *self.arguments]
        if self.netns:
            argv = ["ip", "netns", "exec", self.netns, *argv]
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        return self

    def ready(self):
        try:
            return self.request("GET", "/ready")[0] == 200
        except OSError:
            return False

    def wait_ready(self, seconds=15):
        began = time.monotonic()
        while not self.ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}: {open(self.log_path, errors='replace').read()[-2000:]}")
            if time.monotonic() - began > seconds:
                raise TimeoutError("the server did not become ready")
            time.sleep(0.02)   # polling interval of a condition, bounded above
        return time.monotonic() - began

    def request(self, method, path, body=None, token=None, source=None):
        """One REST call. Every account gets a source address of its own in 127/8: sign-ups are limited per address."""
        def call():
            c = http.client.HTTPConnection(self.host, self.http_port, timeout=10, source_address=(source, 0) if source else None)
            headers = {"content-type": "application/json"} if body is not None else {}
            if token:
                headers["authorization"] = f"Bearer {token}"
            c.request(method, path, json.dumps(body) if body is not None else None, headers)
            r = c.getresponse()
            raw = r.read()
            c.close()
            kind = r.getheader("content-type") or ""
            return r.status, json.loads(raw) if raw and kind.startswith("application/json") else raw
        if self.netns:
            from . import netsim
            return netsim.in_netns(self.netns, call)
        return call()

    def call(self, method, path, body=None, token=None, source=None):
        status, answer = self.request(method, "/api/v10" + path, body, token, source)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer

    def register(self, name):
        self.addresses += 1
        source = None if self.netns else f"127.0.0.{self.addresses}"
        return self.call("POST", "/auth/register", {"username": name, "email": f"{name}@example.com", "password": "correct horse 7"}, source=source)

    def stop(self, how=signal.SIGTERM, seconds=10):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, how)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()
        return self.process.returncode

    def __enter__(self):
        self.start()
        self.wait_ready()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)

"""HTTPS and the sockets on it: files, a certificate of our own, and renewal while the server runs."""
import asyncio, os, signal, socket, ssl, stat, subprocess, tempfile, unittest
from gateway import Person, Socket
from server import Server, read, wait_until


def certificate(directory, name):
    cert, key = os.path.join(directory, "cert.pem"), os.path.join(directory, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def shown(port):
    """The certificate that the server shows now (DER)."""
    context = ssl._create_unverified_context()
    with socket.create_connection(("127.0.0.1", port), 10) as plain, context.wrap_socket(plain) as tls:
        return tls.getpeercert(binary_form=True), tls.version()


def der(path):
    return ssl.PEM_cert_to_DER_cert(read(path))


class TLS(unittest.TestCase):
    def test_self_signed_is_kept_over_restarts_and_its_key_is_private(self):
        with Server("--tls", "self-signed") as s:
            self.assertEqual(s.request("GET", "/health")[0], 200)
            key = os.path.join(s.data, "self-signed-key.pem")
            self.assertEqual(stat.S_IMODE(os.stat(key).st_mode), 0o600)
            first, version = shown(s.port)
            self.assertIn(version, ("TLSv1.2", "TLSv1.3"))
            s.stop()
            with Server("--tls", "self-signed", data=s.data) as again:
                self.assertEqual(shown(again.port)[0], first)

    def test_sighup_shows_the_renewed_certificate_and_keeps_the_old_one_when_the_new_is_broken(self):
        with tempfile.TemporaryDirectory() as d:
            cert, key = certificate(d, "first")
            with Server("--tls-cert", cert, "--tls-key", key) as s:
                self.assertEqual(shown(s.port)[0], der(cert))
                certificate(d, "second")
                renewed = der(cert)
                s.process.send_signal(signal.SIGHUP)
                wait_until(lambda: shown(s.port)[0] == renewed, what="the renewed certificate")
                with open(cert, "w") as broken:
                    broken.write("not a certificate\n")
                s.process.send_signal(signal.SIGHUP)
                wait_until(lambda: "tls-cert" in s.log(), what="a log line about the broken file")
                self.assertEqual(shown(s.port)[0], renewed)
                self.assertEqual(s.request("GET", "/health")[0], 200)


class Sockets(unittest.IsolatedAsyncioTestCase):
    async def test_both_gateways_and_rest_work_over_tls_and_say_so(self):
        server = await asyncio.to_thread(Server("--tls", "self-signed").start)
        try:
            ada = await Person.sign_in(server)               # REST and /gateway
            self.assertTrue(ada.gateway.url.startswith("wss://"))
            self.assertEqual(ada.ready["resume_gateway_url"], f"wss://127.0.0.1:{server.port}/gateway")
            self.assertEqual((await ada.ask("GET", "/gateway"))["url"], f"wss://127.0.0.1:{server.port}/gateway")
            voice = await ada.join()                         # /voice
            self.assertEqual(ada.endpoint, f"127.0.0.1:{server.port}")
            await voice.send(3, {"t": 7, "seq_ack": 1})
            self.assertEqual((await voice.expect(6))["t"], 7)
            self.assertEqual((await ada.ask("GET", "/users/@me"))["id"], ada.id)
            # A session goes on over TLS too.
            await ada.gateway.socket.close(4000)
            again = await Socket.open(server, "/gateway")
            await again.expect(10)
            await again.send(6, {"token": ada.token, "session_id": ada.ready["session_id"], "seq": 2})
            await again.expect(0, "RESUMED")
            with self.assertRaises(Exception):               # control: the port speaks nothing but TLS
                server.scheme = "http"
                await Socket.open(server, "/gateway")
        finally:
            server.scheme = "https"
            await asyncio.to_thread(server.__exit__)

    async def test_sockets_outlive_a_renewed_certificate(self):
        with tempfile.TemporaryDirectory() as d:
            cert, key = certificate(d, "first")
            server = await asyncio.to_thread(Server("--tls-cert", cert, "--tls-key", key).start)
            try:
                ada = await Person.sign_in(server)
                certificate(d, "second")
                server.process.send_signal(signal.SIGHUP)
                await asyncio.to_thread(wait_until, lambda: shown(server.port)[0] == der(cert), what="the renewed certificate")
                await ada.gateway.send(1, None)
                await ada.gateway.expect(11)
            finally:
                await asyncio.to_thread(server.__exit__)


if __name__ == "__main__":
    unittest.main()

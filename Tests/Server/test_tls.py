"""HTTPS: files, a certificate of our own, and renewal while the server runs."""
import os, signal, socket, ssl, stat, subprocess, tempfile, unittest
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


if __name__ == "__main__":
    unittest.main()

"""The page, and what pages of other origins may not do."""
import unittest
from server import Server


class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def test_the_page_and_its_modules_come_with_a_policy_and_a_validator(self):
        for path, kind in (("/", "text/html"), ("/invite/abc", "text/html"), ("/js/main.js", "text/javascript")):
            status, headers, body = self.server.request("GET", path)
            self.assertEqual(status, 200, path)
            self.assertTrue(headers["Content-Type"].startswith(kind), headers["Content-Type"])
            self.assertTrue(body)
            policy = headers["Content-Security-Policy"]
            self.assertIn("script-src 'self'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            status, _, body = self.server.request("GET", path, headers={"If-None-Match": headers["ETag"]})
            self.assertEqual((status, body), (304, b""))

    def test_paths_do_not_leave_the_table(self):
        for path in ("/../etc/passwd", "/js/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/js/", "/nothing.js", "/js//main.js\\..\\x"):
            self.assertIn(self.server.request("GET", path)[0], (400, 404), path)

    def test_another_origin_may_not_change_anything_nor_open_a_gateway(self):
        # Guards: the origin check of state-changing requests in Control's middleware and UpgradePolicy. Each was broken once and this turned red.
        account = {"username": "eve", "email": "eve@example.org", "password": "correct horse battery"}
        status, headers, _ = self.server.request("POST", "/api/v10/auth/register", account, headers={"Origin": "https://evil.example"})
        self.assertEqual(status, 403)
        self.assertNotIn("Access-Control-Allow-Origin", headers)
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        for path in ("/gateway", "/voice"):
            self.assertEqual(self.server.request("GET", path, headers={**upgrade, "Origin": "https://evil.example"})[0], 403, path)


if __name__ == "__main__":
    unittest.main()

"""What is in the shipped binary, what must not be, and which versions it stands on."""
import json, os, subprocess, unittest
from server import BINARY

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SIMULATOR = os.path.join(ROOT, ".build", "simulation", "release", "parley-sim")

# Below these versions published holes are open (docs/architecture.md).
OPENSSL_FLOOR = "3.0.22-1~deb12u2"
PACKAGE_FLOORS = {"swift-nio": (2, 100, 0), "swift-nio-http2": (1, 44, 1), "jwt-kit": (5, 0, 0)}
FORBIDDEN_PACKAGES = {"jose-swift"}


def symbols(binary, *options):
    return subprocess.run(["nm", *options, binary], capture_output=True, text=True, check=True).stdout


class Binary(unittest.TestCase):
    def test_seeded_keys_exist_in_the_simulator_and_not_in_the_server(self):
        # Guard: `#if DEBUG || Simulation` around Handshake.seeded and the keys made from a seed. The simulator is the control: the name is looked for rightly.
        self.assertNotIn("SRTPKeyingMaterialV7profile4seed", symbols(BINARY))
        if os.path.exists(SIMULATOR):
            self.assertIn("SRTPKeyingMaterialV7profile4seed", symbols(SIMULATOR))

    def test_libnice_is_used_for_its_messages_and_never_for_its_agent(self):
        wanted = symbols(BINARY, "-D", "--undefined-only")
        self.assertIn("stun_agent_validate", wanted)
        self.assertNotIn("nice_agent_", wanted)

    def test_no_sctp_is_linked(self):
        self.assertNotIn("usrsctp", symbols(BINARY))


class Supply(unittest.TestCase):
    def test_openssl_has_the_fixes_to_dtls(self):
        installed = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "libssl3"], capture_output=True, text=True, check=True).stdout
        newer = subprocess.run(["dpkg", "--compare-versions", installed, "ge", OPENSSL_FLOOR])
        self.assertEqual(newer.returncode, 0, installed)

    def test_packages_are_not_below_their_floors(self):
        with open(os.path.join(ROOT, "Package.resolved")) as file:
            pins = {p["identity"]: p["state"].get("version", "") for p in json.load(file)["pins"]}
        self.assertFalse(FORBIDDEN_PACKAGES & set(pins))
        for name, floor in PACKAGE_FLOORS.items():
            self.assertGreaterEqual(tuple(int(x) for x in pins[name].split(".")), floor, name)


if __name__ == "__main__":
    unittest.main()

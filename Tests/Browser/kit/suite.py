"""What scenarios share: servers, browsers, rooms, and the counting of checks."""
import asyncio, contextlib, os, shutil, time, traceback

from . import browser
from .person import Person
from .server import Parley


class Room:
    def __init__(self, server, guild, channel, people):
        self.server, self.guild, self.channel, self.people = server, guild, channel, people


class Suite:
    def __init__(self, binary, artifacts):
        self.binary, self.artifacts = binary, artifacts
        self.passed, self.failed, self.scenario = 0, 0, ""
        self.browsers, self.stack = {}, contextlib.AsyncExitStack()
        self.shared = None
        self.figures, self.left_out = [], []

    # Checks

    def check(self, name, right, detail=""):
        self.passed += bool(right)
        self.failed += not right
        print(f"{'ok  ' if right else 'FAIL'} {self.scenario}: {name}{f'  ({detail})' if detail != '' else ''}", flush=True)
        return bool(right)

    @contextlib.asynccontextmanager
    async def attempt(self, name):
        """A check that passes when its block ends."""
        began = time.monotonic()
        try:
            yield
            self.check(name, True, f"{time.monotonic() - began:.1f} s")
        except (AssertionError, browser.JSError, TimeoutError, ConnectionError, RuntimeError, OSError) as error:
            self.check(name, False, f"{type(error).__name__}: {str(error)[:600]}")

    def figure(self, text):
        self.figures.append(f"{self.scenario}: {text}")

    def leave_out(self, name, what):
        """A scenario that cannot run here: said at once and again at the end."""
        print(f"skip {name}: {what}", flush=True)
        self.left_out.append(what)

    async def run(self, name, scenario, seconds):
        self.scenario, began = name, time.monotonic()
        try:
            await asyncio.wait_for(scenario(self), seconds)
        except Exception as error:
            self.check("ran to its end", False, f"{type(error).__name__}: {str(error)[:600]}")
            with open(self.path("traceback.txt"), "a") as f:
                traceback.print_exc(file=f)
        print(f"     {name}: {time.monotonic() - began:.1f} s", flush=True)

    def path(self, name):
        return os.path.join(self.artifacts, f"{self.scenario}-{name}")

    # Servers and browsers

    @contextlib.contextmanager
    def server(self, **options):
        with Parley(self.binary, self.path("server.log"), **options) as server:
            yield server

    def common_server(self):
        """One warm server for the scenarios that do not need one of their own."""
        if not self.shared:
            self.shared = self.stack.enter_context(Parley(self.binary, os.path.join(self.artifacts, "server.log")))
        return self.shared

    async def browser(self, kind):
        """One process of each kind; every page has a context of its own."""
        if kind not in self.browsers:
            self.browsers[kind] = await self.launch(kind, self.stack)
        return self.browsers[kind]

    async def launch(self, kind, stack, **options):
        env = stack.enter_context(browser.NullAudio()) if kind == "firefox" else None
        return await stack.enter_async_context(await browser.launch(kind, env=env, **options))

    async def close(self):
        await self.stack.aclose()

    # Rooms

    def house(self, server, *people):
        """Accounts by REST: the first one founds a community, the others follow its invite. Answers (guild, voice channel)."""
        for person in people:
            if not person.grant:
                person.account(server)
        owner = people[0]
        guild = server.call("POST", "/guilds", {"name": f"{owner.name}’s table"}, owner.token)["id"]
        channels = server.call("GET", f"/guilds/{guild}/channels", token=owner.token)
        channel = next(c["id"] for c in channels if c["type"] == 2)
        for person in people[1:]:
            code = server.call("POST", f"/channels/{channel}/invites", {}, owner.token)["code"]
            server.call("POST", f"/invites/{code}", {}, person.token)
        return guild, channel

    @contextlib.asynccontextmanager
    async def room(self, *seats, server=None, preferences=None):
        """`seats` are (person, kind of browser, or a browser). Pages are opened but nobody has joined yet. Screenshots are kept at the end."""
        server = server or self.common_server()
        people = [person for person, _ in seats]
        guild, channel = self.house(server, *people)
        try:
            for person, kind in seats:
                at = await self.browser(kind) if isinstance(kind, str) else kind
                await person.open(at, server, preferences=preferences)
            yield Room(server, guild, channel, people)
        finally:
            await self.part(*people)

    async def part(self, *people):
        for person in people:
            if not person.page:
                continue
            with contextlib.suppress(Exception):
                await asyncio.wait_for(person.page.screenshot(self.path(f"{person.name}.png")), 10)
            with contextlib.suppress(Exception):
                self.keep_story(person, await asyncio.wait_for(person.page.eval("K.layers"), 5))
            with contextlib.suppress(Exception):
                errors = await asyncio.wait_for(person.errors(), 5)
                self.check(f"{person.name}'s page had no error", not errors, errors or "")
            with contextlib.suppress(Exception):
                await asyncio.wait_for(person.page.close(), 5)

    def keep_story(self, person, layers):
        """What the server said about this person's layers, and when: the first thing to read when a picture had the wrong size."""
        if layers:
            with open(self.path(f"{person.name}-layers.txt"), "w") as f:
                f.writelines(f"{at / 1000:.2f}  {'; '.join(slots)}\n" for at, *slots in layers)

    def judge_picture(self, name, report, code, encoded=None, age=300, gap=500):
        """The issue's bounds for one watched picture."""
        r = report
        self.check(f"{name}: pictures are right", r["frames"] >= 30 and r["right"] >= 0.99 * r["frames"] and list(r["ids"]) == [str(code)],
                   f"{r['right']} of {r['frames']} frames, sizes {r['sizes']}, senders {r['ids']}")
        if encoded:
            self.check(f"{name}: pictures presented", r["presented"] >= 0.9 * encoded, f"{r['presented']} of {encoded} encoded")
        self.check(f"{name}: picture age", r["p95"] is not None and r["p95"] <= age, f"p50 {r['p50']} ms, p95 {r['p95']} ms")
        self.check(f"{name}: longest gap", r["gap"] <= gap, f"{r['gap']} ms")


def fresh(path):
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


__all__ = ["Person", "Suite", "fresh"]

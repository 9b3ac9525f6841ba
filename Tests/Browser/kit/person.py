"""Somebody at a browser: a real page, used by its buttons."""
import asyncio, json, os

INJECT = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "inject.js")).read()
SESSION_KEY = "parley.session"


class Person:
    """`code` names the pictures (1…255) and `hz` the voice of this person; `real`: with the browser's own fake devices instead."""

    def __init__(self, name, code, hz, camera=None, screen=None, refuse=None, real=False):
        size = {"width": 1280, "height": 720, "fps": 30, "noise": False}
        self.name = name
        self.settings = {"hz": hz, "real": real, "refuse": refuse or {}, "camera": {"id": code, **size, **(camera or {})},
                         "screen": {"id": code + 100, **size, "fps": 15, **(screen or {})}}
        self.id, self.page, self.grant = None, None, None

    @property
    def init(self):
        return f"const settings = {json.dumps(self.settings)};\n{INJECT}"

    def account(self, server):
        """Makes the account by REST; the page then starts signed in."""
        self.grant = server.register(self.name)
        self.id = self.grant["user"]["id"]
        return self

    @property
    def token(self):
        return self.grant["access_token"]

    async def open(self, browser, server, path="", preferences=None):
        self.page = await browser.new_page(server.url + path, self.init + self.seed(preferences))
        return self

    def seed(self, preferences):
        """Signs in before the page's scripts run, unless the page has a session of its own by then."""
        lines = ""
        if self.grant:
            g = self.grant
            lines += f"const grant = {json.dumps(g)};\n" \
                     f"if (location.protocol.startsWith('http') && !localStorage.getItem('{SESSION_KEY}')) localStorage.setItem('{SESSION_KEY}', JSON.stringify({{accessToken: grant.access_token, " \
                     "refreshToken: grant.refresh_token, expiresAt: Date.now() + grant.expires_in * 1000, user: grant.user}));\n"
        if preferences:
            lines += f"if (location.protocol.startsWith('http') && !localStorage.getItem('parley.preferences')) localStorage.setItem('parley.preferences', {json.dumps(json.dumps(preferences))});\n"
        return lines

    # Conditions. Each waits until it holds, or fails with a sentence.

    async def until(self, condition, what, seconds=10):
        value = await self.holds(f"() => {condition}", seconds)
        if value is None:   # an element comes back as {}
            raise AssertionError(f"{self.name}: {what} did not happen within {seconds} s")
        return value

    async def holds(self, function, seconds):
        return await self.page.eval(f"K.until({function}, {int(seconds * 1000)})", timeout=seconds + 30)

    async def click(self, selector, what=None, seconds=10):
        await self.until(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); return e && !e.hidden && !e.disabled && (e.click(), true); }})()",
                         what or f"a click on {selector}", seconds)

    async def fill(self, name, value):
        await self.until(f"(() => {{ const e = document.querySelector('[name={name}]'); if (!e) return false; e.value = {json.dumps(value)}; e.dispatchEvent(new Event('input', {{bubbles: true}})); return true; }})()",
                         f"the field {name}")

    async def introduce(self, email, password, username=None):
        """Fills in the door's form."""
        for name, value in (("username", username), ("email", email), ("password", password)):
            if value:
                await self.fill(name, value)

    # What a person does

    async def enter(self, channel, seconds=15):
        """Joins a room from the list and waits until the media path is up."""
        await self.click(f'.room[data-channel-id="{channel}"] .room-join', f"the join button of {channel}", seconds)
        await self.connected(seconds)

    async def connected(self, seconds=15):
        await self.until("document.querySelector('parley-stage').dataset.call === 'connected'", "the call's connection", seconds)

    async def leave(self):
        await self.click('[data-control="leave"]')
        await self.until("document.querySelector('parley-stage').dataset.call === 'none'", "the end of the call")

    async def camera(self):
        await self.click('[data-control="camera"]')

    async def choose(self, opener, label):
        """A line of the menu that a button opens, by how it begins; the last one of those."""
        await self.click(opener)
        await self.until(f"(i => i && (i.click(), true))([...document.querySelectorAll('.popover .menu-item')].findLast(i => i.textContent.startsWith({json.dumps(label)})))", label)

    async def set(self, label):
        """Throws a switch in the settings."""
        await self.click(".me [data-action=settings]")
        await self.until(f"(t => t && (t.querySelector('input').click(), true))([...document.querySelectorAll('dialog .toggle')].find(t => t.textContent.includes({json.dumps(label)})))", label)
        await self.click("dialog .icon-button")

    async def told(self, pattern, seconds=10):
        """A passing notice."""
        return await self.until(f"[...document.querySelectorAll('.toast span')].map(s => s.textContent).find(t => /{pattern}/.test(t))", f"the words {pattern}", seconds)

    async def share(self):
        await self.click('[data-control="screen"]')

    # What a person perceives

    async def sees(self, other, source="camera", seconds=10):
        await self.until(f"K.tile('{other.id}', '{source}')?.dataset.picture === 'live'", f"a picture of {other.name}'s {source}", seconds)

    async def hears(self, *others, seconds=15):
        """Exactly these voices, each at its own pitch, and nobody else."""
        wanted = {f"{o.id}/microphone": o.settings["hz"] for o in others}
        test = ("() => { const want = %s, got = K.tones(); const keys = Object.keys(got); "
                "return keys.length === Object.keys(want).length && keys.every(k => Math.abs(got[k].hz - want[k]) <= 15 && got[k].snr > 10) && got; }" % json.dumps(wanted))
        value = await self.holds(test, seconds)
        if value is None:
            got = await self.page.call("K.tones")
            raise AssertionError(f"{self.name} should hear {wanted} and hears {got}")
        return value

    async def watch(self, other, source="camera", frames=90, seconds=20):
        """Counts and decodes the presented frames of one picture until there are enough."""
        await self.page.call("K.watch", other.id, source)
        await self.holds(f"() => K.readers.get('{other.id}/{source}').frames >= {frames}", seconds)
        return await self.page.call("K.report", other.id, source)

    async def sent(self, source, rid=None):
        return await self.page.call("K.sent", source, rid)

    async def tile(self, other, source="camera"):
        return await self.page.eval(f"({{...K.tile('{other.id}', '{source}').dataset}})")

    async def size_is(self, other, size, seconds=2, source="camera"):
        """The picture has this size, measured at frames that were presented."""
        await self.until(f"(() => {{ const v = K.tile('{other.id}', '{source}').querySelector('video'); return `${{v.videoWidth}}x${{v.videoHeight}}` === '{size}'; }})()",
                         f"a picture of {size}", seconds)

    async def errors(self):
        return await self.page.eval("K.errors")

    async def notice(self, key, seconds=10):
        await self.until(f"document.querySelector('[data-notice=\"{key}\"]')", f"the notice {key}", seconds)
        return await self.page.eval(f"document.querySelector('[data-notice=\"{key}\"]').textContent")


async def together(*work):
    return await asyncio.gather(*work)

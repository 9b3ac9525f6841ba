"""Three simulcast layers: each tier switch brings its size within 2 s, and what nobody watches stops being sent within 2 s."""
import time

from kit.person import together
from kit.suite import Person

# The guild's tiers are set so that each cuts the ladder of a 1280×720 capture at another rung.
TIERS = {"Low": (320, 180, 400_000, "320x180"), "Medium": (640, 360, 900_000, "640x360"), "High": (1920, 1080, 2_500_000, "1280x720")}


async def run(suite):
    sender, viewer = Person("sven", 40, 700), Person("vera", 41, 900)
    async with suite.room((sender, "chromium"), (viewer, "chromium")) as room:
        path = f"/guilds/{room.guild}/stream-tiers"
        for tier in room.server.call("GET", path, token=sender.token):
            width, height, bitrate, _ = TIERS[tier["name"]]
            room.server.call("PATCH", f"{path}/{tier['id']}", {"width": width, "height": height, "bitrate": bitrate, "framerate": 30}, sender.token)
        await together(sender.enter(room.channel), viewer.enter(room.channel))
        await sender.camera()
        await viewer.sees(sender)
        # 1 s as a rule, 4 s on a machine that has other work too: Chromium begins with its smallest encoding then. A probe that the machine itself delays
        # by 40 ms counts as failed, and the next comes after 3 s (Prober).
        async with suite.attempt("Auto reaches the full size"):
            await viewer.size_is(sender, "1280x720", 10)
        for name in ("Low", "Medium", "High", "Low", "High"):
            await switch(suite, viewer, sender, name)
        await unwatched(suite, viewer, sender)
        report = await viewer.watch(sender, frames=60)
        suite.judge_picture("after the switches", report, 40)


async def switch(suite, viewer, sender, name):
    size = TIERS[name][3]
    async with suite.attempt(f"{name} shows {size} within 2 s"):
        await watch(viewer, name)
        began = time.monotonic()
        await viewer.size_is(sender, size, 2)
        suite.figure(f"switch to {name} {(time.monotonic() - began) * 1000:.0f} ms")


async def unwatched(suite, viewer, sender):
    async with suite.attempt("what nobody watches stops within 2 s, and comes back"):
        await watch(viewer, "Low")
        await viewer.size_is(sender, "320x180", 2)
        await sender.until("K.connection().getSenders()[1].getParameters().encodings.filter(e => e.active).map(e => e.rid).join() === 'q'", "the pause of h and f", 2)
        await watch(viewer, "High")
        await viewer.size_is(sender, "1280x720", 3)


async def watch(viewer, tier):
    """The menu has the tiers twice, to watch in and to send in: the first ones are meant."""
    await viewer.click('[data-control="settings"]')
    await viewer.until(f"(i => i && (i.click(), true))([...document.querySelectorAll('.popover .menu-item')].find(i => i.textContent.startsWith('{tier}')))", "the tier")

"""Two people, each pair of browsers: the right voice and no other, the right pictures, in time."""
from kit.person import together
from kit.suite import Person

PAIRS = [("chromium", "chromium"), ("firefox", "firefox"), ("chromium", "firefox")]


async def run(suite):
    for i, (one, other) in enumerate(PAIRS):
        name = f"{one}–{other}"
        # Two encoders and two decoders on two cores: 640×360 leaves them room.
        small = {"width": 640, "height": 360, "fps": 24}
        a = Person(f"anna{i}", 10 + 4 * i, 700 + 100 * i, camera=small, screen={**small, "fps": 12, "hz": 3000 + 200 * i})
        b = Person(f"bert{i}", 11 + 4 * i, 1500 + 100 * i, camera=small)
        async with suite.room((a, one), (b, other)) as room:
            await pair(suite, name, room, a, b, one, other)


async def pair(suite, name, room, a, b, one, other):
    async with suite.attempt(f"{name}: both join"):
        await together(a.enter(room.channel), b.enter(room.channel))
    async with suite.attempt(f"{name}: each hears the other, and nobody else"):
        await together(a.hears(b), b.hears(a))
    async with suite.attempt(f"{name}: cameras are seen"):
        await together(a.camera(), b.camera())
        await together(a.sees(b), b.sees(a))
    await measure(suite, f"{name}: camera", a, b, "camera", one)
    if one != other:
        await measure(suite, f"{name}: camera back", b, a, "camera", other)
    async with suite.attempt(f"{name}: a screen with its sound"):
        await a.share()
        await b.sees(a, "screen")
        hz = a.settings["screen"]["hz"]
        await b.until(f"(h => Math.abs((h['{a.id}/screen-audio']?.hz ?? 0) - {hz}) <= 20 && Math.abs((h['{a.id}/microphone']?.hz ?? 0) - {a.settings['hz']}) <= 15)(K.tones())", "voice and screen sound", 15)
    await measure(suite, f"{name}: screen", a, b, "screen", one)
    async with suite.attempt(f"{name}: muted is silent, and deafened hears nothing"):
        await a.click('[data-control="microphone"]')
        await b.until(f"!K.tones()['{a.id}/microphone']", "silence")
        await a.click('[data-control="microphone"]')
        await b.until(f"K.tones()['{a.id}/microphone']", "the voice again")
        await a.click('[data-control="ears"]')
        await a.hears()


async def measure(suite, name, sender, viewer, source, kind):
    await viewer.page.call("K.watch", sender.id, source)
    # Steady state: what is judged is the picture that is on, not the moments of its start.
    await viewer.until(f"K.readers.get('{sender.id}/{source}').frames >= 15", "the first frames", 15)
    before = await sender.sent(source)
    report = await viewer.watch(sender, source, frames=90 if source == "camera" else 45)
    after = await sender.sent(source)
    rid = (await viewer.tile(sender, source)).get("layer") or "f"
    encoded = {r["rid"]: r["framesEncoded"] for r in after}.get(rid, 0) - {r["rid"]: r["framesEncoded"] for r in before}.get(rid, 0)
    code = sender.settings[source]["id"]
    suite.judge_picture(name, report, code, encoded if kind == "chromium" else None)
    suite.figure(f"{name} age p50 {report['p50']} p95 {report['p95']} ms, gap {report['gap']} ms, {report['presented'] / report['seconds']:.1f} fps")

"""Media over plain HTTP: aiortc publishes by WHIP, another aiortc watches by WHEP, and the page shows the guest like anybody else."""
import statistics

from kit.http_media import Publisher, Viewer
from kit.suite import Person

CODE, HZ = 77, 1300


async def run(suite):
    guest, watcher, page = Person("vlog", CODE, HZ), Person("wim", 78, 700), Person("xenia", 79, 900)
    server = suite.common_server()
    async with suite.room((page, "chromium")) as room:
        for person in (guest, watcher):
            person.account(server)
            code = server.call("POST", f"/channels/{room.channel}/invites", {}, page.token)["code"]
            server.call("POST", f"/invites/{code}", {}, person.token)
        publisher = Publisher(server, room.channel, guest.token, CODE, HZ)
        await page.enter(room.channel)
        async with suite.attempt("WHIP: the offer is answered"):
            await publisher.start()
        try:
            await sessions(suite, server, room, guest, watcher, page)
        finally:
            status = await publisher.stop()
        async with suite.attempt("DELETE ends the WHIP session, and the guest is gone"):
            assert status in (200, 204), status
            await page.until(f"!K.tile('{guest.id}', 'camera')", "the guest's going")


async def sessions(suite, server, room, guest, watcher, page):
    async with suite.attempt("the page shows and plays the guest"):
        await page.sees(guest, seconds=15)
        await page.hears(guest)
    report = await page.watch(guest, frames=45)
    # aiortc is a slow sender in Python; what is judged is that its pictures come through right.
    suite.check("the guest's pictures are right", report["right"] >= 0.99 * report["frames"] and list(report["ids"]) == [str(CODE)], f"{report}")
    times = []
    for i in range(5):
        viewer = Viewer(server, room.channel, watcher.token, guest.id)
        try:
            await viewer.start()
            await viewer.until(lambda: viewer.right >= (30 if i == 0 else 1), 12, "WHEP pictures")
            if i == 0:
                await viewer.until(lambda: abs(viewer.pitch() - HZ) <= 15, 8, "the guest's voice by WHEP")
                suite.check("WHEP: pictures are right, and the voice is the guest's", viewer.right >= 0.99 * viewer.frames and list(viewer.codes) == [CODE],
                            f"{viewer.right} of {viewer.frames}, {viewer.pitch()} Hz")
            times.append(round(viewer.keyframe_after * 1000))
            suite.check(f"WHEP {i + 1}: what is shown first is live", viewer.ages[0] <= 600, f"first picture {viewer.ages[0]} ms old when decoded")
        finally:
            await viewer.stop()
    suite.figure(f"WHEP offer → first keyframe packet: p50 {statistics.median(times)} ms of {times}")
    suite.check("WHEP offer → first keyframe packet ≤ 150 ms", statistics.median(times) <= 150, f"{times} ms")

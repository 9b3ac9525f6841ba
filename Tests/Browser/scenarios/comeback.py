"""A reload comes back into the room, and a restarted server gets everybody back by itself."""
import signal, time

from kit.person import together
from kit.suite import Person


async def run(suite):
    small = {"width": 320, "height": 180, "fps": 15}
    with suite.server() as server:
        a, b = Person("iris", 70, 700, camera=small), Person("jan", 71, 1100, camera=small)
        async with suite.room((a, "chromium"), (b, "chromium"), server=server) as room:
            await together(a.enter(room.channel), b.enter(room.channel))
            await a.camera()
            await b.sees(a)
            async with suite.attempt("a reload finds its way back into the room"):
                await b.page.reload()
                await b.until("document.querySelector('parley-stage')?.dataset.call === 'connected'", "the call after the reload", 15)
                await together(b.sees(a), b.hears(a), a.hears(b))
            async with suite.attempt("both sockets drop: they resume, and the media does not stop"):
                before = await b.page.eval("K.connections.length")
                await b.page.call("K.watch", a.id, "camera")
                await b.page.call("K.dropSockets")
                await b.until("K.sockets.filter(s => s.readyState === 1).length === 2", "two new sockets", 10)
                await b.until(f"K.readers.get('{a.id}/camera').frames >= 30", "moving pictures", 10)
                report = await b.page.call("K.report", a.id, "camera")
                assert await b.page.eval("K.connections.length") == before, "a new PeerConnection was made"
                assert report["gap"] <= 500, f"the picture stood still for {report['gap']} ms"
            await restart(suite, server, a, b)


async def restart(suite, server, a, b):
    async with suite.attempt("the server restarts: everybody is back by themselves, camera on"):
        connections = await a.page.eval("K.connections.length")
        server.stop(signal.SIGTERM)
        await a.until("document.querySelector('[data-notice]')", "a word about the lost connection")
        server.start()
        server.wait_ready()
        began = time.monotonic()
        await together(*(p.until(f"K.connections.length > {connections if p is a else 0} && K.connection()?.connectionState === 'connected' && document.querySelector('parley-stage').dataset.call === 'connected'",
                                 "the call after the restart", 40) for p in (a, b)))
        await together(b.sees(a, seconds=15), b.hears(a), a.hears(b))
        suite.figure(f"back in the call {time.monotonic() - began:.1f} s after the restarted server was ready")
        report = await b.watch(a, frames=30)
        assert report["right"] >= 0.99 * report["frames"], f"{report}"

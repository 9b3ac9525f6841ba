"""A slow and lossy way to the viewer, 500 kbit/s and 2 % loss, with a picture that needs its bitrate: it stays right and moving.

The same with Auto off must fail these bounds; otherwise the test would prove nothing about the adaptation.
"""
import contextlib, time

from kit import netsim
from kit.suite import Person

A, B = "parleyViewer", "parleyServer"


def verdict(report):
    """Right and moving: what is shown decodes right, at a rate that reads as movement, without long stops, and is not long ago."""
    fps = report["frames"] / report["seconds"]
    fine = (report["frames"] > 0 and report["right"] >= 0.99 * report["frames"] and fps >= 8 and report["gap"] <= 1500 and (report["p95"] or 1e9) <= 1500)
    return fine, f"{report['right']}/{report['frames']} right, {fps:.1f} fps, gap {report['gap']} ms, age p50 {report['p50']} p95 {report['p95']} ms, {report['sizes']}"


async def run(suite):
    with netsim.Link(A, B) as link:
        with suite.server(netns=B, host=f"{link.net}.2") as server:
            async with contextlib.AsyncExitStack() as stack:
                origin = server.url.rstrip("/")
                near = await suite.launch("chromium", stack, netns=B, insecure_origin=origin)
                far = await suite.launch("chromium", stack, netns=A, insecure_origin=origin)
                sender = Person("tom", 95, 700, camera={"noise": True, "fps": 24})
                viewer = Person("uma", 96, 900)
                async with suite.room((sender, near), (viewer, far), server=server) as room:
                    await sender.enter(room.channel)
                    await viewer.enter(room.channel)
                    await sender.camera()
                    await viewer.sees(sender)
                    link.set("ba", rate_kbit=500, loss=0.02, delay_ms=10)
                    link.set("ab", loss=0.02, delay_ms=10)
                    await adapt(suite, viewer, sender)
                    await insist(suite, viewer, sender)
                suite.check("the link really lost packets", link.stats()["ba"]["lost"] > 0, link.stats()["ba"])


async def adapt(suite, viewer, sender):
    # It may take a while to find the size that fits; after that it has to hold it.
    began = time.monotonic()
    await viewer.page.call("K.watch", sender.id, "camera")
    await viewer.until(f"K.settled('{sender.id}', 'camera')", "a steady picture", 30)
    suite.figure(f"a steady picture {time.monotonic() - began:.1f} s after the line became slow, 40 frames of it included")
    report = await viewer.watch(sender, frames=120, seconds=12)
    fine, detail = verdict(report)
    suite.check("Auto: right and moving at 500 kbit/s and 2 % loss", fine, detail)
    suite.figure(f"500 kbit/s + 2 % loss, Auto: {detail}")


async def insist(suite, viewer, sender):
    await viewer.choose('[data-control="settings"]', "Lower quality")
    report = await viewer.watch(sender, frames=150, seconds=10)
    fine, detail = verdict(report)
    suite.check("Auto off fails the same bounds", not fine, detail)

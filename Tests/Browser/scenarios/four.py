"""Four people with small cameras: everybody hears and sees the three others."""
from kit.person import together
from kit.suite import Person


async def run(suite):
    small = {"width": 320, "height": 180, "fps": 15}
    people = [Person(name, 50 + i, 600 + 250 * i, camera=small) for i, name in enumerate(("nora", "otto", "pia", "quin"))]
    async with suite.room(*((p, "chromium") for p in people)) as room:
        async with suite.attempt("all four join"):
            await together(*(p.enter(room.channel) for p in people))
        async with suite.attempt("everybody hears the three others"):
            await together(*(p.hears(*(o for o in people if o is not p)) for p in people))
        for p in people:
            await p.camera()
        async with suite.attempt("everybody sees the three others"):
            await together(*(p.sees(o, seconds=15) for p in people for o in people if o is not p))
        # One viewer at a time decodes the patterns: reading pixels of twelve pictures at once would measure the test, not the server.
        for viewer in people[:2]:
            others = [o for o in people if o is not viewer]
            reports = await together(*(viewer.watch(o, frames=45) for o in others))
            for other, report in zip(others, reports):
                suite.judge_picture(f"{viewer.name} sees {other.name}", report, other.settings["camera"]["id"])
        async with suite.attempt("one leaves, and is gone for the others"):
            await people[3].leave()
            await together(*(p.until("document.querySelectorAll('parley-tile').length === 3", "three tiles") for p in people[:3]))
            await people[0].hears(people[1], people[2])
            await people[0].until("document.querySelectorAll('.room.inside .room-people li').length === 3", "three people in the list of rooms")

"""Pictures of the page for people to look at: both browsers, light and dark, wide and narrow; and what can be said of looks without eyes."""
import os

from kit.person import together
from kit.suite import Person

CONTRAST = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kit", "contrast.js")).read()
# What leads from one view of a narrow screen to the other.
TO = {"rooms": ".stage-back", "room": ".call-place"}


async def run(suite):
    for kind in ("chromium", "firefox"):
        # The long one has to stay inside of everything.
        names = ("Mara Lind", "jonas", "amira_of_the_very_long_name")
        people = [Person(f"{n.split()[0].lower()}_{kind[0]}", 110 + i, 600 + 300 * i, camera={"width": 640, "height": 360, "fps": 12}) for i, n in enumerate(names)]
        async with suite.room((people[0], kind), (people[1], "chromium"), (people[2], "chromium")) as room:
            me = people[0]
            await me.page.size(1280, 800)
            await together(*(p.enter(room.channel) for p in people))
            await people[1].camera()
            await me.sees(people[1])
            await people[2].click('[data-control="microphone"]')
            await shots(suite, me, kind, "call")
            await people[1].share()
            await me.sees(people[1], "screen")
            await me.click(".act-statistics")
            await me.until("document.querySelectorAll('.figure').length > 2", "the figures")
            await shots(suite, me, kind, "screen")
            await me.click(".panel .icon-button")
            await me.click(".me [data-action=settings]")
            await shots(suite, me, kind, "settings")
            await me.click("dialog .icon-button")
            async with suite.attempt(f"{kind}: nothing sticks out on a narrow screen"):
                await me.page.size(360, 740)
                for view, button in TO.items():
                    await me.click(button)
                    await me.until(f"document.querySelector('.home').dataset.view === '{view}'", view)
                    await me.until("document.documentElement.scrollWidth <= innerWidth", "the page's width")
                    await me.until("[...document.querySelectorAll('.room-list, .panel-body, .stage-place')].every(e => e.scrollWidth <= e.clientWidth)", "nothing to scroll sideways")
                    await me.page.screenshot(suite.path(f"{kind}-{view}-360.png"))
                await me.until("[...document.querySelectorAll('.dock button')].filter(b => b.offsetParent).every(b => { const r = b.getBoundingClientRect(); return r.left >= 0 && r.right <= innerWidth; })", "all controls on the screen")
            async with suite.attempt(f"{kind}: every control has a name"):
                await me.page.size(1280, 800)
                bare = await me.page.eval("[...document.querySelectorAll('button, input, select')].filter(e => e.offsetParent && !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML.slice(0, 120))")
                assert not bare, bare


async def shots(suite, me, kind, name):
    for theme in ("light", "dark"):
        await me.page.call("t => { document.documentElement.dataset.theme = t; }", theme)
        # Seen red with --ink-soft paled to 2.7:1: twelve checks of twelve.
        contrast = await me.page.eval(f"({CONTRAST})()")
        suite.check(f"{kind}: {name}, {theme}: text stands out from its ground", contrast["count"] > 20 and not contrast["poor"], contrast["poor"] or f"{contrast['count']} texts and icons")
        await me.page.screenshot(suite.path(f"{kind}-{name}-{theme}.png"))
    await me.page.size(380, 780)
    await me.until("innerWidth === 380", "the narrow window")
    await me.page.screenshot(suite.path(f"{kind}-{name}-narrow.png"))
    await me.page.size(1280, 800)

"""Pictures of the page for people to look at: both browsers, light and dark, wide and narrow."""
from kit.person import together
from kit.suite import Person


async def run(suite):
    for kind in ("chromium", "firefox"):
        names = ("Mara Lind", "jonas", "amira")
        people = [Person(f"{n.split()[0].lower()}{kind[0]}", 110 + i, 600 + 300 * i, camera={"width": 640, "height": 360, "fps": 12}) for i, n in enumerate(names)]
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
            await shots(suite, me, kind, "screen", narrow=False)
            await me.click(".panel .icon-button")
            async with suite.attempt(f"{kind}: nothing sticks out on a narrow screen"):
                await me.page.size(360, 740)
                await me.until("document.documentElement.scrollWidth <= innerWidth", "the page's width")
                await me.until("[...document.querySelectorAll('.dock button')].filter(b => b.offsetParent).every(b => { const r = b.getBoundingClientRect(); return r.left >= 0 && r.right <= innerWidth; })", "all controls on the screen")
            async with suite.attempt(f"{kind}: every control has a name"):
                await me.page.size(1280, 800)
                bare = await me.page.eval("[...document.querySelectorAll('button, input, select')].filter(e => e.offsetParent && !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).map(e => e.outerHTML.slice(0, 120))")
                assert not bare, bare


async def shots(suite, me, kind, name, narrow=True):
    for theme in ("light", "dark"):
        await me.page.call("t => { document.documentElement.dataset.theme = t; }", theme)
        await me.page.screenshot(suite.path(f"{kind}-{name}-{theme}.png"))
    if narrow:
        await me.page.size(380, 780)
        await me.page.screenshot(suite.path(f"{kind}-{name}-narrow.png"))
        await me.page.size(1280, 800)

"""The browser's own devices, as far as a machine without any can show it: choosing, pulling out, putting back, and the end of a share."""
from kit.person import together
from kit.suite import Person

# The page's own objects: what runs is what is asked. Its modules are there already, so this loads nothing.
APP = "const { app } = await import('/js/app.js');"


async def run(suite):
    # Chromium's fake devices: two of each kind, and a beeping microphone.
    me = Person("dora", 150, 700, real=True)
    other = Person("dan", 151, 1250, camera={"width": 320, "height": 180, "fps": 10}, screen={"width": 640, "height": 360, "fps": 5})
    async with suite.room((me, "chromium"), (other, "chromium")) as room:
        await together(me.enter(room.channel), other.enter(room.channel))
        await other.until(f"K.tones()['{me.id}/microphone']", "the beeps", 15)
        await choosing(suite, me, other)
        await pulling(suite, me, other)
        await sharing(suite, me, other)


async def label(person, source):
    return await person.page.call(f"async () => {{ {APP} return app.call.publisher.tracks.get('{source}')?.label ?? null; }}")


async def choosing(suite, me, other):
    async with suite.attempt("another speaker: every voice comes out of it"):
        await me.choose('.caret[aria-label*="speaker"]', "Fake Audio Output 2")
        await me.until("(async () => { const { deviceId } = (await navigator.mediaDevices.enumerateDevices()).find(d => d.label === 'Fake Audio Output 2'); "
                       "const all = [...document.querySelectorAll('audio[data-mid]')]; return all.length > 0 && all.every(e => e.sinkId === deviceId); })()", "the other speaker")
    async with suite.attempt("another microphone, while talking"):
        await me.choose('.caret[aria-label*="microphone"]', "Fake Audio Input 2")
        await me.until(f"(async () => {{ {APP} return app.call.peer.sender('microphone').track?.label === 'Fake Audio Input 2'; }})()", "the other microphone")
        await other.until(f"K.tones()['{me.id}/microphone']", "the beeps of the other microphone")
    async with suite.attempt("another camera, while it is seen"):
        await me.camera()
        await other.sees(me, seconds=15)
        first = await label(me, "camera")
        second = await me.page.call("async first => (await navigator.mediaDevices.enumerateDevices()).find(d => d.kind === 'videoinput' && d.label !== first).label", first)
        # There and back again: Chromium's second fake camera says that it is live and gives no frames.
        for wanted in (second, first):
            await me.choose('.caret[aria-label*="camera"]', wanted)
            await me.until(f"(async () => {{ {APP} return app.call.peer.sender('camera').track?.label === {wanted!r}; }})()", wanted)
        await other.page.call("K.watch", me.id, "camera")
        await other.until(f"K.readers.get('{me.id}/camera').frames >= 10", "its pictures")


async def pulling(suite, me, other):
    # A device that is pulled out ends its track; nothing but the event is made here.
    end = "const t = app.call.publisher.tracks.get('microphone'); t.stop(); t.dispatchEvent(new Event('ended'));"
    async with suite.attempt("a microphone is pulled out: the next one takes over, and the person is told"):
        await me.page.call(f"async () => {{ {APP} {end} }}")
        await me.told("microphone was disconnected. Now in use")
        await other.until(f"K.tones()['{me.id}/microphone']", "the beeps of the next one")
    async with suite.attempt("the last microphone is pulled out: one can listen; put back, it is used again"):
        await me.page.call(f"async () => {{ {APP} K.open = navigator.mediaDevices.getUserMedia; navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError')); {end} }}")
        text = await me.notice("microphone-missing")
        assert "No microphone was found. You can listen." in text, text
        await me.page.call("() => { navigator.mediaDevices.getUserMedia = K.open; navigator.mediaDevices.dispatchEvent(new Event('devicechange')); }")
        await me.until("!document.querySelector('[data-notice=microphone-missing]')", "the end of the notice")
        await other.until(f"K.tones()['{me.id}/microphone']", "the beeps again")
    async with suite.attempt("the chosen speaker is pulled out: the usual one plays; put back, it plays again"):
        await me.page.call("() => { const m = navigator.mediaDevices; K.list = m.enumerateDevices; m.enumerateDevices = async () => (await K.list.call(m)).filter(d => d.label !== 'Fake Audio Output 2'); m.dispatchEvent(new Event('devicechange')); }")
        await me.until("[...document.querySelectorAll('audio[data-mid]')].every(e => e.sinkId === '')", "the usual speaker")
        await me.page.call("() => { const m = navigator.mediaDevices; m.enumerateDevices = K.list; m.dispatchEvent(new Event('devicechange')); }")
        await me.until("[...document.querySelectorAll('audio[data-mid]')].every(e => e.sinkId !== '')", "the chosen speaker")


async def sharing(suite, me, other):
    async with suite.attempt("a share with sound, ended by the browser's own button"):
        await me.share()
        await other.sees(me, "screen", 15)
        await other.until(f"document.querySelector('audio[data-user-id=\"{me.id}\"][data-source=screen-audio]')", "the screen's sound")
        # The button ends the tracks, and the page hears of it by this event only.
        await me.page.call(f"async () => {{ {APP} const t = app.call.publisher.tracks.get('screen'); t.stop(); t.dispatchEvent(new Event('ended')); }}")
        await me.told("Screen sharing ended")
        await me.until("document.querySelector('[data-control=screen]').title === 'Share your screen'", "the button as before")
        await other.until(f"!K.tile('{me.id}', 'screen') && !document.querySelector('audio[data-user-id=\"{me.id}\"][data-source=screen-audio]')", "the end of picture and sound")
    async with suite.attempt("a share without sound brings none"):
        await other.share()
        await me.sees(other, "screen", 15)
        assert not await me.page.eval(f"!!document.querySelector('audio[data-user-id=\"{other.id}\"][data-source=screen-audio]')"), "there is a sound"

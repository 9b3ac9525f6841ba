"""Plain words: no microphone, no camera, no UDP, no registration."""
from kit.suite import Person


async def run(suite):
    deaf = Person("kim", 80, 700, refuse={"microphone": "NotAllowedError", "camera": "NotFoundError"})
    loud = Person("lea", 81, 1100)
    async with suite.room((deaf, "chromium"), (loud, "firefox")) as room:
        async with suite.attempt("a refused microphone: one can listen, and reads why"):
            await deaf.enter(room.channel)
            text = await deaf.notice("microphone-refused")
            assert "not allowed to use your microphone" in text and "You can listen" in text, text
            await loud.enter(room.channel)
            await deaf.hears(loud)
            await loud.hears()
        async with suite.attempt("a missing camera is named"):
            await deaf.camera()
            text = await deaf.until("document.querySelector('.toast.error')?.textContent", "the words")
            assert "No camera was found" in text, text
        async with suite.attempt("permission given later: one click, and one is heard"):
            await deaf.page.call("() => { K.settings.refuse = {}; }")
            await deaf.click("[data-notice=microphone-refused] .button")
            await loud.hears(deaf)
    # 192.0.2.0/24 is reserved for documentation (RFC 5737): nothing answers there.
    with suite.server(arguments=["--announce", "192.0.2.1"]) as server:
        far = [Person("max", 82, 700), Person("mia", 85, 900)]
        async with suite.room((far[0], "chromium"), (far[1], "firefox"), server=server) as room:
            async with suite.attempt("UDP that does not get through is said after 5 s, in both browsers"):
                for person in far:
                    await person.click(f'.room[data-channel-id="{room.channel}"] .room-join')
                for person in far:
                    text = await person.notice("unreachable", 9)
                    assert f"UDP port {server.media_port} is unreachable" in text, text
    with suite.server(arguments=["--registration", "closed"]) as server:
        first = Person("noa", 83, 700).account(server)
        late = Person("ole", 84, 900)
        try:
            await late.open(await suite.browser("chromium"), server)
            async with suite.attempt("a closed house says so"):
                await late.until("[...document.querySelectorAll('.tab')].find(t => /Create/.test(t.textContent))?.click() ?? true", "the tab")
                await late.introduce("ole@example.com", "correct horse 7", "ole")
                await late.click("form[data-mode=register] .button.primary")
                await late.until("/does not take new accounts/.test(document.querySelector('.form-problem').textContent)", "the words")
        finally:
            await suite.part(late, first)

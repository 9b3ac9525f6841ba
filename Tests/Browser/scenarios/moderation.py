"""What a moderator does to others, and what a second device does to the first."""
from kit.person import together
from kit.suite import Person


async def run(suite):
    mod, guest = Person("mona", 60, 700, camera={"width": 320, "height": 180, "fps": 15}), Person("gus", 61, 1100)
    async with suite.room((mod, "chromium"), (guest, "chromium")) as room:
        server = room.server
        other = server.call("POST", f"/guilds/{room.guild}/channels", {"name": "Garden", "type": 2}, mod.token)["id"]
        await together(mod.enter(room.channel), guest.enter(room.channel))
        await mod.hears(guest)
        async with suite.attempt("volume is each listener's own"):
            await volume(mod, guest, 0)
            await mod.hears()
            await volume(mod, guest, 100)
            await mod.hears(guest)
        async with suite.attempt("push to talk: silent until the key is held"):
            await guest.set("key is held")
            await mod.hears()
            await guest.page.call("() => { window.dispatchEvent(new KeyboardEvent('keydown', {code: 'Backquote', bubbles: true})); }")
            await mod.hears(guest)
            await guest.page.call("() => { window.dispatchEvent(new KeyboardEvent('keyup', {code: 'Backquote', bubbles: true})); }")
            await mod.hears()
            await guest.set("key is held")
            await mod.hears(guest)
        async with suite.attempt("muted by a moderator is silent within a second, and is told"):
            await menu(mod, guest, "Mute for everyone")
            await mod.until(f"!K.tones()['{guest.id}/microphone']", "silence", 2)
            await guest.until("/moderator/.test(document.querySelector('[data-control=microphone]').title)", "the word to the muted")
            await menu(mod, guest, "Let them speak again")
            await mod.hears(guest)
        async with suite.attempt("moved to another room, the page follows"):
            await menu(mod, guest, "Move to Garden")
            await guest.until(f"document.querySelector('.room[data-channel-id=\"{other}\"]').classList.contains('inside')", "the new room")
            await guest.until("document.querySelector('.call-bar').dataset.phase === 'connected'", "the new connection")
            await mod.hears()
        async with suite.attempt("disconnected, and told so"):
            await menu(mod, guest, "Disconnect")
            await guest.until("document.querySelector('dialog[data-reason]')", "the notice")
            await guest.click("dialog[data-reason] .button")
        async with suite.attempt("joining on a second device moves there, and the first one is told"):
            await guest.enter(room.channel)
            twin = Person("gus2", 62, 1900)
            twin.grant, twin.id = guest.grant, guest.id
            await twin.open(await suite.browser("chromium"), server)
            await twin.enter(room.channel)
            await guest.until("document.querySelector('dialog[data-reason=moved]')", "the notice on the first device")
            await mod.until(f"Math.abs((K.tones()['{guest.id}/microphone']?.hz ?? 0) - 1900) < 15", "the second device's voice")
            await twin.page.close()
        async with suite.attempt("a closed page is gone at once for the others"):
            await mod.until("document.querySelectorAll('parley-tile').length === 1", "one tile", 3)


async def volume(listener, person, percent):
    await listener.click(f'.room-people [data-user-id="{person.id}"] .person')
    await listener.until(f"(e => e && (e.value = {percent}, e.dispatchEvent(new Event('input', {{bubbles: true}})), true))(document.querySelector('.popover input[type=range]'))", "the slider")
    await listener.page.call("() => { document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true})); }")


async def menu(mod, person, label):
    await mod.choose(f'.room-people [data-user-id="{person.id}"] .person', label)

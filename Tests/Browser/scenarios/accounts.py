"""From the door to a room, by hand: an account, a community, an invite, a friend who follows it, and two tabs that share one session."""
from kit.suite import Person


async def run(suite):
    server = suite.common_server()
    browser = await suite.browser("chromium")
    ada, ben = Person("ada", 1, 700), Person("ben", 2, 900)
    try:
        await ada.open(browser, server)
        async with suite.attempt("a newcomer signs up, and is told what is missing"):
            await ada.until("[...document.querySelectorAll('.tab')].find(t => /Create/.test(t.textContent))?.click() ?? true", "the tab")
            await ada.click("form[data-mode=register] .button.primary")
            await ada.until("document.querySelector('[data-field=username].wrong .field-note')?.textContent", "the words for a missing name")
            await ada.introduce("not an address", "short", "x")
            await ada.click("form[data-mode=register] .button.primary")
            await ada.until("['username', 'email', 'password'].every(n => document.querySelector(`[data-field=${n}].wrong .field-note`)?.textContent)", "the words for each field")
            await ada.introduce("ada@example.com", "correct horse 7", "ada")
            await ada.click("form[data-mode=register] .button.primary")
            await ada.until("document.querySelector('.place h2')?.textContent === 'A quiet house'", "the empty house")
        async with suite.attempt("she starts a community with a room in it"):
            await ada.click(".place-actions .button.primary")
            await ada.fill("name", "Friday Table")
            await ada.click("dialog .button.primary")
            await ada.until("document.querySelectorAll('.room[data-channel-id]').length === 1", "the first room")
        async with suite.attempt("she adds a room and copies an invite"):
            await ada.click(".room-tools .icon-button")
            await ada.fill("name", "Workshop")
            await ada.click("dialog .button.primary")
            await ada.until("document.querySelectorAll('.room[data-channel-id]').length === 2", "the second room")
            await ada.click(".act-invite")
            link = await ada.until("document.querySelector('.invite-link')?.value", "the link")
            await ada.click("dialog .icon-button")
        await ben.open(browser, server, link.split("/", 3)[3])
        async with suite.attempt("a friend follows the link, signs up and is in"):
            await ben.until("document.querySelector('.welcome-guild')?.textContent === 'Friday Table'", "the name on the invite")
            await ben.introduce("ben@example.com", "correct horse 8", "ben")
            await ben.click("form[data-mode=register] .button.primary")
            await ben.click("dialog .button.primary", "joining by the dialog")
            await ben.until("document.querySelectorAll('.room[data-channel-id]').length === 2", "the rooms")
            await ben.until("location.pathname === '/'", "the forgotten invite")
        async with suite.attempt("two tabs whose token runs out at once both stay signed in"):
            tab = await browser.new_page(server.url, ben.init, beside=ben.page)
            twin = Person("ben2", 2, 900)
            twin.page = tab
            await twin.until("document.querySelectorAll('.room[data-channel-id]').length === 2", "the second tab")
            expire = "() => { const s = JSON.parse(localStorage.getItem('parley.session')); s.expiresAt = 0; localStorage.setItem('parley.session', JSON.stringify(s)); }"
            await ben.page.call(expire)
            for page in (ben.page, tab):
                await page.reload()
            for person in (ben, twin):
                await person.until("document.querySelectorAll('.room[data-channel-id]').length === 2", "the rooms after the refresh")
                await person.until("JSON.parse(localStorage.getItem('parley.session')).expiresAt > Date.now()", "a fresh token")
            await tab.close()
        async with suite.attempt("signing out leads to the door, and signing in back inside"):
            await ben.click(".me [data-action=settings]")
            await ben.click("[data-action=sign-out]")
            await ben.introduce("ben@example.com", "wrong horse 8")
            await ben.click("form[data-mode=login] .button.primary")
            await ben.until("document.querySelector('.form-problem')?.textContent || document.querySelector('.field.wrong')", "the words for a wrong password")
            await ben.fill("password", "correct horse 8")
            await ben.click("form[data-mode=login] .button.primary")
            await ben.until("document.querySelectorAll('.room[data-channel-id]').length === 2", "the rooms")
    finally:
        await suite.part(ada, ben)

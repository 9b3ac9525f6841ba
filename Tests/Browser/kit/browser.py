"""Launches and drives real headless Chromium and Firefox.

Chromium: raw CDP over --remote-debugging-pipe (fd 3/4; no TCP port, so it works from inside any network namespace).
Firefox:  raw WebDriver BiDi over its own --remote-debugging-port (no geckodriver).

Every page lives in a context of its own (other storage, as on another device), unless it is opened beside a given one, and `init` runs in it
before the page's own scripts.
"""
import asyncio, ctypes, itertools, json, os, re, shutil, signal, socket, tempfile, threading

CHROMIUM = "/usr/lib/chromium/chromium"   # the real binary: /usr/bin/chromium is a shell wrapper that adds GPU flags
FIREFOX = "/usr/bin/firefox-esr"

CHROMIUM_FLAGS = """
--headless=new --no-sandbox --no-first-run --no-default-browser-check --disable-dev-shm-usage
--disable-gpu --disable-extensions --disable-component-update --disable-background-networking --disable-sync
--disable-default-apps --metrics-recording-only --password-store=basic --mute-audio
--disable-background-timer-throttling --disable-backgrounding-occluded-windows --disable-renderer-backgrounding
--use-fake-ui-for-media-stream --use-fake-device-for-media-stream=device-count=2
--autoplay-policy=no-user-gesture-required
--remote-debugging-pipe
""".split()
CHROMIUM_OFF = ["WebRtcHideLocalIpsWithMdns", "CalculateNativeWinOcclusion", "MediaRouter", "Translate",
                "OptimizationHints"]
# The legacy rule of fewer simulcast layers for small pictures is lifted: 320×180 has three, as 1280×720 has (browsers.md §3).
FIELD_TRIALS = "--force-fieldtrials=WebRTC-LegacySimulcastLayerLimit/Disabled/"

FIREFOX_PREFS = {
    "media.navigator.streams.fake": True,            # fake camera + 440 Hz-ish tone for getUserMedia
    "media.navigator.permission.disabled": True,     # no prompt
    "media.getusermedia.insecure.enabled": True,     # gUM on http://10.x (network namespaces)
    "media.devices.insecure.enabled": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,   # no mDNS .local candidates
    "media.peerconnection.ice.loopback": True,       # 127.0.0.1 candidates
    "media.peerconnection.ice.default_address_only": False,
    "media.autoplay.default": 0, "media.autoplay.blocking_policy": 0,
    "media.autoplay.block-webaudio": False,
    "media.gmp-manager.updateEnabled": False, "media.gmp-manager.url": "data:text/plain,",
    "privacy.reduceTimerPrecision": False,
    "dom.min_background_timeout_value": 4, "dom.timeout.enable_budget_timer_throttling": False,
    "widget.windows.window_occlusion_tracking.enabled": False,
    "app.update.enabled": False, "app.update.disabledForTesting": True, "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank", "browser.startup.page": 0,
    "browser.newtabpage.enabled": False, "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False, "toolkit.telemetry.server": "data:,", "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False, "services.settings.server": "data:,#remote-settings-dummy/v1",
    "browser.safebrowsing.malware.enabled": False, "browser.safebrowsing.phishing.enabled": False,
    "extensions.update.enabled": False, "extensions.getAddons.cache.enabled": False, "remote.prefs.recommended": True,
    "security.sandbox.content.level": 0, "dom.ipc.processCount": 4, "dom.ipc.processPrelaunch.enabled": False,
}


class NullAudio:
    """pulseaudio with a null sink (apt: pulseaudio): without an audio device Firefox's AudioContext stays 'suspended'."""
    def __enter__(self):
        import subprocess, time
        self.d = tempfile.mkdtemp(prefix="bk-pulse-")
        self.sock = self.d + "/native"
        self.p = subprocess.Popen(["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
                                   "--disable-shm=yes", "-L", "module-null-sink sink_name=null rate=48000", "-L",
                                   f"module-native-protocol-unix auth-anonymous=1 socket={self.sock}"],
                                  env=dict(os.environ, HOME=self.d, XDG_RUNTIME_DIR=self.d), stderr=subprocess.DEVNULL)
        for _ in range(100):
            if os.path.exists(self.sock):
                break
            time.sleep(0.05)
        return {"PULSE_SERVER": "unix:" + self.sock}      # pass as launch("firefox", env=...)

    def __exit__(self, *a):
        self.p.terminate(), self.p.wait()
        shutil.rmtree(self.d, ignore_errors=True)


class JSError(Exception):
    pass


def _jscall(fn, args):
    return f"Promise.resolve(({fn})({','.join(json.dumps(a) for a in args)})).then(r => JSON.stringify(r === undefined ? null : r))"


class Page:
    async def call(self, fn, *args, timeout=60):
        """Call JS function expression `fn` with JSON args; awaits promises; returns JSON value."""
        return await self.eval_raw(_jscall(fn, args), timeout)

    async def eval(self, expr, timeout=60):
        return await self.eval_raw(_jscall(f"async()=>({expr})", ()), timeout)


class Browser:
    """Common: process and profile handling. Every process runs in its own process group, killed by id on close."""
    name = "?"

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix=f"bk-{self.name}-")
        self.ids, self.pending, self.proc, self.log = itertools.count(1), {}, None, []

    async def _spawn(self, argv, netns=None, env=None, **kw):
        if netns:
            argv = ["ip", "netns", "exec", netns] + argv
        e = dict(os.environ, HOME=self.profile, **(env or {}))
        self.errpath = os.path.join(self.profile, "stderr.log")
        self.errfile = open(self.errpath, "wb")
        self.proc = await asyncio.create_subprocess_exec(*argv, stdin=asyncio.subprocess.DEVNULL, stdout=self.errfile,
                                                         stderr=self.errfile, start_new_session=True, env=e, **kw)

    def cpu_seconds(self):
        """CPU time so far of all live processes of this browser (same session id)."""
        t = 0
        for p in os.listdir("/proc"):
            if p.isdigit():
                try:
                    f = open(f"/proc/{p}/stat").read().rsplit(")", 1)[1].split()
                except OSError:
                    continue
                if int(f[3]) == self.proc.pid:
                    t += int(f[11]) + int(f[12])
        return t / os.sysconf("SC_CLK_TCK")

    def stderr(self):
        return open(self.errpath, errors="replace").read()

    async def close(self):
        if self.proc and self.proc.returncode is None:
            try:
                await asyncio.wait_for(self._quit(), 5)
                await asyncio.wait_for(self.proc.wait(), 5)
            except Exception:
                pass
        if self.proc:
            try:
                os.killpg(self.proc.pid, signal.SIGKILL)     # pgid == pid (start_new_session)
            except ProcessLookupError:
                pass
            await self.proc.wait()
        await self._closed()
        shutil.rmtree(self.profile, ignore_errors=True)

    async def _closed(self):
        pass

    async def __aenter__(self):
        return self

    async def __aexit__(self, *a):
        await self.close()

    def _resolve(self, msg, ok, err):
        f = self.pending.pop(msg.get("id"), None)
        if f and not f.done():
            f.set_exception(JSError(json.dumps(err)[:2000])) if err else f.set_result(ok)

    def _fail_all(self, why):
        for f in self.pending.values():
            if not f.done():
                f.set_exception(ConnectionError(f"{self.name}: {why}"))
        self.pending.clear()


class Chromium(Browser):
    name = "chromium"

    async def start(self, netns=None, flags=(), y4m=None, wav=None, insecure_origin=None, off=(), env=None):
        argv = [CHROMIUM, *CHROMIUM_FLAGS, f"--user-data-dir={self.profile}",
                "--disable-features=" + ",".join([*CHROMIUM_OFF, *off]), FIELD_TRIALS]
        if y4m:
            argv.append(f"--use-file-for-fake-video-capture={y4m}")
        if wav:
            argv.append(f"--use-file-for-fake-audio-capture={wav}")
        if insecure_origin:
            argv.append(f"--unsafely-treat-insecure-origin-as-secure={insecure_origin}")
        argv += [*flags, "about:blank"]
        r3, self.w = os.pipe()            # browser reads fd 3, writes fd 4
        self.r, w4 = os.pipe()
        a, b = os.dup(r3), os.dup(w4)     # keep copies away from 3/4, then dup2 into place in the child
        os.close(r3), os.close(w4)
        def child():
            x, y = os.dup(a), os.dup(b)
            while x in (3, 4): x = os.dup(x)
            while y in (3, 4): y = os.dup(y)
            os.dup2(x, 3), os.dup2(y, 4)
        await self._spawn(argv, netns, env, preexec_fn=child, pass_fds=(3, 4))
        os.close(a), os.close(b)
        self.sessions = {}
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._reader, args=(loop,), daemon=True).start()
        self.version = (await self.cmd("Browser.getVersion"))["product"]
        return self

    def _reader(self, loop):
        buf = b""
        while True:
            try:
                d = os.read(self.r, 1 << 20)
            except OSError:
                d = b""
            if not d:
                break
            buf += d
            *msgs, buf = buf.split(b"\0")
            for m in msgs:
                loop.call_soon_threadsafe(self._msg, json.loads(m))
        try:
            loop.call_soon_threadsafe(self._fail_all, "pipe closed")
        except RuntimeError:
            pass

    def _msg(self, m):
        if "id" in m:
            return self._resolve(m, m.get("result"), m.get("error"))
        p = m.get("params", {})
        if m["method"] == "Runtime.consoleAPICalled":
            self.log.append(("console." + p["type"], " ".join(str(a.get("value", a.get("description"))) for a in p["args"])))
        elif m["method"] == "Runtime.exceptionThrown":
            self.log.append(("exception", p["exceptionDetails"].get("exception", {}).get("description")))
        elif m["method"] in ("Inspector.targetCrashed", "Target.targetCrashed"):
            self.log.append(("crash", ""))
            self._fail_all("page crashed")

    async def cmd(self, method, params=None, session=None, timeout=60):
        i = next(self.ids)
        f = self.pending[i] = asyncio.get_running_loop().create_future()
        m = {"id": i, "method": method, "params": params or {}}
        if session:
            m["sessionId"] = session
        os.write(self.w, json.dumps(m).encode() + b"\0")
        return await asyncio.wait_for(f, timeout)

    async def new_page(self, url, init=None, beside=None):
        """Opens `url`; `beside` another page, shares that one's storage like a second tab."""
        context = beside.context if beside else (await self.cmd("Target.createBrowserContext"))["browserContextId"]
        t = (await self.cmd("Target.createTarget", {"url": "about:blank", "newWindow": True, "browserContextId": context}))["targetId"]
        s = (await self.cmd("Target.attachToTarget", {"targetId": t, "flatten": True}))["sessionId"]
        pg = ChromiumPage()
        pg.b, pg.s, pg.t, pg.context = self, s, t, context
        await self.cmd("Runtime.enable", session=s)
        await self.cmd("Page.enable", session=s)
        if init:
            await self.cmd("Page.addScriptToEvaluateOnNewDocument", {"source": init}, session=s)
        await pg.goto(url)
        return pg

    async def _quit(self):
        await self.cmd("Browser.close", timeout=5)

    async def _closed(self):
        os.close(self.w)


LOADED = "new Promise(r=>document.readyState==='complete'?r(1):addEventListener('load',()=>r(1)))"


class ChromiumPage(Page):
    async def goto(self, url):
        r = await self.b.cmd("Page.navigate", {"url": url}, session=self.s)
        if r.get("errorText"):
            raise JSError(f"{url}: {r['errorText']}")
        await self.eval(LOADED)

    async def reload(self):
        await self.b.cmd("Page.reload", session=self.s)

    async def size(self, width, height):
        await self.b.cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}, self.s)

    async def scheme(self, value):
        await self.b.cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": value}]}, self.s)

    async def eval_raw(self, expr, timeout):
        r = await self.b.cmd("Runtime.evaluate", {"expression": expr, "awaitPromise": True, "returnByValue": True,
                                                  "userGesture": True}, self.s, timeout)
        if "exceptionDetails" in r:
            d = r["exceptionDetails"]
            raise JSError(d.get("exception", {}).get("description") or d.get("exception", {}).get("value") or d["text"])
        return json.loads(r["result"]["value"])

    async def screenshot(self, path):
        import base64
        r = await self.b.cmd("Page.captureScreenshot", {"format": "png"}, self.s)
        open(path, "wb").write(base64.b64decode(r["data"]))

    async def close(self):
        await self.b.cmd("Target.closeTarget", {"targetId": self.t})


def _connect_in_netns(ns, host, port):
    """TCP socket made inside a network namespace (a socket stays in the namespace it was created in)."""
    out = []
    def run():
        fd = os.open(f"/var/run/netns/{ns}", os.O_RDONLY)
        if ctypes.CDLL(None, use_errno=True).setns(fd, 0x40000000):
            out.append(OSError(ctypes.get_errno(), "setns"))
            return
        os.close(fd)
        try:
            out.append(socket.create_connection((host, port), 10))
        except OSError as e:
            out.append(e)
    t = threading.Thread(target=run)      # setns changes only this thread
    t.start(), t.join()
    if isinstance(out[0], Exception):
        raise out[0]
    return out[0]


class Firefox(Browser):
    name = "firefox"

    async def start(self, netns=None, prefs=None, env=None, **_ignored):
        import websockets
        with open(os.path.join(self.profile, "user.js"), "w") as f:
            for k, v in {**FIREFOX_PREFS, **(prefs or {})}.items():
                f.write(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n")
        await self._spawn([FIREFOX, "--headless", "--no-remote", "--profile", self.profile, "--remote-debugging-port", "0",
                           "about:blank"], netns, {"MOZ_HEADLESS": "1", "MOZ_DISABLE_CONTENT_SANDBOX": "1", **(env or {})})
        for _ in range(300):
            m = re.search(r"WebDriver BiDi listening on ws://([\d.]+):(\d+)", self.stderr())
            if m:
                break
            if self.proc.returncode is not None:
                raise RuntimeError("firefox died: " + self.stderr()[-2000:])
            await asyncio.sleep(0.1)
        else:
            raise TimeoutError("firefox BiDi did not come up: " + self.stderr()[-2000:])
        host, port = m.group(1), int(m.group(2))
        sock = _connect_in_netns(netns, host, port) if netns else None
        if sock:
            sock.setblocking(False)
        self.ws = await websockets.connect(f"ws://{host}:{port}/session", sock=sock, max_size=None, ping_interval=None,
                                           compression=None, proxy=None)
        self.task = asyncio.create_task(self._reader())
        caps = await self.cmd("session.new", {"capabilities": {}})
        self.version = "Firefox/" + caps["capabilities"]["browserVersion"]
        await self.cmd("session.subscribe", {"events": ["log.entryAdded"]})
        return self

    async def _reader(self):
        try:
            async for raw in self.ws:
                m = json.loads(raw)
                if m.get("type") == "event":
                    if m["method"] == "log.entryAdded":
                        p = m["params"]
                        self.log.append((f"{p['type']}.{p['level']}", p.get("text")))
                else:
                    self._resolve(m, m.get("result"), m if m.get("type") == "error" else None)
        except Exception as e:
            self.log.append(("ws", str(e)))
        self._fail_all("websocket closed")

    async def cmd(self, method, params=None, timeout=60):
        i = next(self.ids)
        f = self.pending[i] = asyncio.get_running_loop().create_future()
        await self.ws.send(json.dumps({"id": i, "method": method, "params": params or {}}))
        return await asyncio.wait_for(f, timeout)

    async def new_page(self, url, init=None, beside=None):
        """Opens `url`; `beside` another page, shares that one's storage like a second tab."""
        context = beside.context if beside else (await self.cmd("browser.createUserContext"))["userContext"]
        r = await self.cmd("browsingContext.create", {"type": "window", "userContext": context})
        pg = FirefoxPage()
        pg.b, pg.c, pg.context = self, r["context"], context
        if init:
            await self.cmd("script.addPreloadScript", {"functionDeclaration": "() => {" + init + "}", "contexts": [pg.c]})
        await pg.goto(url)
        return pg

    async def _quit(self):
        await self.cmd("browser.close", timeout=5)

    async def _closed(self):
        if hasattr(self, "task"):
            self.task.cancel()


class FirefoxPage(Page):
    async def goto(self, url):
        await self.b.cmd("browsingContext.navigate", {"context": self.c, "url": url, "wait": "complete"})

    async def reload(self):
        await self.b.cmd("browsingContext.reload", {"context": self.c, "wait": "complete"})

    async def size(self, width, height):
        await self.b.cmd("browsingContext.setViewport", {"context": self.c, "viewport": {"width": width, "height": height}})

    async def scheme(self, value):
        pass   # BiDi has no such command yet; the page's own theme switch is used

    async def eval_raw(self, expr, timeout):
        r = await self.b.cmd("script.evaluate", {"expression": expr, "awaitPromise": True, "userActivation": True,
                                                 "target": {"context": self.c}}, timeout)
        if r["type"] == "exception":
            raise JSError(r["exceptionDetails"]["text"])
        return json.loads(r["result"]["value"])

    async def screenshot(self, path):
        import base64
        r = await self.b.cmd("browsingContext.captureScreenshot", {"context": self.c})
        open(path, "wb").write(base64.b64decode(r["data"]))

    async def close(self):
        await self.b.cmd("browsingContext.close", {"context": self.c})


async def launch(kind, **kw):
    b = {"chromium": Chromium, "firefox": Firefox}[kind]()
    try:
        return await b.start(**kw)
    except BaseException:
        try:
            err = b.stderr()[-3000:]
        except Exception:
            err = ""
        await b.close()
        if err:
            print(f"--- {kind} stderr ---\n{err}")
        raise

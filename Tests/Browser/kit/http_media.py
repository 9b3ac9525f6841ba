"""A WHIP publisher and a WHEP viewer made of aiortc: clients that know nothing of our page."""
import asyncio, fractions, http.client, time

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from . import pattern


def clock():
    return int(time.time() * 1000) % 2**32


class CodedVideo(MediaStreamTrack):
    kind = "video"

    def __init__(self, code, width=640, height=360, fps=15):
        super().__init__()
        self.code, self.width, self.height, self.fps = code, width, height, fps
        self.count, self.began = 0, None

    async def recv(self):
        self.began = self.began or time.monotonic()
        await asyncio.sleep(max(0, self.began + self.count / self.fps - time.monotonic()))   # the frame rate, not a wait for anything
        frame = av.VideoFrame.from_ndarray(pattern.frame(self.width, self.height, self.code, clock()), format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = int(self.count * 90000 / self.fps), fractions.Fraction(1, 90000)
        self.count += 1
        return frame


class Tone(MediaStreamTrack):
    kind = "audio"

    def __init__(self, hz):
        super().__init__()
        self.hz, self.count, self.began = hz, 0, None

    async def recv(self):
        self.began = self.began or time.monotonic()
        await asyncio.sleep(max(0, self.began + self.count * 0.02 - time.monotonic()))
        t = np.arange(self.count * 960, self.count * 960 + 960)
        wave = (np.sin(2 * np.pi * self.hz * t / 48000) * 9000).astype(np.int16).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 48000, self.count * 960, fractions.Fraction(1, 48000)
        self.count += 1
        return frame


class HTTPMedia:
    """One session: POST the offer, take the answer, DELETE at the end."""

    def __init__(self, server, path, token):
        self.server, self.path, self.token = server, path, token
        self.peer = RTCPeerConnection()
        self.resource, self.posted = None, None

    def http(self, method, path, body=None):
        c = http.client.HTTPConnection(self.server.host, self.server.http_port, timeout=10)
        c.request(method, path, body, {"authorization": f"Bearer {self.token}", **({"content-type": "application/sdp"} if body else {})})
        r = c.getresponse()
        answer = r.status, dict((k.lower(), v) for k, v in r.getheaders()), r.read().decode()
        c.close()
        return answer

    async def start(self):
        await self.peer.setLocalDescription(await self.peer.createOffer())
        self.posted, self.posted_clock = time.monotonic(), clock()
        status, headers, body = await asyncio.to_thread(self.http, "POST", "/api/v10" + self.path, self.peer.localDescription.sdp)
        if status != 201:
            raise RuntimeError(f"POST {self.path}: {status} {body[:300]}")
        self.resource, self.headers = headers["location"], headers
        await self.peer.setRemoteDescription(RTCSessionDescription(body, "answer"))
        return self

    async def stop(self):
        try:
            if self.resource:
                return (await asyncio.to_thread(self.http, "DELETE", self.resource))[0]
        finally:
            await self.peer.close()


class Publisher(HTTPMedia):
    def __init__(self, server, channel, token, code, hz, source="camera"):
        super().__init__(server, f"/channels/{channel}/whip?source={source}", token)
        self.video = CodedVideo(code)
        self.peer.addTrack(self.video)
        self.peer.addTrack(Tone(hz))


class Viewer(HTTPMedia):
    """Decodes what it is shown. `keyframe_after` is seconds from the offer's POST to the first packet of a keyframe."""

    def __init__(self, server, channel, token, user, source="camera"):
        super().__init__(server, f"/channels/{channel}/whep?user={user}&source={source}", token)
        self.keyframe_after, self.frames, self.right, self.codes, self.ages, self.samples, self.tasks = None, 0, 0, {}, [], [], []
        self.peer.addTransceiver("audio", direction="recvonly")
        video = self.peer.addTransceiver("video", direction="recvonly")
        self.spy(video.receiver)
        self.peer.on("track", self.take)

    def spy(self, receiver):
        handle = receiver._handle_rtp_packet

        async def handled(packet, arrival_time_ms):
            if self.keyframe_after is None and starts_keyframe(packet.payload):
                self.keyframe_after = time.monotonic() - self.posted
            await handle(packet, arrival_time_ms=arrival_time_ms)

        receiver._handle_rtp_packet = handled

    def take(self, track):
        self.tasks.append(asyncio.ensure_future(self.look(track) if track.kind == "video" else self.listen(track)))

    async def look(self, track):
        try:
            while True:
                frame = (await track.recv()).to_ndarray(format="rgb24")
                right, code, value = pattern.read(frame)
                self.frames += 1
                if right:
                    self.right += 1
                    self.codes[code] = self.codes.get(code, 0) + 1
                    self.ages.append((clock() - value) % 2**32)
        except MediaStreamError:
            pass

    async def listen(self, track):
        try:
            while True:
                frame = await track.recv()
                data = frame.to_ndarray().reshape(-1).astype(float)[::len(frame.layout.channels)]
                self.samples = (self.samples + [data])[-25:]
        except MediaStreamError:
            pass

    def pitch(self):
        if len(self.samples) < 25:
            return 0
        data = np.concatenate(self.samples)
        spectrum = np.abs(np.fft.rfft(data * np.hanning(len(data))))
        return int(round(float(np.argmax(spectrum)) * 48000 / len(data))) if data.std() > 100 else 0

    async def until(self, condition, seconds, what):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not happen within {seconds} s ({self.right} of {self.frames} frames right, pitch {self.pitch()})")
            await asyncio.sleep(0.02)


def starts_keyframe(payload):
    """RFC 7741 §4.2: the payload descriptor, then the first byte of the frame, whose lowest bit is 0 in a keyframe."""
    if len(payload) < 4 or not payload[0] & 0x10 or payload[0] & 0x07:
        return False
    at = 1
    if payload[0] & 0x80:
        extended = payload[1]
        at = 2
        if extended & 0x80:
            at += 2 if payload[at] & 0x80 else 1
        at += bool(extended & 0x40) + bool(extended & 0x30)
    return at < len(payload) and not payload[at] & 1

"""A publisher and a viewer of aiortc, and how to move them to other ICE credentials and another port."""
import asyncio, fractions, re, time
import aioice, av
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription


class Grey(MediaStreamTrack):
    """Fifteen small pictures a second; what they show does not matter here."""
    kind = "video"

    def __init__(self):
        super().__init__()
        self.count, self.began = 0, time.monotonic()

    async def recv(self):
        await asyncio.sleep(max(0, self.began + self.count / 15 - time.monotonic()))   # the frame rate, not a wait for anything
        frame = av.VideoFrame(320, 180, "yuv420p")
        frame.pts, frame.time_base = self.count * 6000, fractions.Fraction(1, 90000)
        self.count += 1
        return frame


class Publisher:
    def __init__(self):
        self.peer = RTCPeerConnection()
        self.sender = self.peer.addTrack(Grey())
        self.peer.getTransceivers()[0].direction = "sendonly"

    async def offer(self):
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return self.peer.localDescription.sdp

    async def answered(self, sdp):
        await self.peer.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    @property
    def ice(self):
        return self.sender.transport.transport

    async def restart(self, local, answer):
        """Checks with the new credentials from a port of its own; from then on everything goes that way, and the old port is silent."""
        old, fresh = self.ice._connection, local
        fresh.remote_is_lite = True
        fresh.remote_username, fresh.remote_password = credentials(answer)
        for candidate in old.remote_candidates:
            await fresh.add_remote_candidate(candidate)
        await fresh.add_remote_candidate(None)
        await fresh.connect()
        if old._query_consent_task:
            old._query_consent_task.cancel()
        self.ice._send = fresh.send

        async def pump():
            while True:
                old._queue.put_nowait((await fresh.recv(), 1))

        self.pump = asyncio.ensure_future(pump())
        return fresh

    async def close(self, *connections):
        if hasattr(self, "pump"):
            self.pump.cancel()
        await self.peer.close()
        for connection in connections:
            await connection.close()


class Viewer:
    """By WHEP; counts the packets that came."""

    def __init__(self):
        self.peer = RTCPeerConnection()
        receiver = self.peer.addTransceiver("video", direction="recvonly").receiver
        self.packets, handle = 0, receiver._handle_rtp_packet

        async def counted(packet, arrival_time_ms):
            self.packets += 1
            await handle(packet, arrival_time_ms=arrival_time_ms)

        receiver._handle_rtp_packet = counted

    async def watch(self, person):
        await self.peer.setLocalDescription(await self.peer.createOffer())
        status, _, answer = await asyncio.to_thread(
            person.server.request, "POST", f"/api/v10/channels/{person.voice}/whep?user={person.id}&source=camera",
            self.peer.localDescription.sdp, {"Content-Type": "application/sdp"}, person.token)
        assert status == 201, (status, answer)
        await self.peer.setRemoteDescription(RTCSessionDescription(answer.decode(), "answer"))

    async def more(self, count=20, seconds=20):
        """Returns when so many more packets have come."""
        wanted = self.packets + count
        async with asyncio.timeout(seconds):
            while self.packets < wanted:
                await asyncio.sleep(0.02)

    async def close(self):
        await self.peer.close()


async def new_credentials():
    """A port and credentials that nobody knows yet."""
    connection = aioice.Connection(ice_controlling=True, use_ipv6=False)
    await connection.gather_candidates()
    return connection


def credentials(text):
    return re.search(r"a=ice-ufrag:(\S+)", text)[1], re.search(r"a=ice-pwd:(\S+)", text)[1]


def with_credentials(sdp, connection):
    """The offer as a browser's restartIce makes it: other credentials, everything else the same."""
    sdp = re.sub(r"a=ice-ufrag:\S+", f"a=ice-ufrag:{connection.local_username}", sdp)
    return re.sub(r"a=ice-pwd:\S+", f"a=ice-pwd:{connection.local_password}", sdp)

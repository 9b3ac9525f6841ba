"""Clients of the two gateways, and a person with a guild to meet in. For tests that run an asyncio loop."""
import asyncio, json, ssl
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


class Socket:
    """One WebSocket: what arrives waits in order; `seen` keeps all of it."""

    @classmethod
    async def open(cls, server, path):
        self = cls()
        secure = server.scheme == "https"
        self.url = f"{'wss' if secure else 'ws'}://127.0.0.1:{server.port}{path}"
        self.socket = await connect(self.url, ssl=ssl._create_unverified_context() if secure else None, max_size=1 << 24)
        self.seen = []
        return self

    async def send(self, op, d):
        await self.socket.send(json.dumps({"op": op, "d": d}))

    async def expect(self, op, name=None, seconds=20):
        """`d` of the next message of this kind; others are passed over."""
        async with asyncio.timeout(seconds):
            while True:
                message = json.loads(await self.socket.recv())
                self.seen.append(message)
                if message["op"] == op and (name is None or message.get("t") == name):
                    return message["d"]

    async def close_code(self, seconds=20):
        async with asyncio.timeout(seconds):
            try:
                while True:
                    self.seen.append(json.loads(await self.socket.recv()))
            except ConnectionClosed as closed:
                return closed.rcvd and closed.rcvd.code

    def notices(self):
        return [m["d"]["code"] for m in self.seen if m["op"] == 107]

    async def close(self):
        await self.socket.close()


class Person:
    """Somebody with an account, a guild with a voice channel, and a session on the main gateway."""

    @classmethod
    async def sign_in(cls, server, name="ada"):
        self = cls()
        self.server = server
        account = await asyncio.to_thread(server.register, name)
        self.id, self.token, self.refresh = account["user"]["id"], account["access_token"], account["refresh_token"]
        self.guild = (await self.ask("POST", "/guilds", {"name": "Guild"}))["id"]
        channels = await self.ask("GET", f"/guilds/{self.guild}/channels")
        self.voice = next(c["id"] for c in channels if c["type"] == 2)
        self.gateway = await Socket.open(server, "/gateway")
        await self.gateway.expect(10)
        await self.gateway.send(2, {"token": self.token, "properties": {}})
        self.ready = await self.gateway.expect(0, "READY")
        await self.gateway.expect(0, "GUILD_CREATE")
        return self

    async def ask(self, method, path, body=None):
        status, _, answer = await asyncio.to_thread(self.server.request, method, "/api/v10" + path, body, None, self.token)
        assert status < 300, (method, path, status, answer)
        return answer

    async def join(self):
        """The voice gateway's socket, up to Ready."""
        await self.gateway.send(4, {"guild_id": self.guild, "channel_id": self.voice, "self_mute": False, "self_deaf": False})
        leave = await self.gateway.expect(0, "VOICE_SERVER_UPDATE")
        socket = await Socket.open(self.server, "/voice")
        await socket.expect(8)
        await socket.send(0, {"server_id": self.guild, "channel_id": self.voice, "user_id": self.id, "session_id": self.ready["session_id"],
                              "token": leave["token"]})
        self.endpoint = leave["endpoint"]
        self.seat = await socket.expect(2)
        return socket

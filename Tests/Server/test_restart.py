"""ICE restarts and unreachable clients on the wire: aiortc's media over the real server's port."""
import asyncio, unittest
from gateway import Person
from media_client import Publisher, Viewer, credentials, new_credentials, with_credentials
from server import Server


class Restart(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.server = await asyncio.to_thread(Server("--announce", "127.0.0.1").start)
        self.ada = await Person.sign_in(self.server)

    async def asyncTearDown(self):
        await asyncio.to_thread(self.server.__exit__)

    async def test_a_restart_by_the_voice_gateway_keeps_the_peer_and_moves_its_media(self):
        publisher, viewer, voice = Publisher(), Viewer(), await self.ada.join()

        async def negotiate(sdp, number):
            await voice.send(1, {"protocol": "webrtc", "sdp": sdp, "negotiation": number, "publish": {"0": "camera"}, "slots": {}})
            answer = await voice.expect(4)
            self.assertEqual(answer["negotiation"], number)
            return answer["sdp"]

        async def statistics():
            await voice.send(106, {})
            return await voice.expect(106)

        offer = await publisher.offer()
        first = await negotiate(offer, 1)
        await publisher.answered(first)
        self.assertEqual([t["source"] for t in (await voice.expect(108))["added"]], ["camera"])
        await viewer.watch(self.ada)
        await viewer.more()
        before = await statistics()
        local = await new_credentials()
        second = await negotiate(with_credentials(offer, local), 2)
        self.assertNotEqual(credentials(first), credentials(second))
        await viewer.more()                                  # the old path goes on until the new one is nominated
        fresh = await publisher.restart(local, second)
        await viewer.more()
        after = await statistics()
        self.assertNotEqual(before["selected_address"], after["selected_address"])
        self.assertGreater(after["packets_received"], before["packets_received"])     # one peer's counter: it is the same peer
        self.assertEqual(voice.notices(), [])
        self.assertEqual([m["d"]["removed"] for m in voice.seen if m["op"] == 108], [[]], "its track never went away")
        await publisher.close(fresh)
        await viewer.close()

    async def test_a_restart_by_whip_answers_with_new_credentials_and_moves_the_media(self):
        publisher, viewer = Publisher(), Viewer()

        async def ask(method, path, body=None, **headers):
            return await asyncio.to_thread(self.server.request, method, path, body, {k.replace("_", "-"): v for k, v in headers.items()}, self.ada.token)

        offer = await publisher.offer()
        status, headers, answer = await ask("POST", f"/api/v10/channels/{self.ada.voice}/whip?source=camera", offer, Content_Type="application/sdp")
        self.assertEqual(status, 201, answer)
        resource, tag, first = headers["Location"], headers["ETag"], answer.decode()
        await publisher.answered(first)
        await viewer.watch(self.ada)
        await viewer.more()
        local = await new_credentials()
        fragment = f"a=ice-ufrag:{local.local_username}\r\na=ice-pwd:{local.local_password}\r\nm=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
        status, headers, answer = await ask("PATCH", resource, fragment, Content_Type="application/trickle-ice-sdpfrag", If_Match="*")
        self.assertEqual(status, 200, answer)
        self.assertNotEqual(headers["ETag"], tag)
        self.assertNotEqual(credentials(answer.decode()), credentials(first))
        fresh = await publisher.restart(local, answer.decode())
        await viewer.more()
        # Candidates for the old ICE session come too late: RFC 9725 §4.3.1.
        status, _, _ = await ask("PATCH", resource, fragment, Content_Type="application/trickle-ice-sdpfrag", If_Match=tag)
        self.assertEqual(status, 412)
        self.assertEqual((await ask("DELETE", resource))[0], 200)
        await publisher.close(fresh)
        await viewer.close()

    async def test_who_sends_no_check_is_told_that_udp_does_not_get_through(self):
        publisher, voice = Publisher(), await self.ada.join()
        offer = await publisher.offer()
        began = asyncio.get_running_loop().time()
        await voice.send(1, {"protocol": "webrtc", "sdp": offer, "negotiation": 1, "publish": {"0": "camera"}, "slots": {}})
        await voice.expect(4)                                # and the answer is not taken: no check is ever sent
        notice = await voice.expect(107)
        waited = asyncio.get_running_loop().time() - began
        self.assertEqual((notice["code"], notice["port"]), ("unreachable", self.server.media_port))
        self.assertIn(str(self.server.media_port), notice["message"])
        self.assertGreater(waited, 4.5)
        self.assertLess(waited, 9)
        print(f"\n    unreachable after {waited:.1f} s")
        await publisher.close()


if __name__ == "__main__":
    unittest.main()

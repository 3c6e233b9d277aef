# SPDX-License-Identifier: LGPL-2.1-or-later
"""People with a seat and media connections, with aiortc as their browser."""

import asyncio
import time

from aiortc_client import count_frames
import aiortc
import aiortc.codecs
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

from protocol_client import Closed, Seat

# aiortc 1.4 gives one number to two header extensions of a bundle (RFC 8843 section 9.2
# forbids it); browsers do not.
for extension in aiortc.codecs.HEADER_EXTENSIONS["video"]:
    if extension.uri.endswith("abs-send-time"):
        extension.id = 3


class Browser:
    """A person with a seat whose messages are read in the background."""

    def __init__(self, server, role):
        self.server = server
        self.seat = Seat(server, server.person(role))
        self.id = self.seat.id
        self.publisher = self.subscriber = None
        self.frames = {}  # track id → count
        self.reconnects = 0
        self.recorder = None  # the last word on it, to judge and clerk
        self.answers = {}
        self.task = None
        self.count = 0

    async def enter(self):
        await asyncio.to_thread(self.seat.come_in)
        self.task = asyncio.ensure_future(self.read())
        return self

    async def read(self):
        last_ping = 0.0
        while True:
            if time.monotonic() - last_ping > 3:
                last_ping = time.monotonic()
                self.seat.say({"type": "ping"})
            try:
                message = await asyncio.to_thread(self.seat.hear, 0.2)
            except TimeoutError:
                continue
            except (Closed, OSError):
                await self.resume()
                continue
            if message["type"] == "offer":
                asyncio.ensure_future(self.take_offer(message))
            elif message["type"] == "recorder":
                self.recorder = message
            elif message["type"] == "reconnect":
                self.reconnects += 1
            elif "id" in message:
                self.answers[message["id"]] = message

    async def resume(self):
        await asyncio.to_thread(self.seat.come_back, 5)

    async def ask(self, message):
        self.count += 1
        ident = f"m{self.seat.device[:6]}-{self.count}"
        self.seat.say({**message, "id": ident})
        for _ in range(1000):
            if ident in self.answers:
                answer = self.answers.pop(ident)
                assert answer["type"] == "ok", (message.get("type"), message.get("do"), answer)
                return answer
            await asyncio.sleep(0.01)
        raise AssertionError(f"no answer to {message['type']}")

    async def order(self, do, **fields):
        return await self.ask({"type": "command", "do": do, **fields})

    async def publish(self):
        if self.publisher:
            await self.publisher.close()
        self.publisher = aiortc.RTCPeerConnection()
        self.publisher.addTrack(AudioStreamTrack())
        self.publisher.addTrack(VideoStreamTrack())
        await self.publisher.setLocalDescription(await self.publisher.createOffer())
        answer = await self.ask({
            "type": "publish", "sdp": self.publisher.localDescription.sdp,
            "tracks": [{"mid": t.mid, "kind": t.kind}
                       for t in self.publisher.getTransceivers()]})
        await self.publisher.setRemoteDescription(
            aiortc.RTCSessionDescription(answer["sdp"], "answer"))
        await self.ask({"type": "media", "audio": True, "video": True, "screen": False})

    async def subscribe(self):
        if self.subscriber:
            await self.subscriber.close()
        self.subscriber = aiortc.RTCPeerConnection()
        self.subscriber.on("track", self.on_track)
        await self.ask({"type": "subscribe"})

    async def take_offer(self, message):
        peer = self.subscriber
        await peer.setRemoteDescription(aiortc.RTCSessionDescription(message["sdp"], "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        await self.ask({"type": "answer", "negotiation": message["negotiation"],
                        "sdp": peer.localDescription.sdp})

    def on_track(self, track):
        count_frames(track, self.frames, track.id)

    async def gets(self, source, audio=20, video=5, seconds=15):
        """So many more frames of @source."""
        names = {f"{source}-audio": audio, f"{source}-video": video}
        wanted = {n: self.frames.get(n, 0) + c for n, c in names.items()}
        for _ in range(int(seconds * 100)):
            if all(self.frames.get(n, 0) >= c for n, c in wanted.items()):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{self.id} of {source}: {self.frames}, wanted {wanted}")

    async def until(self, fact, what, seconds=15):
        for _ in range(int(seconds * 100)):
            if fact():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{self.id} waited in vain for {what}")

    async def close(self):
        if self.task:
            self.task.cancel()
        for peer in (self.publisher, self.subscriber):
            if peer:
                await peer.close()


async def court(server, *roles, opens=True):
    """These people in the hearing, connected; in session when the first of them opens it."""
    people = [await Browser(server, role).enter() for role in roles]
    judge = people[0]
    for person in people[1:]:
        if person.seat.person["role"] not in ("judge", "clerk"):
            await judge.order("admit", participant=person.id)
            await person.until(lambda p=person: p.seat.state["you"]["room"] == "hearing", "entry")
    await judge.until(lambda: judge.seat.state["recording"]["state"] == "armed", "the recorder")
    if opens:
        await judge.order("open")
    for person in people:
        await person.publish()
        await person.subscribe()
    return people

#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Publish and subscribe by WebSocket, the way of browsers, with aiortc as the browser."""

import asyncio
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
try:
    import aiortc
except ImportError:
    # Debian's module belongs to Debian's Python, which need not be the first one.
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print("1..0 # SKIP python3-aiortc is not installed")
    sys.exit(0)

import aiortc.codecs
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack

import protocol_client  # noqa: E402
from protocol_client import Closed, Seat, Server, main, until  # noqa: E402

# aiortc 1.4 gives one number to two header extensions of a bundle (RFC 8843 section 9.2
# forbids it); browsers do not.
for extension in aiortc.codecs.HEADER_EXTENSIONS["video"]:
    if extension.uri.endswith("abs-send-time"):
        extension.id = 3

if len(sys.argv) > 1 and os.access(sys.argv[1], os.X_OK):
    protocol_client.OYER = sys.argv.pop(1)


class Browser:
    """A person with a seat whose messages are read in the background."""

    def __init__(self, server, role):
        self.server = server
        self.seat = Seat(server, server.person(role))
        self.id = self.seat.id
        self.publisher = self.subscriber = None
        self.frames = {}  # track id → count
        self.reconnects = 0
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
            elif message["type"] == "reconnect":
                self.reconnects += 1
            elif "id" in message:
                self.answers[message["id"]] = message

    async def resume(self):
        def back():
            try:
                self.seat.connect()
                return True
            except (AssertionError, OSError, Closed):
                return False
        await asyncio.to_thread(until, back, "the seat", 5)

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
        async def read():
            try:
                while True:
                    await track.recv()
                    self.frames[track.id] = self.frames.get(track.id, 0) + 1
            except MediaStreamError:
                pass
        asyncio.ensure_future(read())

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


async def court(server, *roles):
    """These people in the hearing, connected, in session."""
    people = [await Browser(server, role).enter() for role in roles]
    judge = people[0]
    for person in people[1:]:
        if person.seat.person["role"] not in ("judge", "clerk"):
            await judge.order("admit", participant=person.id)
            await person.until(lambda p=person: p.seat.state["you"]["room"] == "hearing", "entry")
    await judge.until(lambda: judge.seat.state["recording"]["state"] == "armed", "the recorder")
    await judge.order("open")
    for person in people:
        await person.publish()
        await person.subscribe()
    return people


def run(test):
    """An asynchronous test with a server of its own."""
    def plain():
        with Server() as server:
            asyncio.run(asyncio.wait_for(test(server), 120))
    plain.__name__ = test.__name__
    return plain


@run
async def everybody_sees_and_hears_everybody(server):
    people = await court(server, "judge", "plaintiff", "defendant")
    for receiver in people:
        for source in people:
            if source is not receiver:
                await receiver.gets(source.id)
    for person in people:
        await person.close()


@run
async def a_muted_person_is_heard_by_nobody(server):
    judge, plaintiff, defendant = await court(server, "judge", "plaintiff", "defendant")
    await defendant.gets(plaintiff.id)
    await judge.order("mute", participant=plaintiff.id, kinds=["audio"])
    track = f"{plaintiff.id}-audio"
    await defendant.until(lambda: "audio" in plaintiff.seat.state["you"]["muted"], "the mute")
    # What was on its way comes in; then pictures go on, and sound does not.
    await defendant.gets(plaintiff.id, audio=0, video=15)
    before = defendant.frames[track]
    await defendant.gets(plaintiff.id, audio=0, video=30)
    assert defendant.frames[track] == before, (before, defendant.frames[track])
    await judge.order("unmute", participant=plaintiff.id, kinds=["audio"])
    # aiortc does not take up a medium again that was inactive, as browsers do.
    await defendant.subscribe()
    await defendant.gets(plaintiff.id)
    for person in (judge, plaintiff, defendant):
        await person.close()


@run
async def seats_and_media_live_through_the_death_of_serve(server):
    people = await court(server, "judge", "plaintiff")
    judge, plaintiff = people
    await judge.gets(plaintiff.id)
    await plaintiff.gets(judge.id)
    worker = server.pid("serve")
    os.kill(worker, signal.SIGKILL)
    # Media does not notice.
    await judge.gets(plaintiff.id, audio=50, video=20, seconds=4)
    await judge.until(lambda: server.pid("serve") not in (0, worker), "a new worker")
    await judge.until(lambda: judge.seat.state and
                      judge.seat.state["hearing"]["session"] == "in_session", "the state")
    assert judge.reconnects == 0 and plaintiff.reconnects == 0
    # Whoever comes now is offered to those who were there before.
    witness = await Browser(server, "witness").enter()
    await judge.order("call_witness", participant=witness.id)
    await witness.until(lambda: witness.seat.state["you"]["room"] == "hearing", "the call")
    await witness.publish()
    await witness.subscribe()
    await judge.gets(witness.id)
    await witness.gets(plaintiff.id)
    for person in (judge, plaintiff, witness):
        await person.close()


@run
async def both_directions_are_back_after_the_death_of_media(server):
    people = await court(server, "judge", "plaintiff")
    judge, plaintiff = people
    await judge.gets(plaintiff.id)
    media = server.pid("media")
    start = time.monotonic()
    os.kill(media, signal.SIGKILL)
    for person in people:
        await person.until(lambda p=person: p.reconnects == 1, "the word to connect anew", 3)
    for person in people:
        await person.publish()
        await person.subscribe()
    await judge.gets(plaintiff.id, audio=1, video=1)
    await plaintiff.gets(judge.id, audio=1, video=1)
    took = time.monotonic() - start
    assert took < 6, f"took {took:.1f} s"  # aiortc itself takes part of it
    for person in people:
        await person.close()


@run
async def a_witness_gets_nothing_before_he_is_called(server):
    judge, plaintiff = await court(server, "judge", "plaintiff")
    witness = await Browser(server, "witness").enter()
    witness.seat.say({"type": "subscribe", "id": "early"})
    await witness.until(lambda: witness.answers.get("early"), "the refusal")
    assert witness.answers["early"]["code"] == "wrong_state", witness.answers["early"]
    await judge.gets(plaintiff.id, audio=50)
    assert not witness.frames
    await judge.order("call_witness", participant=witness.id)
    await witness.until(lambda: witness.seat.state["you"]["room"] == "hearing", "the call")
    await witness.subscribe()
    await witness.gets(plaintiff.id)
    for person in (judge, plaintiff, witness):
        await person.close()


main([
    everybody_sees_and_hears_everybody,
    a_muted_person_is_heard_by_nobody,
    seats_and_media_live_through_the_death_of_serve,
    both_directions_are_back_after_the_death_of_media,
    a_witness_gets_nothing_before_he_is_called,
])

#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Publish and subscribe by WebSocket, the way of browsers, with aiortc as the browser."""

import asyncio
import os
import signal
import time

from aiortc_client import run
from protocol_browser import Browser, court
from protocol_client import main


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


def recorded(bench, person):
    """What the journal has of @person, in bytes."""
    return sum(t["bytes"] for t in bench.recorder["tracks"] if t["participant"] == person.id)


async def next_recorder(bench):
    before = bench.recorder
    await bench.until(lambda: bench.recorder is not before, "the next word of the recorder")


def frames_of(receiver, source):
    return sum(n for track, n in receiver.frames.items() if track.startswith(source.id))


@run
async def a_private_look_is_between_two(server):
    judge, clerk, defendant = await court(server, "judge", "clerk", "defendant")
    await defendant.gets(clerk.id)
    plaintiff = await Browser(server, "plaintiff").enter()
    witness = await Browser(server, "witness").enter()
    # Both send without being asked to; nobody gets it.
    await plaintiff.publish()
    await witness.publish()
    await clerk.order("look", participant=plaintiff.id, on=True)
    await plaintiff.until(lambda: plaintiff.seat.state["you"]["look"], "the word who looks")
    assert plaintiff.seat.state["you"]["look"]["by"] == clerk.id
    await plaintiff.subscribe()
    for forged in ({"type": "subscribe"},
                   {"type": "command", "do": "look", "participant": plaintiff.id, "on": True}):
        ident = f"forged-{forged['type']}"
        witness.seat.say({**forged, "id": ident})
        await witness.until(lambda i=ident: witness.answers.get(i), "the refusal")
        assert witness.answers[ident]["code"] in ("wrong_state", "not_allowed")
    await clerk.gets(plaintiff.id)
    await plaintiff.gets(clerk.id)
    # The clerk's voice and face are out of the room and of the record, which both go on.
    await next_recorder(judge)
    await next_recorder(judge)
    heard, kept, judges = frames_of(defendant, clerk), recorded(judge, clerk), recorded(judge, judge)
    await clerk.gets(judge.id, audio=50)
    await defendant.gets(judge.id, audio=50)
    await next_recorder(judge)
    await next_recorder(judge)
    assert frames_of(defendant, clerk) == heard, (heard, defendant.frames)
    assert recorded(judge, clerk) == kept and recorded(judge, plaintiff) == 0, judge.recorder
    assert recorded(judge, judge) > judges
    assert not frames_of(judge, plaintiff) and not frames_of(defendant, plaintiff)
    assert not frames_of(plaintiff, judge) and not frames_of(plaintiff, defendant)
    assert not witness.frames and not frames_of(clerk, witness), witness.frames
    # It ends with the clerk's line; let in, he takes part with the connections he has.
    clerk.task.cancel()
    clerk.task = None
    await asyncio.to_thread(clerk.seat.close)
    await plaintiff.until(lambda: plaintiff.seat.state["you"]["look"] is None, "the end of it")
    await judge.order("admit", participant=plaintiff.id)
    await defendant.gets(plaintiff.id)
    for person in (judge, clerk, defendant, plaintiff, witness):
        await person.close()


main([
    everybody_sees_and_hears_everybody,
    a_muted_person_is_heard_by_nobody,
    seats_and_media_live_through_the_death_of_serve,
    both_directions_are_back_after_the_death_of_media,
    a_witness_gets_nothing_before_he_is_called,
    a_private_look_is_between_two,
])

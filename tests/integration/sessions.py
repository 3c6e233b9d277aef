#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A hearing of two sessions: adjourned, gone on with, and each recorded and verified."""

import asyncio
import json
import pathlib
import sqlite3
import subprocess
import tempfile
import time

from aiortc_client import LONGEST_S
from protocol_browser import Browser
from protocol_client import OYER, Seat, Server, main, seated

HOUR_US = 3600_000_000


def book(data, *begins_us):
    """The demonstration hearing is booked with these sessions."""
    with sqlite3.connect(pathlib.Path(data) / "oyer.db", timeout=10) as database:
        hearing, = database.execute("SELECT id FROM hearing").fetchone()
        for session, from_us in enumerate(begins_us, 1):
            database.execute("INSERT INTO booking (hearing, session, resource, capacity, from_at, to_at) "
                             "VALUES (?, ?, 'demo-judge', 'judge', ?, ?)",
                             (hearing, session, from_us, from_us + HOUR_US))


def two_sessions(after_us):
    """A test with a server whose hearing has two, the second so long from now."""
    def wrap(test):
        def plain():
            with tempfile.TemporaryDirectory(prefix="oyer-sessions-") as data:
                with Server(data):
                    pass
                now_us = int(time.time() * 1e6)
                book(data, now_us, now_us + after_us)
                with Server(data) as server:
                    test(server)
        plain.__name__ = test.__name__
        return plain
    return wrap


def record(server, seat, session=""):
    """The record as that person reads it, or the status that refuses it."""
    query = f"?session={session}" if session else ""
    status, _, body = server.request("GET", f"/api/v1/hearings/{server.demo()['hearing']}/record{query}",
                                     headers=seat.headers())
    return json.loads(body) if status == 200 else status


async def check_in(person):
    await person.ask({"type": "declare", "rules": True, "language": "zh"})
    await person.ask({"type": "wait"})


async def hold(judge, plaintiff, number):
    """Who has checked in speaks for a moment."""
    await judge.until(lambda: judge.seat.state["recording"]["state"] == "armed", "the recorder")
    await judge.order("admit", participant=plaintiff.id)
    await plaintiff.until(lambda: plaintiff.seat.state["you"]["room"] == "hearing", "the admission")
    assert judge.seat.state["hearing"]["session_no"] == number
    await judge.order("open")
    for person in (judge, plaintiff):
        await person.publish()
        await person.subscribe()
    await judge.gets(plaintiff.id)


async def held_twice(server):
    judge, plaintiff = [await Browser(server, role).enter() for role in ("judge", "plaintiff")]
    await hold(judge, plaintiff, 1)
    await judge.order("close", confirm=True, adjourn=True)
    await judge.until(lambda: judge.seat.state["record"]["state"] == "sealed", "the first seal", 60)
    first = judge.seat.state
    assert first["hearing"]["status"] == "part_heard" and first["hearing"]["next_session"], first["hearing"]
    await judge.order("next_session")
    await judge.until(lambda: judge.seat.state["hearing"]["session_no"] == 2, "the second session")
    assert judge.seat.state["hearing"]["next_session"] is None
    assert judge.seat.state["record"]["state"] == "none"
    for person in (judge, plaintiff):
        await person.until(lambda p=person: p.seat.state["you"]["room"] == "lobby", "the lobby")
        await check_in(person)
    await hold(judge, plaintiff, 2)
    # The record of the first can be read while the second is held.
    read = await asyncio.to_thread(record, server, plaintiff.seat, 1)
    assert (read["state"], read["session"], read["sessions"]) == ("sealed", 1, 2), read
    assert read["root"] == first["record"]["root"] and len(read["media"]) == 2, read
    assert await asyncio.to_thread(record, server, plaintiff.seat) == 403
    await judge.order("close", confirm=True)
    await judge.until(lambda: judge.seat.state["record"]["state"] == "sealed", "the second seal", 60)
    assert judge.seat.state["hearing"]["status"] == "concluded"
    assert judge.seat.state["record"]["root"] != first["record"]["root"]
    return judge.seat


@two_sessions(6 * HOUR_US)
def each_session_is_recorded_and_verified_by_itself(server):
    judge = asyncio.run(asyncio.wait_for(held_twice(server), LONGEST_S))
    hearing = server.demo()["hearing"]
    for session in (1, 2):
        status, fields, body = server.request("GET", f"/api/v1/hearings/{hearing}/record/package.tar?session={session}",
                                              headers=judge.headers())
        assert status == 200 and f"oyer-{hearing}-{session}.tar" in fields["content-disposition"], (status, fields)
        with tempfile.NamedTemporaryFile(suffix=".tar") as file:
            file.write(body)
            file.flush()
            verified = subprocess.run([OYER, "verify", file.name], capture_output=True, text=True)
            assert verified.returncode == 0, verified
        read = record(server, judge, session)
        assert len(read["media"]) == 2 and len(read["chapters"]) == 1, read
        name = read["media"][0]["url"]
        assert server.request("GET", name, headers=judge.headers())[0] == 200, name
    for session in ("0", "3", "x"):
        assert record(server, judge, session) == 403, session
    with sqlite3.connect(server.data / "oyer.db") as database:
        held = database.execute("SELECT text FROM docket_entry WHERE kind = 'session_held' "
                                "ORDER BY number").fetchall()
    assert len(held) == 2 and "session 1" in held[0][0] and "session 2" in held[1][0], held


@two_sessions(1_000_000)
def a_session_whose_time_has_come_begins_by_itself_over_a_restart(server):
    [judge] = seated(server, "judge")
    judge.open_hearing()
    judge.order("close", confirm=True, adjourn=True)
    judge.wait(lambda: judge.state["record"]["state"] == "sealed" or
               judge.state["hearing"]["session_no"] == 2, "the seal", 60)
    judge.wait(lambda: judge.state["hearing"]["session_no"] == 2, "the second session")
    assert judge.state["hearing"]["session"] == "not_started"
    assert judge.state["you"]["room"] == "lobby", judge.state["you"]
    before = judge
    judge.close()
    server.stop()
    with Server(server.data) as anew:
        judge = Seat(anew, anew.person("judge"), before.device)
        judge.count = before.count  # an id that was answered before is not done again
        judge.come_in()
        judge.wait(lambda: judge.state["hearing"]["session_no"] == 2, "the second session")
        judge.open_hearing()
        judge.wait(lambda: judge.state["hearing"]["session"] == "in_session", "the opening")


main([
    each_session_is_recorded_and_verified_by_itself,
    a_session_whose_time_has_come_begins_by_itself_over_a_restart,
])

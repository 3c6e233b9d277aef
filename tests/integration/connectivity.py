#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Everybody's lines: counted by the server, shown to the bench, kept, sealed."""

import asyncio
import csv
import io
import json
import os
import random
import signal
import subprocess

from aiortc_client import run
from protocol_browser import court
from protocol_client import OYER, main, seated, until

LOSS = 0.25


def lose(peer, share, seed=7):
    """From now on this share of the RTP packets that the peer sends is lost."""
    dice = random.Random(seed)
    for sender in peer.getSenders():
        send = sender.transport._send_rtp

        async def sometimes(data, send=send):
            # RTCP of a bundle has types 200 to 206 (RFC 5761).
            if not 192 <= data[1] <= 223 and dice.random() < share:
                return
            await send(data)
        sender.transport._send_rtp = sometimes
        break  # one transport for all of a bundle


def lines(person):
    """The last figures that this person was told."""
    told = [m for m in person.seat.seen if m["type"] == "network"]
    return told[-1]["participants"] if told else {}


def download(server, seat, form):
    return server.request("GET", f"/api/v1/hearings/{server.demo()['hearing']}"
                          f"/connectivity.{form}", headers=seat.headers())


def records(server, seat):
    status, headers, body = download(server, seat, "jsonl")
    assert status == 200 and headers["content-type"].startswith("application/jsonl"), status
    return [json.loads(line) for line in body.decode().splitlines()]


def facts(server, seat, participant):
    return [(r["fact"], r["details"] or {}) for r in records(server, seat)
            if r["type"] == "fact" and r["participant"] == participant]


@run
async def a_line_that_loses_packets_is_seen_by_the_clerk_without_its_client(server):
    judge, clerk, plaintiff = await court(server, "judge", "clerk", "plaintiff")
    lose(plaintiff.publisher, LOSS)

    def both_ends_agree():
        up = lines(clerk).get(plaintiff.id, {}).get("up", {})
        return all(up.get(k) is not None and abs(up[k] - LOSS) < 0.12
                   for k in ("loss", "audio_loss", "video_loss", "loss_sender"))
    await clerk.until(both_ends_agree, "the loss, as both ends see it", 25)
    line = lines(clerk)[plaintiff.id]
    assert line["rating"] == "bad" and line["cause"] == "sound_up", line
    assert line["stated"] is False and "client" not in line, line
    assert line["up"]["kbps"] > 0 and line["up"]["jitter_ms"] >= 0, line
    # Nobody else's line is bad for it; who gets the packets gets them all.
    other = lines(clerk)[judge.id]
    assert other["rating"] == "good", other
    assert other["down"]["rtt_ms"] is not None and other["down"]["loss"] is not None, other
    # Which picture is sent: the plaintiff's arrives at the court and at the judge.
    await clerk.until(lambda: lines(clerk)[plaintiff.id]["up"]["sizes"]
                      and lines(clerk)[judge.id]["down"]["sizes"], "the sizes", 12)
    up, down = lines(clerk)[plaintiff.id]["up"], lines(clerk)[judge.id]["down"]
    assert up["pictures"] == 1 and up["sizes"] == [up["full_size"]], up
    assert down["pictures"] >= 1 and up["full_size"] in down["sizes"], (up, down)
    # Everybody learns of his own line, and of no other.
    await plaintiff.until(lambda: lines(plaintiff), "his own line", 12)
    assert set(lines(plaintiff)) == {plaintiff.id}, lines(plaintiff)
    kept = [r["line"] for r in await asyncio.to_thread(records, server, clerk.seat)
            if r["type"] == "sample" and r["participant"] == plaintiff.id]
    assert any(one["rating"] == "bad" and one["cause"] == "sound_up" for one in kept), kept
    for person in (judge, clerk, plaintiff):
        await person.close()


@run
async def what_a_client_states_is_shown_as_its_word(server):
    clerk, defendant = await court(server, "clerk", "defendant", opens=False)
    said = {"concealed": 0.2, "frozen_ms": 0, "hidden": True, "battery": 4}
    defendant.seat.say({"type": "report", **said})
    await clerk.until(lambda: "client" in lines(clerk).get(defendant.id, {}), "the word", 12)
    line = lines(clerk)[defendant.id]
    assert line["client"] == said, line
    assert (line["rating"], line["cause"], line["stated"]) == ("bad", "sound_down", True), line
    # It is nobody's word but his, and not for long.
    assert "client" not in lines(clerk)[clerk.id]
    await clerk.until(lambda: "client" not in lines(clerk)[defendant.id], "its end", 20)
    assert lines(clerk)[defendant.id]["rating"] == "good", lines(clerk)[defendant.id]
    # Too much, and what cannot be, is refused and changes nothing.
    answers = []
    for i in range(6):
        defendant.seat.say({"type": "report", "battery": 50, "id": f"r{i}"})
    await defendant.until(lambda: all(f"r{i}" in defendant.answers for i in range(6)), "answers")
    answers = [defendant.answers[f"r{i}"]["type"] for i in range(6)]
    assert answers.count("ok") == 3, answers
    defendant.seat.say({"type": "report", "concealed": 2, "id": "bad"})
    await defendant.until(lambda: "bad" in defendant.answers, "the refusal")
    assert defendant.answers["bad"]["code"] == "bad_request", defendant.answers["bad"]
    for person in (clerk, defendant):
        await person.close()


@run
async def who_was_cut_off_and_why_is_in_the_record(server):
    await asyncio.to_thread(cut_and_come_back, server)


def person_of(state, seat):
    return {p["id"]: p for p in state["people"]}[seat.id]


def cut_and_come_back(server):
    clerk, plaintiff, defendant = seated(server, "clerk", "plaintiff", "defendant")

    def status(seat, wanted):
        return person_of(clerk.state, seat)["status"] == wanted

    # The page is closed: the browser says so.
    plaintiff.socket.frame(8, (1001).to_bytes(2, "big"))
    clerk.wait(lambda: status(plaintiff, "disconnected"), "the loss")
    # The clerk is told why at once.
    away = person_of(clerk.state, plaintiff)["away"]
    assert away["reason"] == "page_closed" and away["since"], away
    plaintiff.connect()
    # The line is cut: nobody says anything.
    defendant.socket.close()
    clerk.wait(lambda: status(defendant, "disconnected"), "the loss")
    defendant.connect()
    defendant.do({"type": "leave"})

    told = until(lambda: len(facts(server, clerk, defendant.id)) >= 4
                 and facts(server, clerk, defendant.id), "four facts")
    assert [fact for fact, _ in told] == ["arrived", "lost", "back", "left"], told
    assert told[1][1] == {"reason": "line_broken"}, told
    assert 0 <= told[2][1]["away_us"] < 20_000_000, told
    told = facts(server, clerk, plaintiff.id)
    assert told[1] == ("lost", {"reason": "page_closed"}), told

    # Our own fault is said to be ours.
    worker = server.pid("serve")
    os.kill(worker, signal.SIGKILL)
    until(lambda: server.pid("serve") not in (0, worker), "a new worker")
    clerk.come_back()
    told = until(lambda: [d for f, d in facts(server, clerk, plaintiff.id)
                          if d.get("reason") == "server_restarted"], "the restart")
    assert told, facts(server, clerk, plaintiff.id)

    # The table has the same, with names, for those who may.
    status_code, headers, body = download(server, clerk, "csv")
    assert status_code == 200 and headers["content-type"].startswith("text/csv"), status_code
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    cut = [r for r in rows if r["fact"] == "lost" and r["participant"] == defendant.id]
    assert cut[0]["reason"] == "line_broken", cut
    assert cut[0]["name"] == defendant.person["name"] and cut[0]["role"] == "party", cut
    plaintiff.connect()
    for form in ("jsonl", "csv"):
        assert download(server, plaintiff, form)[0] == 403
        assert server.request("GET", "/api/v1/hearings/"
                              f"{server.demo()['hearing']}/connectivity.{form}")[0] == 401
    for seat in (clerk, plaintiff):
        seat.close()


@run
async def media_that_went_silent_is_in_the_record(server):
    judge, plaintiff = await court(server, "judge", "plaintiff")
    await judge.gets(plaintiff.id)
    # As if the cable were pulled: not a word any more, and no goodbye.
    for peer in (plaintiff.publisher, plaintiff.subscriber):
        for transceiver in peer.getTransceivers()[:1]:
            ice = transceiver.sender.transport.transport._connection
            for component in list(ice._nominated.values()):
                component.protocol.transport.close()

    async def cut():
        told = await asyncio.to_thread(facts, server, judge.seat, plaintiff.id)
        return {(f, d.get("connection"), d.get("reason")) for f, d in told}
    for _ in range(60):
        told = await cut()
        if {("media_lost", "publish", "line_silent"),
                ("media_lost", "subscribe", "line_silent")} <= told:
            break
        await asyncio.sleep(0.25)
    else:
        raise AssertionError(told)
    await plaintiff.publish()
    await judge.gets(plaintiff.id)
    told = await asyncio.to_thread(facts, server, judge.seat, plaintiff.id)
    back = [d for f, d in told if f == "media_back" and d["connection"] == "publish"]
    assert back and back[0]["away_us"] > 0, told
    for person in (judge, plaintiff):
        await person.close()


@run
async def the_sealed_package_has_it_and_tells_when_it_is_changed(server):
    judge, plaintiff = await court(server, "judge", "plaintiff")
    await judge.gets(plaintiff.id, audio=50)
    await judge.until(lambda: plaintiff.id in lines(judge), "a figure", 12)
    await judge.order("close", confirm=True)
    await judge.until(lambda: judge.seat.state["record"]["state"] in ("sealed", "failed"),
                      "the seal", 60)
    package = (server.data / "hearings" / server.demo()["hearing"] / "1" / "package")
    path = package / "data" / "log" / "connectivity.jsonl"
    kept = [json.loads(line) for line in path.read_text().splitlines()]
    assert {"arrived"} <= {r["fact"] for r in kept if r["type"] == "fact"}, kept
    assert any(r["type"] == "sample" and r["participant"] == plaintiff.id for r in kept)
    assert [r["at_us"] for r in kept] == sorted(r["at_us"] for r in kept)

    def verify():
        return subprocess.run([OYER, "verify", str(package)],
                              capture_output=True, text=True, check=False)
    good = await asyncio.to_thread(verify)
    assert good.returncode == 0, good.stdout + good.stderr
    path.chmod(0o600)
    path.write_text(path.read_text().replace('"arrived"', '"removed"'))
    bad = await asyncio.to_thread(verify)
    assert bad.returncode == 1 and "connectivity.jsonl" in bad.stdout + bad.stderr, bad
    for person in (judge, plaintiff):
        await person.close()


main([
    a_line_that_loses_packets_is_seen_by_the_clerk_without_its_client,
    what_a_client_states_is_shown_as_its_word,
    who_was_cut_off_and_why_is_in_the_record,
    media_that_went_silent_is_in_the_record,
    the_sealed_package_has_it_and_tells_when_it_is_changed,
])

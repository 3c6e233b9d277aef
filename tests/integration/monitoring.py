#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What an operator sees from outside: figures for Prometheus, and a hearing's graph."""

import asyncio
import http.client
import math
import os
import re
import shutil
import signal
import subprocess

from aiortc_client import run_on
from protocol_browser import court
from protocol_client import OYER, Server, main, seated, until

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{([^{{}}]*)\}})? (\S+)')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"')


def parse(text):
    """The exposition format, version 0.0.4, strictly: {family: (type, {(name, labels): value})}."""
    assert text.endswith("\n") and "\r" not in text, "every line ends with a line feed"
    families, current = {}, None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, help_text = line[7:].split(" ", 1)
            assert re.fullmatch(NAME, name) and help_text, line
            assert name not in families, f"{name} comes twice"
            families[name], current = [None, {}], name
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            assert name == current and families[name][0] is None, line
            assert kind in ("counter", "gauge", "histogram"), line
            assert (kind == "counter") == name.endswith("_total"), line
            families[name][0] = kind
        else:
            match = SAMPLE.fullmatch(line)
            assert match, repr(line)
            name, labels, value = match.groups()
            kind = families[current][0]
            suffixes = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
            assert name in [current + s for s in suffixes], (line, current)
            pairs = tuple(LABEL.findall(labels or ""))
            assert ",".join(f'{k}="{v}"' for k, v in pairs) == (labels or ""), line
            assert len({k for k, _ in pairs}) == len(pairs), line
            key = (name, pairs)
            assert key not in families[current][1], f"{key} comes twice"
            number = float(value)
            assert math.isfinite(number) and (number >= 0), line
            families[current][1][key] = number
    for name, (kind, samples) in families.items():
        assert kind and samples, f"{name} is empty"
        if kind == "histogram":
            buckets = [(p[-1][1], v) for (n, p), v in samples.items() if n.endswith("_bucket")]
            assert buckets[-1][0] == "+Inf" and [v for _, v in buckets] == sorted(
                v for _, v in buckets), buckets
            assert buckets[-1][1] == samples[(name + "_count", ())], name
    return families


def scrape(server, path="/metrics"):
    port = int(re.findall(r"metrics on port (\d+)", server.log_text())[-1])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response, body


def figures(server):
    response, body = scrape(server)
    assert response.status == 200, (response.status, body)
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4"), body
    promtool = shutil.which("promtool")
    if promtool:
        judged = subprocess.run([promtool, "check", "metrics"], input=body, text=True,
                                capture_output=True, check=False)
        assert judged.returncode == 0, judged.stdout + judged.stderr
    values = {}
    for _, samples in parse(body).values():
        values.update(samples)
    return values, body


def one(values, name, **labels):
    return values[(name, tuple(labels.items()))]


watched = run_on("--admin-listen", "127.0.0.1:0")


@watched
async def figures_of_a_hearing_are_valid_and_name_nobody(server):
    judge, plaintiff = await court(server, "judge", "plaintiff")
    await judge.gets(plaintiff.id, audio=50, video=20)
    await plaintiff.gets(judge.id, audio=10, video=5)
    values, body = await asyncio.to_thread(figures, server)
    assert one(values, "oyer_hearings", state="in_session") == 1, body
    assert one(values, "oyer_recorders", state="recording") == 1, body
    assert one(values, "oyer_journals", state="open") == 1, body
    assert one(values, "oyer_journal_age_seconds") < 5, body
    assert one(values, "oyer_journal_bytes") > 1000, body
    assert one(values, "oyer_media_up") == 1, body
    assert one(values, "oyer_media_participants") == 2, body
    assert one(values, "oyer_media_connections", kind="publish") == 2, body
    assert one(values, "oyer_media_packets_total", direction="in") > 70, body
    assert one(values, "oyer_media_packets_total", direction="out") > 70, body
    # A publisher without simulcast: one layer of one picture, in and out.
    assert one(values, "oyer_media_layers_in", layer="only") == 2, body
    assert one(values, "oyer_media_layers_out", layer="only") == 2, body
    assert one(values, "oyer_media_layers_in", layer="high") == 0, body
    assert one(values, "oyer_seats") == 2 and one(values, "oyer_present") == 2, body
    assert one(values, "oyer_cpu_seconds_total", process="media") > 0, body
    assert one(values, "oyer_resident_memory_bytes", process="serve") > 1e6, body
    assert one(values, "oyer_serve_loop_late_seconds_count") > 0, body
    demo = server.demo()
    for secret in [demo["hearing"], demo["case"], "demo"] + [
            p[k] for p in demo["people"] for k in ("id", "name", "token")]:
        assert secret not in body, secret
    # Counters never fall, whoever leaves.
    for person in (judge, plaintiff):
        await person.close()
    plaintiff.seat.say({"type": "leave"})

    def gone():
        now, _ = figures(server)
        return one(now, "oyer_media_connections", kind="publish") < 2 and now
    later = await asyncio.to_thread(until, gone, "the end of a connection")
    counters = [k for k in values if k[0].endswith("_total")]
    assert len(counters) > 15, counters
    for key in counters:
        assert later[key] >= values[key], (key, values[key], later[key])


@watched
async def without_media_the_figures_say_so(server):
    os.kill(server.pid("media"), signal.SIGSTOP)
    try:
        values, body = await asyncio.to_thread(figures, server)
    finally:
        os.kill(server.pid("media"), signal.SIGCONT)
    assert one(values, "oyer_media_up") == 0, body
    assert "oyer_media_packets_total" not in body
    assert one(values, "oyer_build_info", version="0.1.0") == 1, body


def figures_are_nowhere_unless_asked_for_and_never_on_the_public_port():
    with Server() as server:
        assert server.request("GET", "/metrics")[0] == 404
        assert "metrics on port" not in server.log_text()
    with Server(None, "--admin-listen", "127.0.0.1:0") as server:
        assert server.request("GET", "/metrics")[0] == 404
        # Nor is anything of the court on the other one.
        for path in ("/", "/api/v1/health", "/api/v1/pass", "/j/x"):
            assert scrape(server, path)[0].status == 404, path
    for wrong in ("9464", "127.0.0.1", "127.0.0.1:99999", "::1:9464", "[::1"):
        run = subprocess.run([OYER, "serve", "--data", "/tmp/none",
                              "--admin-listen", wrong], capture_output=True, text=True,
                             check=False, timeout=20)
        assert run.returncode == 2 and "admin-listen" in run.stderr, (wrong, run)


def graph(server, *arguments):
    return subprocess.run([OYER, "graph", "--data", str(server.data),
                           *arguments], capture_output=True, text=True, check=False, timeout=30)


def a_live_hearing_is_drawn_by_one_command():
    with Server() as server:
        hearing = server.demo()["hearing"]
        [judge] = seated(server, "judge")
        drawn = until(lambda: (g := graph(server)).returncode == 0 and g, "a graph")
        assert drawn.stdout.startswith("digraph") and drawn.stdout.rstrip().endswith("}"), drawn
        for element in ("OyerSfu", "OyerJournalSink"):
            assert element in drawn.stdout, drawn.stdout[:2000]
        for secret in (server.person("judge")["token"], str(server.data)):
            assert secret not in drawn.stdout, secret
        dot = shutil.which("dot")
        if dot:
            subprocess.run([dot, "-Tsvg"], input=drawn.stdout, text=True, check=True,
                           capture_output=True, timeout=60)
        assert graph(server, hearing).stdout.startswith("digraph")
        # serve's own connection to media was not disturbed.
        assert judge.ask({"type": "hand", "raised": True})["type"] in ("ok", "error")
        none = graph(server, "no-such")
        assert none.returncode == 1 and "no such hearing" in none.stderr, none
        assert graph(server, "../x").returncode == 2
        judge.close()
    gone = graph(server)
    assert gone.returncode == 1 and "no server" in gone.stderr, gone


main([
    figures_of_a_hearing_are_valid_and_name_nobody,
    without_media_the_figures_say_so,
    figures_are_nowhere_unless_asked_for_and_never_on_the_public_port,
    a_live_hearing_is_drawn_by_one_command,
])

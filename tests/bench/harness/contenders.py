# SPDX-License-Identifier: LGPL-2.1-or-later
"""Those who take turns: Oyer, Oyer's front door, Janus, and the machine's limit.

Each is a function of a Bench and a shape (a dict of the load generator's options)
that starts a server anew, has it loaded, and returns what was measured.
"""

import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile
import time

from harness import Failed, Process, run
from harness.network import CLIENT, SERVER

JANUS_LIBRARIES = pathlib.Path("/usr/lib/x86_64-linux-gnu/janus")
PORT = 8470
JANUS_PORT = 8088
LIMIT_PORT = 20000
LIMIT_MARGIN_S = 1


@dataclasses.dataclass
class Bench:
    network: object
    build: pathlib.Path
    scratch: str
    ice: str  # of Oyer

    def folder(self):
        return pathlib.Path(tempfile.mkdtemp(dir=self.scratch))


def words_of(shape):
    """{"memory_from": 5, "mesh": True} → ["--memory-from=5", "--mesh"]"""
    for name, value in shape.items():
        option = "--" + name.replace("_", "-")
        if value is True:
            yield option
        elif value not in (None, False):
            yield f"{option}={value}"


def load(bench, shape, pids, *arguments):
    done = subprocess.run(
        bench.network.on_client(bench.build / "tests/bench/load", "--address", CLIENT,
                                *[f"--pid={pid}" for pid in pids], *words_of(shape),
                                *arguments),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Failed(f"the load failed: {done.stderr[-2000:]}{done.stdout[-500:]}")
    return json.loads(done.stdout)


def processes_on(data):
    """Those that were given this data directory of ours."""
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if os.fsencode(data) in entry.read_bytes().split(b"\0"):
                yield int(entry.parent.name)
        except OSError:
            continue


def end_processes_on(data):
    """The media process outlives its server by design; here nothing is left to do."""
    deadline = time.monotonic() + 5
    while pids := list(processes_on(data)):
        for pid in pids:
            try:
                os.kill(pid, 15 if time.monotonic() < deadline else 9)
            except ProcessLookupError:
                pass
        time.sleep(0.05)


def oyer(bench, shape):
    """The media process alone: all that a packet touches."""
    data = bench.folder()
    shape = dict(shape)
    journal = bench.folder() if shape.pop("journal", False) else None
    command = bench.network.on_server(bench.build / "src/oyer", "media", "--data", data,
                                      "--listen", SERVER, "--ice", bench.ice)
    with Process(command, data / "log") as media:
        media.wait_until((data / "run/media.sock").exists)
        return load(bench, {**shape, "journal": journal}, [media.pid], "--media", data)


def oyer_front_door(bench, shape):
    """The whole server, asked by WHIP and WHEP: what is measured is all of it."""
    data = bench.folder()
    program = bench.build / "src/oyer"
    people = data / "people.json"
    command = bench.network.on_server(program, "serve", "--demo", "--listen", SERVER,
                                      "--data", data, "--port", PORT, "--ice", bench.ice)
    try:
        with Process(command, data / "serve.log") as server, open(people, "wb") as out:
            server.wait_for("ready ")
            done = subprocess.run(
                bench.network.on_server(program, "demo", "--data", data, "--people",
                                        shape["receivers"]),
                stdout=out, stderr=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                raise Failed(f"oyer demo: {done.stderr[-2000:]}")
            return load(bench, shape, list(processes_on(data)), "--people", people)
    finally:
        # The server would start it anew: so it goes last.
        end_processes_on(data)


def janus_folder(bench):
    folder = bench.folder()
    others = {kind: ",".join(path.name for path in (JANUS_LIBRARIES / kind).glob("*.so")
                             if "videoroom" not in path.name
                             and "_http" not in path.name)
              for kind in ("plugins", "transports")}
    (folder / "janus.jcfg").write_text(f'''
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{JANUS_LIBRARIES}/plugins"
  transports_folder = "{JANUS_LIBRARIES}/transports"
  events_folder = "{JANUS_LIBRARIES}/events"
  loggers_folder = "{JANUS_LIBRARIES}/loggers"
  debug_level = 4
  session_timeout = 0
}}
media: {{ ipv6 = false }}
nat: {{ ice_enforce_list = "{SERVER}" }}
plugins: {{ disable = "{others["plugins"]}" }}
transports: {{ disable = "{others["transports"]}" }}
events: {{ broadcast = false }}
''')
    (folder / "janus.transport.http.jcfg").write_text(f'''
general: {{ json = "compact", base_path = "/janus", http = true, port = {JANUS_PORT},
  ip = "{SERVER}", https = false }}
admin: {{ admin_http = false, admin_https = false }}
''')
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")
    return folder


def janus(bench, shape):
    """Debian's package, its videoroom, asked by its REST API."""
    folder = janus_folder(bench)
    command = bench.network.on_server("janus", "-F", folder)
    with Process(command, folder / "log") as server:
        server.wait_for("HTTP webserver started")
        return load(bench, shape, [server.pid], "--janus",
                    f"http://{SERVER}:{JANUS_PORT}/janus")


def streams_of(shape):
    if shape.get("mesh"):
        return shape.get("hearings", 1) * shape["publishers"] * (shape["publishers"] - 1)
    return shape["receivers"]


def limit(bench, shape):
    """tests/bench/limit.c: encrypts and sends the same packets, and nothing else."""
    program = bench.build / "tests/bench/limit"
    where = [CLIENT, LIMIT_PORT, streams_of(shape)]
    receive = subprocess.Popen(
        bench.network.on_client(program, "receive", *where,
                                shape["seconds"] + LIMIT_MARGIN_S),
        stdout=subprocess.PIPE, text=True)
    time.sleep(LIMIT_MARGIN_S / 2)
    send = run(*bench.network.on_server(program, "send", shape.get("kind", "video"),
                                        *where, shape["seconds"]),
               stdout=subprocess.PIPE, text=True)
    received = int(receive.communicate()[0])
    return {"us_per_packet": float(send.stdout), "received": received}

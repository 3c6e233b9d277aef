#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`oyer serve` as a program: its errors, its lock, its worker, its demo court."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile

from protocol_client import OYER, Seat, Server, alive, main, seated, until


def fails(*arguments, code):
    """Runs oyer, demands this exit code and one line on stderr; returns the line."""
    done = subprocess.run([OYER, *arguments], capture_output=True, text=True,
                          timeout=20)
    assert done.returncode == code, (done.returncode, done.stderr)
    assert done.stdout == "", done.stdout
    assert done.stderr.count("\n") == 1 and done.stderr.endswith("\n"), done.stderr
    return done.stderr.strip()


def each_mistake_gets_one_clear_line():
    with tempfile.TemporaryDirectory() as data:
        assert "--nonsense" in fails("serve", "--data", data, "--nonsense", code=2)
        assert "'http'" in fails("serve", "--data", data, "--port", "http", code=2)
        assert "65536" in fails("serve", "--data", data, "--port", "65536", code=2)
        assert "--data" in fails("serve", code=2)
        assert "zh-en" in fails("serve", "--data", data, "--language", "fr", code=2)
        assert "go together" in fails("serve", "--data", data, "--tls-cert", "/dev/null", code=2)
        assert "surplus" in fails("serve", "--data", data, "surplus", code=2)
        assert "address" in fails("serve", "--data", data, "--port", "0", "--listen",
                                  "court.example", code=2)
        assert "media-port" in fails("serve", "--data", data, "--media-port", "0", code=2)
        assert "neither" in fails("serve", "--data", data, "--ice", "half", code=2)
        assert "full ICE" in fails("serve", "--data", data, "--ice", "lite",
                                   "--media-ports", "20000-29999", code=2)
        conf = pathlib.Path(data) / "oyer.conf"
        conf.write_text("[turn]\nurls=turn:relay.example:3478\n")
        assert "secret" in fails("serve", "--data", data, code=2)
        conf.unlink()
        blocked = pathlib.Path(data) / "file"
        blocked.write_text("")
        assert str(blocked) in fails("serve", "--data", str(blocked), code=1)
        assert "nonsense" in fails("nonsense", code=2)


def a_port_in_use_is_said_so():
    with tempfile.TemporaryDirectory() as data, socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        assert port in fails("serve", "--data", data, "--port", port, code=1)


def an_unknown_key_of_the_configuration_is_an_error():
    with tempfile.TemporaryDirectory() as data:
        conf = pathlib.Path(data) / "oyer.conf"
        conf.write_text("[serve]\nport=0\ncolour=red\n")
        assert "colour" in fails("serve", "--data", data, code=2)
        conf.write_text("[serve]\nport=many\n")
        assert "port" in fails("serve", "--data", data, code=2)


def two_servers_cannot_have_one_directory():
    with Server() as server:
        line = fails("serve", "--data", str(server.data), "--port", "0", code=1)
        assert "another server" in line, line


def help_is_printed_for_every_subcommand():
    for subcommand in ("serve", "demo", "links", "admin"):
        done = subprocess.run([OYER, subcommand, "--help"],
                              capture_output=True, text=True, timeout=20)
        assert done.returncode == 0 and f"oyer {subcommand}" in done.stdout, done
        assert done.stderr == "", done.stderr


def a_clean_stop_takes_everything_down():
    server = Server()
    pids = [server.pid(name) for name in ("serve", "supervisor", "media")]
    assert all(map(alive, pids)), pids
    assert server.stop() == 0
    until(lambda: not any(map(alive, pids)), "all processes to end")
    assert server.pid("serve") == 0
    server.close()


def a_very_long_data_directory_works():
    with tempfile.TemporaryDirectory() as top:
        data = pathlib.Path(top) / ("long-" * 30) / ("name-" * 20)
        data.mkdir(parents=True)
        with Server(str(data)) as server:
            assert server.request("GET", "/api/v1/health")[0] == 200
            until(lambda: server.pid("media"), "media")


def the_demo_court_is_the_same_after_a_restart():
    with tempfile.TemporaryDirectory() as data:
        with Server(data) as server:
            before = server.demo()
            seat = Seat(server, server.person("judge"))
            seat.close()
        with Server(data) as server:
            after = server.demo()
            same = ("id", "token")
            assert after["hearing"] == before["hearing"]
            assert [[p[k] for k in same] for p in after["people"]] == \
                [[p[k] for k in same] for p in before["people"]]
            Seat(server, server.person("judge"), seat.device).close()
            mode = os.stat(server.data / "demo.json").st_mode & 0o777
            assert mode == 0o600, oct(mode)


def a_killed_worker_is_replaced_and_seats_are_kept():
    with Server() as server:
        [judge] = seated(server, "judge")
        worker, media = server.pid("serve"), server.pid("media")
        os.kill(worker, signal.SIGKILL)
        assert judge.socket.close_code() in (1001, 1006)
        judge.come_back(2)
        assert judge.state["you"]["room"] == "hearing", judge.state["you"]
        assert judge.state["you"]["declared"] is True
        assert server.pid("serve") not in (0, worker)
        assert server.pid("media") == media and alive(media)


def the_worker_dies_with_its_supervisor():
    server = Server()
    worker, supervisor = server.pid("serve"), server.pid("supervisor")
    os.kill(supervisor, signal.SIGKILL)
    until(lambda: not alive(worker), "the worker to end")
    server.process.wait(5)
    server.close()


def a_crowd_is_in_session_at_once():
    with Server() as server:
        done = subprocess.run([OYER, "demo", "--data", str(server.data),
                               "--people", "3"], capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        crowd = json.loads(done.stdout)
        assert set(crowd) == {"base", "hearing", "case", "people"}
        roles = [p["role"] for p in crowd["people"]]
        assert roles.count("judge") == 1 and len(roles) == 4, roles
        for person in crowd["people"]:
            assert set(person) == {"id", "role", "name", "link", "token", "whip", "whep"}
        seat = Seat(server, crowd["people"][1])
        assert seat.state["hearing"]["session"] == "in_session"
        assert seat.state["recording"]["state"] == "idle"


def a_recorded_crowd_is_recorded():
    with Server() as server:
        done = subprocess.run([OYER, "demo", "--data", str(server.data),
                               "--people", "1", "--record"], capture_output=True, text=True,
                              timeout=30)
        assert done.returncode == 0, done.stderr
        crowd = json.loads(done.stdout)
        judge = next(p for p in crowd["people"] if p["role"] == "judge")
        seat = Seat(server, judge)
        assert seat.state["recording"]["state"] == "recording", seat.state["recording"]
        assert (server.data / "hearings" / crowd["hearing"] / "1" / "journal" /
                "000001.pcapng").exists()


def demo_without_a_server_says_so():
    with tempfile.TemporaryDirectory() as data:
        assert "no server" in fails("demo", "--data", data, "--people", "1", code=1)


def links_prints_everybody():
    with Server() as server:
        done = subprocess.run([OYER, "links", "--data", str(server.data)],
                              capture_output=True, text=True, timeout=20)
        assert done.returncode == 0, done.stderr
        for person in server.demo()["people"]:
            assert person["link"] in done.stdout
        assert "▄" in done.stdout


def no_token_is_ever_logged():
    with Server() as server:
        people = server.demo()["people"]
        seat = Seat(server, people[0])
        seat.close()
        server.request("GET", "/j/" + people[1]["token"])
        server.request("GET", "/api/v1/pass",
                       headers={"Authorization": "Bearer " + people[1]["token"] + "x"})
        server.stop()
        text = server.log_text()
        for person in people:
            assert person["token"][:40] not in text


main([
    each_mistake_gets_one_clear_line,
    a_port_in_use_is_said_so,
    an_unknown_key_of_the_configuration_is_an_error,
    two_servers_cannot_have_one_directory,
    help_is_printed_for_every_subcommand,
    a_clean_stop_takes_everything_down,
    a_very_long_data_directory_works,
    the_demo_court_is_the_same_after_a_restart,
    a_killed_worker_is_replaced_and_seats_are_kept,
    the_worker_dies_with_its_supervisor,
    a_crowd_is_in_session_at_once,
    a_recorded_crowd_is_recorded,
    demo_without_a_server_says_so,
    links_prints_everybody,
    no_token_is_ever_logged,
])

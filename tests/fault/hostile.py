#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Hostile participants and strangers against a hearing that is on the record.

usage: hostile.py OYER HOSTILE-PEERS CORPUS lite|full [TEST…]

A real server; judge and plaintiff publish, clerk and counsel watch; the defendant, and
strangers without any pass, attack.  Every attack is measured against a quiet moment
just before it: what it adds to the others' delay, whether they lose packets or their
connection, how often the innocent are asked for key frames, whether a stranger gets any
answer.  At the end the hearing is closed and its record verified.

The attackers' threads are niced, so that on two processors the generator of a flood is
not what holds the innocent up; they still send what they are to send, which is checked.
What else runs on the machine in that moment can hold anybody up: delay and loss may be
measured three times, everything else must hold every time.
"""

import atexit
import collections
import contextlib
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "integration"))
from protocol_client import OYER, Seat, Server, main, until  # noqa: E402

PEERS, CORPUS, ICE = sys.argv[1:4]
del sys.argv[1:4]

QUIET_S = 0.8
ATTACK_S = 1.6
ADDED_P99_MS = 5
ATTEMPTS = 3
SECRET = "s3cr3t"  # FAULT_SECRET of peer.h
PLAYERS = {"clerk-1": ("clerk", "judge"), "clerk-2": ("clerk", "plaintiff"),
           "counsel-1": ("counsel", "judge"), "counsel-2": ("counsel", "plaintiff")}


class Peers:
    """The program that holds all peers, innocent and hostile."""

    def __init__(self):
        self.process = subprocess.Popen([PEERS, CORPUS], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def __call__(self, do, **fields):
        self.process.stdin.write(json.dumps({"do": do, **fields}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert "error" not in answer, (do, fields, answer)
        return answer

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(20) == 0


class Court:
    """A recorded hearing of the demo court, its people connected."""

    def __init__(self):
        self.server = Server(None, "--engine", "none", "--ice", ICE)
        roles = ("judge", "clerk", "plaintiff", "defendant", "counsel")
        self.seats = {role: Seat(self.server, self.server.person(role), "bearer")
                      for role in roles}
        for seat in self.seats.values():
            seat.come_in()
        judge = self.seats["judge"]
        for role in roles[2:]:
            judge.order("admit", participant=self.seats[role].id)
        judge.open_hearing()
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.pings = threading.Thread(target=self.ping, daemon=True)
        self.pings.start()
        self.peers = Peers()
        for role in ("judge", "plaintiff"):
            self.publish(role)
        for name, (role, source) in PLAYERS.items():
            self.play(name, role, source, measured=True)
        self.publish("defendant", hostile=True)
        self.play("spy", "defendant", "judge", hostile=True)
        self.play("victim", "clerk", "defendant")

    def ping(self):
        """What a client does that is not measured: it lives, and reads what it gets."""
        while not self.ended.wait(0.5):
            with self.lock:
                for seat in self.seats.values():
                    seat.say({"type": "ping"})
                    with contextlib.suppress(TimeoutError):
                        while True:
                            seat.hear(0.001)
                    self.check_secrets(seat)
                    del seat.seen[:-20]

    @staticmethod
    def check_secrets(seat):
        """What publishers say of themselves in their descriptions is for nobody else."""
        told = json.dumps(seat.seen)
        assert SECRET not in told, told[:2000]

    def access(self, role, kind):
        person = self.server.person(role)
        return {"url": person[kind], "token": person["token"]}

    def publish(self, role, **fields):
        self.peers("publish", name=role, **self.access(role, "whip"), **fields)

    def play(self, name, role, source, **fields):
        self.peers("play", name=name, **self.watch(role, source), **fields)

    def watch(self, role, source):
        access = self.access(role, "whep")
        access["url"] += f"?source={self.seats[source].id}"
        return access

    def window(self, seconds):
        self.peers("reset")
        time.sleep(seconds)
        return self.peers("count")

    def media_rss_kib(self):
        status = pathlib.Path(f"/proc/{self.server.pid('media')}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def attack(self, *orders, wanted=0, during=None):
        """What happens under the attack; what the innocent noticed of it is checked."""
        for _ in range(ATTEMPTS):
            people, result, added, lost, sent = self.attempt(orders, during)
            if added <= ADDED_P99_MS and not lost and sent >= wanted * 0.7:
                return people, result
        raise AssertionError(f"{added:.2f} ms later, {lost} packets lost, by {sent:.0f} "
                             "packets a second")

    def attempt(self, orders, during):
        """Quiet, then the attack."""
        quiet = self.window(QUIET_S)
        self.peers("reset")
        began = time.monotonic()
        for order in orders:
            self.peers(**order)
        result = during() if during else None
        time.sleep(max(0.0, ATTACK_S - (time.monotonic() - began)))
        # Counted before it ends: what comes after is no longer of the attack.
        count = self.peers("count")
        took = self.took_s = time.monotonic() - began
        calm = self.peers("calm")
        added = count["p99_ms"] - quiet["p99_ms"]
        people = count["people"]
        print(f"# p99 {quiet['p99_ms']:.2f} → {count['p99_ms']:.2f} ms, longest gap "
              f"{max(people[name]['gap_ms'] for name in PLAYERS):.0f} ms, key frames asked "
              f"{people['judge']['asked']}, {calm} in {took:.1f} s", flush=True)
        lost = 0
        for name in PLAYERS:
            now = people[name]
            assert now["connected"] and now["losses"] == 0, (name, now)
            assert now["received"] >= 100 * took, (name, now, took)
            lost += now["expected"] - now["received"]
            assert now["leaks"] == 0, (name, now)
        for name in ("judge", "plaintiff"):
            now = people[name]
            assert now["connected"] and now["losses"] == 0, (name, now)
            assert now["asked"] <= took + 2, (name, now["asked"], took)
        assert calm["answered"] == 0, calm
        return people, result, added, lost, calm["sent"] / took

    def close(self):
        self.ended.set()
        self.pings.join()
        self.peers.close()
        self.server.close()


_court = None


def court():
    global _court
    if not _court:
        _court = Court()
        atexit.register(_court.server.process.kill)
    return _court


def flood(kind, rate, **fields):
    return {"do": "flood", "kind": kind, "rate": rate, **fields}


def misbehave(name, kind, rate):
    return {"do": "misbehave", "name": name, "kind": kind, "rate": rate}


def sixty_megabits_into_one_transport_hurt_nobody_else():
    count, _ = court().attack(misbehave("defendant", "video", 7400))
    # Policed: 10 Mbit/s of it go out again, and once what a second may bring ahead.
    got, most = count["victim"]["received"] * 1000 * 8 / 1e6, 10 * (court().took_s + 1)
    assert got <= most, f"{got} Mbit of the flood reached who watches it, of {most}"


def forged_srtp_of_strangers_is_dropped_unanswered():
    court().attack(flood("srtp", 90000), flood("srtcp", 10000), wanted=100000)


def forged_srtp_from_ones_own_address_costs_nobody_a_packet():
    court().attack(flood("srtp", 100000, **{"as": "judge", "at": "judge"}), wanted=100000)


def forged_srtp_of_a_participant_hurts_nobody_else():
    court().attack(flood("srtp", 100000, **{"as": "defendant", "at": "defendant"}),
                   wanted=100000)


def a_nack_storm_hurts_nobody_else():
    count, _ = court().attack(misbehave("spy", "nack", 10000))
    spy = count["spy"]
    print(f"# {spy['received']} packets and {spy['resent']} again")
    # Half of what is sent, and 128 KiB at once.
    assert spy["resent"] <= spy["received"] / 2 + 140, spy


def a_pli_storm_becomes_one_request_a_second():
    court().attack(misbehave("spy", "pli", 1000), misbehave("victim", "pli", 1000))


def lying_rtcp_hurts_nobody_else():
    court().attack(misbehave("defendant", "lies", 10000), misbehave("spy", "lies", 5000))


def stolen_ssrcs_reach_nobody():
    court().attack(misbehave("defendant", "stolen", 2000))


def fuzzed_rtp_and_rtcp_hurt_nobody():
    court().attack(misbehave("defendant", "fuzz", 5000), misbehave("spy", "fuzz", 5000),
                   flood("noise", 20000))


def calls_are_set_up_under_client_hellos_from_strangers():
    watch = court().watch("counsel", "judge")
    _, done = court().attack(
        flood("null-hello", 5000), flood("hello", 5000), wanted=10000,
        during=lambda: court().peers("setups", count=40, **watch))
    print(f"# {done}")
    assert done["failed"] == 0 and done["longest_ms"] < 2000, done


def calls_are_set_up_though_their_own_address_sends_null_hellos():
    watch = court().watch("counsel", "judge")
    _, done = court().attack(
        during=lambda: court().peers("setups", count=20, kind="null-hello", **watch))
    print(f"# {done}")
    assert done["failed"] == 0 and done["longest_ms"] < 2000, done


def wild_dtls_records_end_no_session():
    before = court().media_rss_kib()
    court().attack(*(flood("records", 2000, **{"as": name, "at": name})
                     for name in ("judge", "clerk-1", "counsel-2")))
    grown = court().media_rss_kib() - before
    assert grown < 64 * 3 + 512, f"{grown} KiB more"


def binding_requests_for_nobody_are_dropped_unanswered():
    court().attack(flood("stun", 100000), wanted=80000)


def a_re_offer_that_gives_up_encryption_is_refused_and_media_goes_on():
    here = court()
    seat = here.seats["counsel"]
    tracks = [{"mid": "0", "kind": "video"}]

    def publish(sdp):
        with here.lock:
            return seat.ask({"type": "publish", "sdp": sdp, "tracks": tracks})
    offer = here.peers("offer", name="counsel", publishes=True)["sdp"]
    answer = publish(offer)
    assert here.peers("accept", name="counsel", sdp=answer["sdp"])["connected"]
    here.play("watcher", "clerk", "counsel", measured=True)
    plain = "".join(line for line in offer.splitlines(True) if "fingerprint" not in line)
    wrong = {
        "no fingerprint": plain,
        "RTP/AVP": plain.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        "a=crypto": plain.replace("UDP/TLS/RTP/SAVPF", "RTP/SAVPF") +
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 40 + "\r\n",
        "sha-1": plain + "a=fingerprint:sha-1 " + ":".join(["AB"] * 20) + "\r\n",
    }
    here.peers("reset")
    for name, sdp in wrong.items():
        answer = publish(sdp)
        assert answer["type"] == "error", (name, answer)
    time.sleep(0.7)
    watcher = here.peers("count")["people"]["watcher"]
    assert watcher["received"] >= 60 and watcher["received"] == watcher["expected"], watcher
    assert watcher["gap_ms"] < 200 and watcher["leaks"] == 0, watcher
    here.peers("leave", name="watcher")
    here.peers("leave", name="counsel")


def post(server, person, kind, sdp, path=""):
    return server.request("POST", "/api/v1/" + kind + path, sdp, {
        "Authorization": "Bearer " + person["token"], "Content-Type": "application/sdp"})


def fingerprint(sdp):
    return next(line for line in sdp.splitlines() if line.startswith("a=fingerprint"))


def a_certificate_that_was_not_announced_is_refused_within_a_second():
    here = court()
    person = here.server.person("counsel")
    offer = here.peers("offer", name="impostor", publishes=False)["sdp"]
    lie = offer.replace(fingerprint(offer), "a=fingerprint:sha-256 " + ":".join(["AB"] * 32))
    status, headers, answer = post(here.server, person, "whep", lie)
    assert status == 201, (status, answer)
    began = time.monotonic()
    waiting = threading.Thread(target=lambda: here.peers("accept", name="impostor",
                                                         sdp=answer.decode()))
    waiting.start()

    def gone():
        return here.server.request("PATCH", headers["location"], "a=ice-ufrag:x\r\n", {
            "Authorization": "Bearer " + person["token"], "If-Match": headers["etag"],
            "Content-Type": "application/trickle-ice-sdpfrag"})[0] == 404
    until(gone, "the connection to be refused", 2)
    assert time.monotonic() - began < 1, time.monotonic() - began
    waiting.join()
    assert here.peers("count")["people"]["impostor"]["received"] == 0
    here.peers("leave", name="impostor")


def two_servers_share_no_key():
    prints = []
    offer = (pathlib.Path(CORPUS) / "rtp/sdp/chromium-publish.sdp").read_text()
    for _ in range(2):
        with Server() as server:
            demo = json.loads(subprocess.run(
                [OYER, "demo", "--data", str(server.data), "--people", "1"],
                capture_output=True, text=True, check=True).stdout)
            judge = next(p for p in demo["people"] if p["role"] == "judge")
            status, _, answer = post(server, judge, "whip", offer)
            assert status == 201, (status, answer)
            prints.append(fingerprint(answer.decode()))
    assert prints[0] != prints[1], prints


def of_a_thousand_candidates_only_a_few_are_tried():
    here = court()
    person = here.server.person("counsel")
    traps = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(900)]
    for trap in traps:
        trap.bind(("127.0.0.1", 0))
        trap.setblocking(False)
    offer = here.peers("offer", name="many", publishes=False)["sdp"]
    offer = "".join(line for line in offer.splitlines(True) if "candidate" not in line)
    offer += "".join(f"a=candidate:1 1 udp 9 127.0.0.1 {trap.getsockname()[1]} typ host\r\n"
                     for trap in traps)
    status, headers, answer = post(here.server, person, "whep", offer)
    assert status == 201, (status, answer)
    time.sleep(1)
    assert here.server.request("DELETE", headers["location"], headers={
        "Authorization": "Bearer " + person["token"]})[0] == 200
    tried = 0
    for trap in traps:
        with contextlib.suppress(BlockingIOError):
            trap.recv(2000)
            tried += 1
        trap.close()
    here.peers("leave", name="many")
    assert tried <= 32, tried


def fuzzed_descriptions_hurt_nobody():
    here = court()
    person = here.server.person("counsel")
    chance = random.Random(3)
    seeds = [path.read_bytes() for path in
             sorted((pathlib.Path(CORPUS) / "rtp/sdp").glob("*.sdp"))]

    def mutated():
        text = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 8)):
            at = chance.randrange(len(text))
            text[at:at + chance.choice((0, 1, 1, 40))] = chance.choice(
                (b"", b"\r\n", b"\xff", b"9" * 30, bytes([chance.randrange(256)]),
                 chance.choice(seeds)[:chance.randrange(2000)]))
        return bytes(text)

    def send():
        statuses = collections.Counter()
        status, _, _ = post(here.server, person, "whep", seeds[0], "?source=%ff%fe")
        assert 400 <= status < 500, status
        for _ in range(120):
            status, headers, _ = post(here.server, person, "whep", mutated())
            statuses[status] += 1
            if status == 201:
                here.server.request("DELETE", headers["location"], headers={
                    "Authorization": "Bearer " + person["token"]})
        return statuses
    _, statuses = here.attack(during=send)
    print(f"# {dict(statuses)}")
    assert set(statuses) <= {201, 400, 422}, statuses
    assert statuses[422] > 10, statuses


def a_muted_sender_that_goes_on_is_neither_forwarded_nor_recorded():
    here = court()
    judge, plaintiff = here.seats["judge"], here.seats["plaintiff"].id

    def recorded():
        with here.lock:
            told = judge.wait_for("recorder")
        return next(t["bytes"] for t in told["tracks"]
                    if (t["participant"], t["kind"]) == (plaintiff, "video"))
    here.peers("reset")
    with here.lock:
        judge.order("mute", participant=plaintiff, kinds=["video"])
    ruled_us = time.monotonic() * 1e6
    recorded()
    before = recorded()
    last_us = max(here.peers("count")["people"][name]["last_us"]
                  for name, (_, source) in PLAYERS.items() if source == "plaintiff")
    assert last_us <= ruled_us + 100000, (last_us - ruled_us) / 1000
    assert recorded() == before, "recorded though muted"
    assert here.peers("count")["people"]["plaintiff"]["sent"] > 200
    with here.lock:
        judge.order("unmute", participant=plaintiff, kinds=["video"])
    here.peers("reset")
    until(lambda: here.peers("count")["people"]["clerk-2"]["received"] > 50, "the picture")


def no_sctp_is_linked():
    maps = pathlib.Path(f"/proc/{court().server.pid('media')}/maps").read_text()
    assert "sctp" not in maps


def a_killed_recorder_is_back_within_a_second_and_nobody_notices():
    here = court()

    def recorder():
        found = subprocess.run(["pgrep", "-P", str(here.server.pid("serve")), "-a"],
                               capture_output=True, text=True).stdout.splitlines()
        return next((int(line.split()[0]) for line in found
                     if line.split()[2] == "record"), 0)

    def kill():
        old = recorder()
        os.kill(old, signal.SIGKILL)
        began = time.monotonic()
        until(lambda: recorder() not in (0, old), "a new recorder")
        return time.monotonic() - began
    _, took_s = here.attack(during=kill)
    assert took_s <= 1, took_s


def the_record_is_complete_and_verifies():
    here = court()
    with here.lock:
        judge = here.seats["judge"]
        judge.order("close", confirm=True)
    hearing = here.server.demo()["hearing"]

    def record():
        status, _, body = here.server.request(
            "GET", f"/api/v1/hearings/{hearing}/record", headers=judge.headers())
        assert status == 200, (status, body)
        state = json.loads(body)
        assert state["state"] != "failed", here.server.log_text()[-2000:]
        return state if state["state"] == "sealed" else None
    sealed = until(record, "the sealed record", 60)
    assert sealed["intervals"] == [], sealed["intervals"]
    whose = {m["participant"] for m in sealed["media"]}
    assert {here.seats["judge"].id, here.seats["plaintiff"].id} <= whose, whose
    package = here.server.data / "hearings" / hearing / "1" / "package"
    done = subprocess.run([OYER, "verify", str(package)],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    here.close()


ALL = [
    sixty_megabits_into_one_transport_hurt_nobody_else,
    forged_srtp_of_strangers_is_dropped_unanswered,
    forged_srtp_from_ones_own_address_costs_nobody_a_packet,
    forged_srtp_of_a_participant_hurts_nobody_else,
    a_nack_storm_hurts_nobody_else,
    a_pli_storm_becomes_one_request_a_second,
    lying_rtcp_hurts_nobody_else,
    stolen_ssrcs_reach_nobody,
    fuzzed_rtp_and_rtcp_hurt_nobody,
    calls_are_set_up_under_client_hellos_from_strangers,
    calls_are_set_up_though_their_own_address_sends_null_hellos,
    wild_dtls_records_end_no_session,
    binding_requests_for_nobody_are_dropped_unanswered,
    a_re_offer_that_gives_up_encryption_is_refused_and_media_goes_on,
    a_certificate_that_was_not_announced_is_refused_within_a_second,
    two_servers_share_no_key,
    of_a_thousand_candidates_only_a_few_are_tried,
    fuzzed_descriptions_hurt_nobody,
    a_muted_sender_that_goes_on_is_neither_forwarded_nor_recorded,
    no_sctp_is_linked,
    a_killed_recorder_is_back_within_a_second_and_nobody_notices,
    the_record_is_complete_and_verifies,
]
# Where the kind of ICE makes a difference: with lite all come by one port.
OF_ICE = [
    forged_srtp_of_strangers_is_dropped_unanswered,
    forged_srtp_from_ones_own_address_costs_nobody_a_packet,
    calls_are_set_up_under_client_hellos_from_strangers,
    binding_requests_for_nobody_are_dropped_unanswered,
    of_a_thousand_candidates_only_a_few_are_tried,
    the_record_is_complete_and_verifies,
]
main(ALL if ICE == "lite" else OF_ICE)

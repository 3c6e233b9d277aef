#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The bad line that other tests stand on does to real packets what it says.

Runs in a network of its own (tests/support/own-network).
usage: impair.py IMPAIR
"""

import json
import os
import socket
import struct
import subprocess
import sys
import time

NEAR, FAR = "10.98.7.1", "10.98.7.2"
COUNT = 500

# Numbers datagrams to the near side, and says when it sent each.
SENDER = f"""
import socket, struct, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range({COUNT}):
    s.sendto(struct.pack("!Id", i, time.monotonic()).ljust(500, b"."), ("{NEAR}", 7000))
    time.sleep(0.001)
"""


class Line:
    def __init__(self, program, *options):
        self.process = subprocess.Popen(
            [program, "--near", NEAR, "--far", FAR, *options], text=True, bufsize=1,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.far = json.loads(self.process.stdout.readline())["ready"]

    def tell(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        return json.loads(self.process.stdout.readline())

    def run(self, *command):
        return subprocess.Popen(["nsenter", f"--net=/proc/{self.far}/ns/net", *command])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def send(line):
    """Sends COUNT datagrams up the line: [(number, delay in s)] as they arrived."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.bind((NEAR, 7000))
        near.settimeout(0.5)
        sender = line.run(sys.executable, "-c", SENDER)
        while sender.poll() is None or found:
            try:
                data = near.recv(2048)
            except TimeoutError:
                if sender.poll() is not None:
                    break
                continue
            number = int.from_bytes(data[:4], "big")
            (sent,) = struct.unpack("!d", data[4:12])
            found.append((number, time.monotonic() - sent))
    assert sender.wait() == 0
    return found


def same_seed_same_losses(program):
    seen = []
    for seed in ("5", "5", "6"):
        with Line(program, "--seed", seed) as line:
            line.tell(up={"loss": 0.3, "burst": 2})
            seen.append([number for number, _ in send(line)])
            counters = line.tell()["up"]
            assert counters["lost"] == COUNT - len(seen[-1]), counters
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]
    assert 0.5 * COUNT < len(seen[0]) < 0.9 * COUNT, len(seen[0])


def delays_doubles_and_reorders(program):
    with Line(program) as line:
        line.tell(up={"delay_ms": 40, "duplicate": 0.2, "reorder": 0.2, "reorder_ms": 20})
        found = send(line)
        assert min(delay for _, delay in found) >= 0.040
        late = sum(delay >= 0.060 for _, delay in found)
        assert late >= COUNT // 10, late
        assert len(found) > COUNT and {number for number, _ in found} == set(range(COUNT))
        assert [number for number, _ in found] != sorted(number for number, _ in found)


def a_rate_limit_queues_and_changes_at_its_time(program):
    with Line(program) as line:
        # 500 datagrams of 528 bytes: 2.1 Mbit, at 500 kbit/s and a queue of 20 000 bytes.
        line.tell(up={"rate_kbps": 500, "queue_bytes": 20000})
        found = send(line)
        counters = line.tell()["up"]
        assert counters["overflowed"] == COUNT - len(found) > COUNT // 3, counters
        assert 250 < counters["queue_ms"] <= 320, counters
        line.tell(up={"rate_kbps": 0}, after_ms=1)
        assert len(send(line)) == COUNT


def down_is_down_for_tcp_too(program):
    with Line(program) as line, socket.create_server((NEAR, 7001)):
        connect = [sys.executable, "-c", "import socket; socket.create_connection"
                   f"(('{NEAR}', 7001), timeout=0.5)"]
        assert line.run(*connect).wait() == 0
        line.tell(up={"down": 1})
        quiet = subprocess.run(["nsenter", f"--net=/proc/{line.far}/ns/net", *connect],
                               stderr=subprocess.DEVNULL)
        assert quiet.returncode != 0
        line.tell(up={"down": 0})
        assert line.run(*connect).wait() == 0
        assert "error" in line.tell(up={"losss": 1})


TESTS = [same_seed_same_losses, delays_doubles_and_reorders,
         a_rate_limit_queues_and_changes_at_its_time, down_is_down_for_tcp_too]


def main():
    if not os.access("/dev/net/tun", os.W_OK):
        print("1..0 # SKIP /dev/net/tun may not be used here")
        return
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        test(sys.argv[1])
        print(f"ok {number} - {test.__name__.replace('_', '-')}", flush=True)


main()

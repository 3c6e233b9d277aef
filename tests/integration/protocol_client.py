# SPDX-License-Identifier: LGPL-2.1-or-later
"""A client of docs/PROTOCOL.md in plain Python, and a server to talk to.

Nothing here sleeps for luck: everything waits for a fact, with a deadline.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import secrets
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time

# The program under test: the first argument, when it is a program.
OYER = os.environ.get("OYER", "build/src/oyer")
if len(sys.argv) > 1 and os.access(sys.argv[1], os.X_OK):
    OYER = sys.argv.pop(1)
DEADLINE_S = float(os.environ.get("OYER_TEST_DEADLINE_S", "20"))


def until(fact, what="a fact", deadline_s=DEADLINE_S):
    """Waits until fact() is true and returns it."""
    end = time.monotonic() + deadline_s
    while True:
        value = fact()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"waited {deadline_s} s in vain for {what}")
        time.sleep(0.01)


def alive(pid):
    """Whether the process runs (a zombie does not)."""
    try:
        state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def database_of(data):
    """A schema for this data directory in the PostgreSQL of the test."""
    uri = os.environ["OYER_TEST_DATABASE"]
    schema = "s" + hashlib.sha256(str(data).encode()).hexdigest()[:16]
    subprocess.run(["psql", "-q", "-c", f"CREATE SCHEMA IF NOT EXISTS {schema}", uri],
                   check=True, stderr=subprocess.DEVNULL)
    return f"{uri}&options=-csearch_path%3D{schema}"


class Server:
    """`oyer serve --demo` on a directory and a port of its own."""

    def __init__(self, data=None, *options, demo=True, env=None):
        self.holder = None if data else tempfile.TemporaryDirectory(
            prefix="oyer-test-", ignore_cleanup_errors=True)
        self.data = pathlib.Path(data or self.holder.name)
        command = [OYER, "serve", "--data", str(self.data), "--port", "0", *options]
        if os.environ.get("OYER_TEST_DATABASE"):
            command += ["--database", database_of(self.data)]
        if demo:
            command.append("--demo")
        if "--engine" not in options:
            command += ["--engine", "none"]
        self.log = open(self.data.parent / (self.data.name + ".log"), "ab")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log,
                                        env={**os.environ, **(env or {})})
        line = self._first_line()
        assert line.startswith("ready http"), line
        self.base = line.split()[1]
        self.host, port = self.base.split("://")[1].rsplit(":", 1)
        self.port = int(port)

    def _first_line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], DEADLINE_S)
        if not ready:
            raise AssertionError("no ready line")
        return self.process.stdout.readline().decode().strip()

    def demo(self):
        return json.loads((self.data / "demo.json").read_text())

    def person(self, wanted, index=0):
        """The demo court's person of this role (or whose id ends so)."""
        people = [p for p in self.demo()["people"]
                  if p["role"] == wanted or p["id"].endswith("-" + wanted)]
        return people[index]

    def pid(self, name):
        """Of serve, supervisor or media; 0: not there."""
        try:
            return int((self.data / "run" / f"{name}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def log_text(self):
        self.log.flush()
        return pathlib.Path(self.log.name).read_text()

    def request(self, method, path, body=None, headers=None, timeout=DEADLINE_S):
        """(status, headers, body)"""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, answer

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.process.wait(30)
        self.process.stdout.close()
        return code

    def close(self):
        self.stop()
        text = self.log_text()
        self.log.close()
        if self.holder:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.log.name)
            self.holder.cleanup()
        for fault in ("Sanitizer", "runtime error", "CRITICAL", '"level":"critical"'):
            assert fault not in text, text[max(0, text.find(fault) - 200):][:3000]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code):
        super().__init__(f"closed with {code}")
        self.code = code


class Socket:
    """A WebSocket (RFC 6455), as little as a test needs."""

    def __init__(self, server, path="/api/v1/ws", origin=None, subprotocol="oyer.v1"):
        self.raw = socket.create_connection((server.host, server.port), timeout=DEADLINE_S)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {server.host}:{server.port}",
                 "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        if subprotocol:
            lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
        if origin:
            lines.append(f"Origin: {origin}")
        self.raw.sendall("\r\n".join(lines + ["", ""]).encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            piece = self.raw.recv(4096)
            if not piece:
                break
            self.buffer += piece
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first = head.split(b"\r\n")[0].split()
        self.status = int(first[1]) if len(first) > 1 else 0

    def frame(self, opcode, payload, final=True):
        mask = secrets.token_bytes(4)
        size = len(payload)
        head = bytes([(0x80 if final else 0) | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65536:
            head += bytes([0x80 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", size)
        pad = mask * (size // 4 + 1)
        data = (int.from_bytes(payload, "big") ^ int.from_bytes(pad[:size], "big")).to_bytes(
            size, "big") if size else b""
        self.raw.sendall(head + mask + data)

    def send(self, text):
        self.frame(1, text.encode())

    def _take(self, count, deadline):
        while len(self.buffer) < count:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self.raw.settimeout(left)
            try:
                piece = self.raw.recv(65536)
            except (ConnectionResetError, BrokenPipeError):
                raise Closed(1006) from None
            except socket.timeout:
                raise TimeoutError from None
            if not piece:
                raise Closed(1006)
            self.buffer += piece
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def receive(self, timeout=DEADLINE_S):
        """The next text; raises Closed or TimeoutError."""
        deadline = time.monotonic() + timeout
        text = b""
        while True:
            first, second = self._take(2, deadline)
            size = second & 0x7F
            if size == 126:
                size = struct.unpack(">H", self._take(2, deadline))[0]
            elif size == 127:
                size = struct.unpack(">Q", self._take(8, deadline))[0]
            payload = self._take(size, deadline)
            opcode = first & 0x0F
            if opcode == 8:
                raise Closed(struct.unpack(">H", payload[:2])[0] if size >= 2 else 1005)
            if opcode == 9:
                self.frame(10, payload)
            elif opcode in (0, 1):
                text += payload
                if first & 0x80:
                    return text.decode()

    def close_code(self):
        """Reads on to the close."""
        try:
            while True:
                self.receive()
        except Closed as closed:
            return closed.code

    def close(self):
        self.raw.close()


class Seat:
    """A person in the hearing."""

    def __init__(self, server, person, device=None, hello=True):
        self.server = server
        self.person = person
        self.id = person["id"]
        self.device = device or secrets.token_urlsafe(24)
        self.state = None
        self.seen = []
        self.count = 0
        self.connect(hello)

    def connect(self, hello=True):
        self.state = None
        self.socket = Socket(self.server)
        assert self.socket.status == 101, self.socket.status
        if hello:
            self.hello()
            self.wait(lambda: self.state, "a state")

    def hello(self, **changes):
        self.say({"type": "hello", "version": 1, "token": self.person["token"],
                  "device": self.device, "language": "zh", "agent": "test", **changes})

    def headers(self):
        return {"Authorization": f"Bearer {self.person['token']}", "Oyer-Device": self.device}

    def say(self, message):
        self.socket.send(json.dumps(message))

    def hear(self, timeout=DEADLINE_S):
        message = json.loads(self.socket.receive(timeout))
        if message["type"] == "state":
            self.state = message
        self.seen.append(message)
        return message

    def wait(self, fact, what="a fact", deadline_s=DEADLINE_S):
        """Listens until fact() is true."""
        end = time.monotonic() + deadline_s
        while not fact():
            try:
                self.hear(max(0.0, end - time.monotonic()))
            except TimeoutError:
                raise AssertionError(f"{self.id} waited in vain for {what}; last: "
                                     f"{[m['type'] for m in self.seen[-5:]]}") from None
        return True

    def wait_for(self, kind, deadline_s=DEADLINE_S, **fields):
        """The next message of this type with these fields."""
        start = len(self.seen)

        def found():
            return [m for m in self.seen[start:] if m["type"] == kind
                    and all(m.get(k) == v for k, v in fields.items())]
        self.wait(found, f"{kind} {fields}", deadline_s)
        return found()[0]

    def ask(self, message, ident=None):
        """Sends with an id; returns ok or error."""
        self.count += 1
        ident = ident or f"{self.device[:8]}-{self.count}"
        start = len(self.seen)
        self.say({**message, "id": ident})

        def answer():
            return [m for m in self.seen[start:] if m.get("id") == ident]
        self.wait(answer, f"an answer to {message}")
        return answer()[0]

    def do(self, message):
        answer = self.ask(message)
        assert answer["type"] == "ok", answer
        return answer

    def command(self, do, **fields):
        return self.ask({"type": "command", "do": do, **fields})

    def order(self, do, **fields):
        answer = self.command(do, **fields)
        assert answer["type"] == "ok", answer
        return answer

    def come_back(self, deadline_s=DEADLINE_S):
        """Connects again, as soon as there is a server."""
        def is_back():
            try:
                self.connect()
                return True
            except (AssertionError, OSError, Closed):
                return False
        until(is_back, "the seat", deadline_s)

    def come_in(self):
        """Declares and enters the waiting room (judge and clerk: the hearing)."""
        self.do({"type": "declare", "rules": True, "language": "zh"})
        self.do({"type": "wait"})

    def open_hearing(self):
        """The judge, as soon as it can be recorded."""
        self.wait(lambda: self.state["recording"]["state"] == "armed", "the recorder")
        self.order("open")

    def close(self):
        self.socket.close()


def crowd(server, people=1, *options):
    """One more hearing: its judge and its observers."""
    done = subprocess.run([OYER, "demo", "--data", str(server.data),
                           "--people", str(people), *options], capture_output=True,
                          text=True, check=True)
    demo = json.loads(done.stdout)
    judge = next(p for p in demo["people"] if p["role"] == "judge")
    return demo["hearing"], judge, [p for p in demo["people"] if p is not judge]


def seated(server, *roles):
    """A seat for each of these roles, who come in one after the other."""
    seats = []
    for role in roles:
        seats.append(Seat(server, server.person(role)))
        seats[-1].come_in()
    return seats


def main(tests):
    """Runs the tests as TAP; names are claims."""
    wanted = sys.argv[1:]
    failed = 0
    if wanted:
        tests = [t for t in tests if t.__name__ in wanted]
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", "-")
        try:
            test()
            print(f"ok {number} {name}", flush=True)
        except Exception as error:  # a test may fail in any way
            failed += 1
            import traceback
            trace = traceback.format_exc().replace("\n", "\n# ")
            print(f"# {trace}\nnot ok {number} {name}: {error!r}".replace("\n\n", "\n"),
                  flush=True)
    sys.exit(failed > 0)

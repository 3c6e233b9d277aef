#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The court's verifier: a real HTTP server that is asked, answers, lies, and hangs."""

import hashlib
import hmac
import http.server
import json
import tempfile
import threading
import time

from protocol_client import Seat, Server, main

SECRET = "a secret of both, 20"
NUMBER = "31010119800101123X"


class Verifier(http.server.ThreadingHTTPServer):
    """Answers with what `answer(question)` makes: (status, body), or None: nothing at all."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.answer = [], None
        self.release = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.release.set()
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = f"{self.headers['Oyer-Timestamp']}.".encode() + body
        expected = "v1=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        assert self.headers["Oyer-Signature"] == expected, self.headers.items()
        assert abs(time.time() - int(self.headers["Oyer-Timestamp"])) < 60
        question = json.loads(body)
        self.server.asked.append(question)
        answer = self.server.answer(question)
        if answer is None:
            self.server.release.wait(60)
            self.close_connection = True
            return
        status, text = answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def court(data, verifier, **more):
    settings = {"url": f"http://127.0.0.1:{verifier.server_port}/check", "secret": SECRET, **more}
    with open(f"{data}/oyer.conf", "w") as file:
        file.write("[verifier]\n" + "".join(f"{k} = {v}\n" for k, v in settings.items()))
    return Server(data)


def seats(server):
    clerk, plaintiff = (Seat(server, server.person(role)) for role in ("clerk", "plaintiff"))
    for seat in (clerk, plaintiff):
        seat.come_in()
    return clerk, plaintiff


def seen(clerk, person, field="verifier"):
    return next(p for p in clerk.state["people"] if p["id"] == person.id)[field]


def ask(clerk, person):
    """What came of one question, as the clerk sees it."""
    before = seen(clerk, person)
    clerk.order("verify", participant=person.id, document="id_card", number=NUMBER)

    def is_answered():
        now = seen(clerk, person)
        return now and now["state"] != "asked" and now != before

    clerk.wait(is_answered, "the verifier's answer", 25)
    return seen(clerk, person)


def an_answer_is_checked_and_kept_with_the_identity():
    with tempfile.TemporaryDirectory() as data, Verifier() as verifier:
        with court(data, verifier) as server:
            clerk, plaintiff = seats(server)
            assert clerk.state["verifier"] is True and "verifier" not in plaintiff.state
            for said in ("not_matched", "unsure", "matched"):
                verifier.answer = lambda q, said=said: (200, json.dumps(
                    {"id": q["id"], "result": said, "reference": "GA-77", "level": "high"}).encode())
                got = ask(clerk, plaintiff)
                assert (got["state"], got["reference"], got["level"]) == (said, "GA-77", "high"), got
            question = verifier.asked[-1]
            digest = hmac.new(SECRET.encode(), NUMBER.encode(), hashlib.sha256).hexdigest()
            assert question["number_hmac_sha256"] == digest and "number" not in question, question
            assert question["document"] == "id_card" and question["name"], question
            assert len({q["id"] for q in verifier.asked}) == 3
            assert plaintiff.command("verify", participant=plaintiff.id, document="id_card",
                                     number=NUMBER)["code"] == "not_allowed"
            clerk.order("identify", participant=plaintiff.id, level="verified", where="video",
                        document="id_card", compared=["face", "name"])
            clerk.wait(lambda: seen(clerk, plaintiff, "identified"), "the identity check")
            assert seen(clerk, plaintiff, "identified")["verifier"]["reference"] == "GA-77"
            assert len(verifier.asked) == 3
            # The number is in no file of the court.
            for seat in (clerk, plaintiff):
                seat.close()
            server.stop()
            for path in server.data.rglob("*"):
                assert not path.is_file() or NUMBER.encode() not in path.read_bytes(), path


def what_is_no_answer_is_said_to_be_none():
    with tempfile.TemporaryDirectory() as data, Verifier() as verifier:
        with court(data, verifier, sends="number") as server:
            clerk, plaintiff = seats(server)
            lies = [(200, b"matched"), (200, b'{"id":"another","result":"matched"}'),
                    (500, b"{}"), (302, b""), (200, b" " * 5000)]
            for lie in lies:
                verifier.answer = lambda q, lie=lie: lie
                state = ask(clerk, plaintiff)["state"]
                # What is longer than may be is cut off like a line that breaks.
                assert state == ("no_answer" if len(lie[1]) > 4096 else "bad_answer"), (lie, state)
            assert verifier.asked[0]["number"] == NUMBER
            # It hangs: the clerk is told in the end, and everything else goes on meanwhile.
            verifier.answer = lambda q: None
            began = time.monotonic()
            clerk.order("verify", participant=plaintiff.id, document="passport", number="E1234567")
            clerk.order("admit", participant=plaintiff.id)
            plaintiff.wait(lambda: plaintiff.state["you"]["room"] == "hearing", "the admission")
            assert time.monotonic() - began < 10
            clerk.wait(lambda: seen(clerk, plaintiff)["document"] == "passport" and
                       seen(clerk, plaintiff)["state"] == "no_answer", "the end of it", 25)
            for seat in (clerk, plaintiff):
                seat.close()


def without_one_nobody_is_asked():
    with Server() as server:
        clerk, plaintiff = seats(server)
        assert clerk.state["verifier"] is False
        assert clerk.command("verify", participant=plaintiff.id, document="id_card",
                             number=NUMBER)["code"] == "no_such"
        for seat in (clerk, plaintiff):
            seat.close()


main([
    an_answer_is_checked_and_kept_with_the_identity,
    what_is_no_answer_is_said_to_be_none,
    without_one_nobody_is_asked,
])

#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Notices go out once, by a real mail server (aiosmtpd) and by signed webhooks, and what
became of each is seen; docs/NOTICES.md."""

import asyncio
import base64
import contextlib
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

try:
    import aiosmtpd  # noqa: F401
except ImportError:
    # Debian's module belongs to Debian's Python, which need not be the first one.
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print("1..0 # SKIP python3-aiosmtpd is not installed")
    sys.exit(0)

from aiosmtpd.controller import Controller  # noqa: E402
from aiosmtpd.smtp import SMTP  # noqa: E402

sys.path.insert(0, os.path.dirname(__file__))
import protocol_client  # noqa: E402
from people_client import Browser, sign_in  # noqa: E402
from protocol_client import Server, main, until  # noqa: E402

if len(sys.argv) > 1 and os.access(sys.argv[1], os.X_OK):
    protocol_client.OYER = sys.argv.pop(1)

NOTICES = "/api/v1/notices"
SECRET = "sixteen characters or more"
MAIL = "zhu@example.cn"
PHONE = "+8613800138000"


class Post:
    """A mail server that can be told to be ill."""

    def __init__(self):
        self.mails, self.senders, self.seen = [], [], []
        self.rcpt = self.data = None  # an answer, or "die"
        self.holds = None             # "rcpt" or "data": waits there
        post = self

        class Line(SMTP):
            async def smtp_RCPT(self, arg):
                post.seen.append("rcpt")
                await post.wait("rcpt")
                if post.rcpt == "die":
                    self.transport.abort()
                    return
                if post.rcpt:
                    await self.push(post.rcpt)
                    return
                await super().smtp_RCPT(arg)

        class Box(Controller):
            def factory(self):
                return Line(self.handler)

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.box = Box(self, hostname="127.0.0.1", port=port)
        self.box.start()
        self.url = f"smtp://127.0.0.1:{port}"

    async def wait(self, where):
        while self.holds == where:
            await asyncio.sleep(0.02)

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.senders.append(envelope.mail_from)
        self.seen.append("data")
        await self.wait("data")
        if self.data == "die":
            server.transport.abort()
            return ""
        return self.data or "250 taken"

    def close(self):
        self.holds = None
        self.box.stop()


class Gateway:
    """Takes short messages, and checks who sent them."""

    def __init__(self):
        self.taken, self.faults, self.status = [], [], 200
        gateway = self

        class Door(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                stamp = self.headers["Oyer-Timestamp"]
                right = "v1=" + hmac.new(SECRET.encode(), stamp.encode() + b"." + body,
                                         hashlib.sha256).hexdigest()
                if right != self.headers["Oyer-Signature"] or abs(time.time() - int(stamp)) > 60:
                    gateway.faults.append(self.headers["Oyer-Signature"])
                message = json.loads(body)
                if message["id"] != self.headers["Idempotency-Key"]:
                    gateway.faults.append(message["id"])
                gateway.taken.append(message)
                self.send_response(gateway.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/sms"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def contact(data, person, channel, address, verified=1):
    with contextlib.closing(sqlite3.connect(pathlib.Path(data) / "oyer.db")) as line:
        line.execute("INSERT INTO person_contact VALUES (?, ?, ?, ?, 1)",
                     (person, channel, address, verified))
        line.commit()


@contextlib.contextmanager
def court(**settings):
    """A court that has these ways out; the plaintiff has an address for each."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        Server(data).close()
        contact(data, "demo-plaintiff", "email", MAIL)
        contact(data, "demo-plaintiff", "sms", PHONE, 0)
        lines = {"first-pause-seconds": 1, **{k.replace("_", "-"): v for k, v in settings.items()}}
        conf = pathlib.Path(data) / "oyer.conf"
        conf.write_text("[notices]\n" + "".join(f"{k} = {v}\n" for k, v in lines.items()))
        with Server(data) as server:
            server.clerk = sign_in(server, "clerk")
            server.hearing = server.demo()["hearing"]
            yield server


@contextlib.contextmanager
def mail_court():
    post = Post()
    try:
        with court(smtp_url=post.url, smtp_from="court@court.example") as server:
            server.post = post
            yield server
    finally:
        post.close()


def ok(answer, *statuses):
    assert answer[0] in (statuses or (200,)), answer[::2]
    return answer[2]


def invite(server):
    return ok(server.clerk.post(f"{NOTICES}/hearings/{server.hearing}", {}))["told"]


def notice_of(server, person="demo-plaintiff", kind="hearing_invitation"):
    rows = ok(server.clerk.get(f"{NOTICES}?hearing={server.hearing}"))["notices"]
    return next(n for n in rows if n["person"] == person and n["kind"] == kind)


def sending(server, channel="email"):
    """The newest sending of the plaintiff's invitation."""
    return [s for s in notice_of(server)["sendings"] if s["channel"] == channel][-1]


def goes_out_anew(server, lost):
    """The clerk sends it again; of @lost there is the one mail that was under way."""
    ok(server.clerk.post(f"{NOTICES}/{notice_of(server)['id']}/resend", {"address": MAIL}))
    again = reaches(server, "sent")
    assert again["id"] != lost["id"]
    rows = {s["id"]: s["state"] for s in notice_of(server)["sendings"]}
    assert rows[lost["id"]] == "uncertain", rows
    ids = [mail["Message-ID"] for mail in server.post.mails]
    assert ids == [f"<{one['id']}@court.example>" for one in (lost, again)], ids


def reaches(server, state, channel="email"):
    until(lambda: sending(server, channel)["state"] == state, f"{channel} is {state}")
    return sending(server, channel)


def without_means_the_clerk_sees_it_and_has_the_link():
    with court() as server:
        assert invite(server) == 6
        assert invite(server) == 0, "told once"
        assert reaches(server, "unsent")["why"] == "no_means"
        tasks = ok(server.clerk.get(f"{NOTICES}/tasks"))
        assert tasks["means"] == {"email": False, "sms": False, "wechat": False}, tasks
        assert {t["why"] for t in tasks["tasks"]} == {"no_means", "no_address"}, tasks
        one = ok(server.clerk.get(f"{NOTICES}/{notice_of(server)['id']}"))
        assert one["links"]["pass_link"].startswith(server.base + "/j/v1."), one["links"]
        assert one["links"]["pass_link"] in one["text"] and "{" not in one["text"], one["text"]
        task = next(t for t in tasks["tasks"] if t["name"].startswith("赵勇"))
        path = f"{NOTICES}/sendings/{task['id']}/handled"
        assert server.clerk.post(path, {"how": ""})[0] == 400
        ok(server.clerk.post(path, {"how": "电话通知"}))
        assert server.clerk.post(path, {"how": "again"})[0] == 404
        left = ok(server.clerk.get(f"{NOTICES}/tasks"))["tasks"]
        assert len(left) == len(tasks["tasks"]) - 1


def a_mail_has_pass_check_help_and_both_languages():
    with mail_court() as server:
        invite(server)
        row = reaches(server, "sent")
        assert len(server.post.mails) == 1, server.post.mails
        mail = server.post.mails[0]
        assert mail["To"] == f"朱敏 Zhu Min <{MAIL}>" and mail["From"] == "court@court.example"
        assert mail["Message-ID"] == f"<{row['id']}@court.example>", mail["Message-ID"]
        assert mail["Subject"].startswith("开庭通知：（"), mail["Subject"]
        text = mail.get_content()
        for word in ("/j/v1.", "#check", "/court#help", "/n/", "开庭纪律", "Please take part"):
            assert word in text, text
        token = re.search(r"/j/(v1\.[\w.-]+)", text)[1]
        status, _, body = server.request("GET", "/api/v1/pass", headers={
            "Authorization": "Bearer " + token, "Oyer-Device": "d" * 24})
        assert status == 200 and json.loads(body)["you"]["name"].startswith("朱敏"), body


def what_is_not_taken_now_comes_later_and_once():
    for ill in ("451 later", "die"):
        with mail_court() as server:
            server.post.rcpt = ill
            invite(server)
            until(lambda: sending(server)["tries"] >= 1 and sending(server)["state"] == "waiting",
                  "put off")
            assert sending(server)["why"] in ("smtp_451", "no_connection"), sending(server)
            server.post.rcpt = None
            assert reaches(server, "sent")["tries"] >= 2
            assert len(server.post.mails) == 1


def a_refused_address_is_a_task_and_another_one_gets_it():
    with mail_court() as server:
        server.post.rcpt = "550 no such mailbox"
        invite(server)
        assert reaches(server, "failed")["why"] == "smtp_550"
        tasks = ok(server.clerk.get(f"{NOTICES}/tasks"))["tasks"]
        task = next(t for t in tasks if t["state"] == "failed")
        assert task["start_us"] and task["address"] == MAIL and not task["is_reached"]
        server.post.rcpt = None
        path = f"{NOTICES}/{task['notice']}"
        assert server.clerk.post(path + "/resend", {"address": "no address"})[0] == 400
        ok(server.clerk.post(path + "/resend", {"address": "new@example.cn"}))
        row = reaches(server, "sent")
        assert row["address"] == "new@example.cn" and row["basis"] == "inferred"
        assert row["effective_us"] == 0, "nobody confirmed that address"
        tasks = ok(server.clerk.get(f"{NOTICES}/tasks"))["tasks"]
        assert not [t for t in tasks if t["state"] == "failed"]


def a_server_that_dies_after_the_end_leaves_it_uncertain():
    with mail_court() as server:
        server.post.data = "die"
        invite(server)
        lost = reaches(server, "uncertain")
        assert lost["why"] == "cut_off"
        server.post.data = None
        goes_out_anew(server, lost)


def kill(server):
    before = server.pid("serve")
    os.kill(before, signal.SIGKILL)
    server.post.holds = None
    until(lambda: server.pid("serve") not in (0, before), "a new worker")

    def answers():
        with contextlib.suppress(OSError):
            return server.request("GET", "/api/v1/health")[0] == 200
        return False
    until(answers, "the server is back")


def a_kill_before_the_end_of_the_message_costs_nothing():
    with mail_court() as server:
        server.post.holds = "rcpt"
        invite(server)
        until(lambda: "rcpt" in server.post.seen, "under way")
        assert sending(server)["state"] == "claimed"
        kill(server)
        reaches(server, "sent")
        assert len(server.post.mails) == 1


def a_kill_after_the_end_of_the_message_sends_nothing_twice():
    with mail_court() as server:
        server.post.holds = "data"
        invite(server)
        until(lambda: server.post.mails, "under way")
        assert sending(server)["state"] == "handed"
        kill(server)
        lost = reaches(server, "uncertain")
        assert lost["why"] == "cut_off"
        tasks = ok(server.clerk.get(f"{NOTICES}/tasks"))["tasks"]
        assert [t for t in tasks if t["state"] == "uncertain"]
        goes_out_anew(server, lost)


def a_hanging_mail_server_holds_up_nobody():
    with mail_court() as server:
        server.post.holds = "rcpt"
        invite(server)
        until(lambda: "rcpt" in server.post.seen, "under way")
        begun = time.monotonic()
        assert server.request("GET", "/api/v1/health")[0] == 200
        assert time.monotonic() - begun < 1
        begun = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begun < 8, "it ends all the same"


def short_messages_are_signed_and_reported():
    gateway = Gateway()
    try:
        with court(sms_url=gateway.url, sms_secret=SECRET) as server:
            gateway.status = 503
            invite(server)
            until(lambda: gateway.taken, "a try")
            gateway.status = 200
            row = reaches(server, "sent", "sms")
            assert not gateway.faults, gateway.faults
            assert {m["id"] for m in gateway.taken} == {row["id"]}, "the same id each time"
            message = gateway.taken[-1]
            assert message["to"] == PHONE and message["link"] in message["text"], message
            assert len(message["text"]) < 200 and message["language"] == "zh"

            def report(state, secret=SECRET, at=None, id=row["id"]):
                body = json.dumps({"id": id, "state": state, "why": "off"}).encode()
                stamp = str(int(at or time.time()))
                sign = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256)
                return server.request("POST", f"{NOTICES}/receipts", body, {
                    "Content-Type": "application/json", "Oyer-Timestamp": stamp,
                    "Oyer-Signature": "v1=" + sign.hexdigest()})[0]
            assert report("arrived", secret="another secret of that size") == 401
            assert report("arrived", at=time.time() - 400) == 401
            assert report("arrived", id="unknown") == 404
            assert report("arrived") == 200 and sending(server, "sms")["state"] == "arrived"
            assert report("bounced") == 200
            row = sending(server, "sms")
            assert row["state"] == "bounced" and row["arrived_us"] == 0, row
            tasks = ok(server.clerk.get(f"{NOTICES}/tasks"))["tasks"]
            assert [t for t in tasks if t["state"] == "bounced" and t["why"] == "off"]
    finally:
        gateway.close()


def reading_and_acting_make_the_certificate():
    with mail_court() as server:
        invite(server)
        row = reaches(server, "sent")
        token = re.search(r"/n/([\w.-]+)", server.post.mails[0].get_content())[1]
        reader = Browser(server)
        assert reader.post("/api/v1/notice/open", {"token": token[:-1] + "_"})[0] == 404
        # A clerk who looks at the link is not the person.
        ok(server.clerk.post("/api/v1/notice/open", {"token": token}))
        assert sending(server)["read_us"] == 0
        body = ok(reader.post("/api/v1/notice/open", {"token": token}))
        assert "sendings" not in body and "person" not in body and "/j/v1." in body["text"], body
        read = sending(server)["read_us"]
        assert read > 0 and sending(server)["acted_us"] == 0
        ok(reader.post("/api/v1/notice/received", {"token": token}))
        ok(reader.post("/api/v1/notice/open", {"token": token}))
        done = sending(server)
        assert done["read_us"] == read and done["acted_us"] >= read, "the first time counts"
        assert done["effective_us"] == row["arrived_us"], "a confirmed address: on arrival"
        notice = notice_of(server)
        assert notice["effective_us"] == row["arrived_us"]
        paper = ok(server.clerk.get(f"{NOTICES}/{notice['id']}/certificate"))
        check_signature(paper)
        said = json.loads(paper["signed"])
        assert said["type"] == "oyer.service.v1" and said["effective"], said
        mail = next(s for s in said["sendings"] if s["channel"] == "email")
        assert said["body_sha256"] == notice["body_sha256"] and mail["read"], said
        status, fields, page = server.clerk.get(f"{NOTICES}/{notice['id']}/certificate.pdf")
        assert status == 200 and fields["content-type"] == "application/pdf", (status, fields)
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=page, check=True,
                              capture_output=True).stdout.decode()
        for word in ("送达回证", "朱敏", MAIL, notice["body_sha256"], paper["fingerprint"], said["court_name"]):
            assert word in text, (word, text)


def report(to, about):
    """As Postfix writes it (RFC 3464)."""
    return ("Return-Path: <>\nDelivered-To: %s\nFrom: MAILER-DAEMON@mail.example\nTo: %s\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nsorry\n--b\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mail.example\n\n"
            "Final-Recipient: rfc822; %s\nAction: failed\nStatus: 5.1.1\n\n--b\n"
            "Content-Type: text/rfc822-headers\n\nMessage-ID: %s\n\n--b--\n" % (to, to, MAIL, about)).encode()


def a_mail_that_comes_back_is_a_task_and_goes_elsewhere_once():
    post = Post()
    with tempfile.TemporaryDirectory() as box:
        box = pathlib.Path(box)
        for name in ("new", "cur", "tmp"):
            (box / name).mkdir()
        try:
            with court(smtp_url=post.url, smtp_from="court@court.example", bounces=box) as server:
                server.post = post
                invite(server)
                first = reaches(server, "sent")
                back, about = post.senders[0], post.mails[0]["Message-ID"]
                assert back.startswith(f"court+{first['id']}-") and back.endswith("@court.example"), back
                contact(server.data, "demo-plaintiff", "email", "zhu@second.example", 0)
                forged = back[:back.index("-") + 1] + "AAAAAAAAAA@court.example"
                (box / "new" / "0forged").write_bytes(report(forged, about))
                (box / "new" / "1away").write_bytes(f"To: {back}\nSubject: out of office\n\nbye".encode())
                until(lambda: len(list((box / "cur").iterdir())) == 2, deadline_s=20)
                assert reaches(server, "sent")["id"] == first["id"]
                # Twice the same: by its address, and by what it is about.
                (box / "new" / "2back").write_bytes(report(back.lower(), "<nothing@here>"))
                (box / "new" / "3back").write_bytes(report("court@court.example", about))
                until(lambda: len(list((box / "cur").iterdir())) == 4, deadline_s=20)
                seen = sorted(p.name for p in (box / "cur").iterdir())
                assert seen == ["0forged:2,", "1away:2,", "2back:2,S", "3back:2,S"], seen
                until(lambda: len(post.mails) == 2, deadline_s=20)
                rows = [s for s in notice_of(server)["sendings"] if s["channel"] == "email"]
                assert [(s["address"], s["state"], s["why"]) for s in rows] == [
                    (MAIL, "bounced", "dsn_5.1.1"), ("zhu@second.example", rows[1]["state"], "")], rows
                assert rows[0]["arrived_us"] == 0
                until(lambda: sending(server)["state"] == "sent")
                tasks = ok(server.clerk.get(f"{NOTICES}/tasks"))["tasks"]
                assert [t["address"] for t in tasks if t["state"] == "bounced"] == [MAIL], tasks
                assert len(post.mails) == 2
        finally:
            post.close()


def today(server, etag=None):
    status, fields, body = server.request("GET", "/api/v1/public/today",
                                          headers={"If-None-Match": etag} if etag else {})
    return status, fields, json.loads(body) if body else None


def the_public_list_names_nobody_and_is_cached():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        with Server(data) as server:
            status, fields, body = today(server)
            assert status == 200 and fields["cache-control"] == "public, max-age=15", fields
            row = body["courts"][0]["hearings"][0]
            assert row["case_number"].startswith("（") and row["is_public"], row
            assert [p["name"] for p in row["parties"]] == ["朱某", "王某"], row
            assert "朱敏" not in json.dumps(body, ensure_ascii=False) and "id" not in row
            status, again, body = today(server, fields["etag"])
            assert status == 304 and not body, status
        with contextlib.closing(sqlite3.connect(pathlib.Path(data) / "oyer.db")) as line:
            line.execute("UPDATE hearing SET openness = 'closed'")
            line.commit()
        with Server(data) as server:
            row = today(server)[2]["courts"][0]["hearings"][0]
            assert row == {**row, "is_public": False, "case_number": "", "cause": "", "parties": []}


def who_has_number_and_code_sees_how_it_stands():
    with mail_court() as server:
        invite(server)
        reaches(server, "sent")
        number = notice_of(server)["case_number"]
        links = ok(server.clerk.get(f"{NOTICES}/{notice_of(server)['id']}"))["links"]
        code = links["status_code"]
        reader = Browser(server)
        path = "/api/v1/public/status"
        plain = number.replace("（", "(").replace("）", " ) ")
        body = ok(reader.post(path, {"number": plain, "code": code.lower() + " "}))
        assert body["state"] == "docketed" and body["hearing_us"] > 0, body
        assert "朱" not in json.dumps(body, ensure_ascii=False), body
        wrong = reader.post(path, {"number": number, "code": "2" + code[1:] if code[0] != "2" else
                                   "3" + code[1:]})
        unknown = reader.post(path, {"number": "（2026）沪0199民初999号", "code": code})
        assert wrong[0] == unknown[0] == 404 and wrong[2] == unknown[2], (wrong, unknown)
        answers = [reader.post(path, {"number": number, "code": "A" * 10})[0] for _ in range(12)]
        assert answers[-1] == 429, answers
        assert reader.post(path, {"number": number, "code": code})[0] == 429, "nor with the code"


def check_signature(paper):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("key", paper["key"].encode()), ("text", paper["signed"].encode()),
                           ("sig", base64.urlsafe_b64decode(paper["signature"] + "=="))):
            (pathlib.Path(folder) / name).write_bytes(text)
        subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{folder}/key",
                        "-rawin", "-in", f"{folder}/text", "-sigfile", f"{folder}/sig"],
                       check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main([without_means_the_clerk_sees_it_and_has_the_link,
          a_mail_has_pass_check_help_and_both_languages,
          what_is_not_taken_now_comes_later_and_once,
          a_refused_address_is_a_task_and_another_one_gets_it,
          a_server_that_dies_after_the_end_leaves_it_uncertain,
          a_kill_before_the_end_of_the_message_costs_nothing,
          a_kill_after_the_end_of_the_message_sends_nothing_twice,
          a_hanging_mail_server_holds_up_nobody,
          short_messages_are_signed_and_reported,
          reading_and_acting_make_the_certificate,
          a_mail_that_comes_back_is_a_task_and_goes_elsewhere_once,
          the_public_list_names_nobody_and_is_cached,
          who_has_number_and_code_sees_how_it_stands])

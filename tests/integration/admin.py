#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`oyer admin`: the first account, roles, backup while the court works, restore."""

import json
import pathlib
import sqlite3
import subprocess
import tempfile
import threading

from people_client import Browser, sign_in, totp
from protocol_client import OYER, Server, main, until

ME = "/api/v1/staff/me"
PASSWORD = "one good sentence"


def admin(data, *arguments, code=0):
    done = subprocess.run([OYER, "admin", "--data", str(data), *arguments],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    if code:
        assert done.stdout == "" and done.stderr.count("\n") == 1, done
        return done.stderr
    return done.stdout


def found(data):
    """A court and its first account, made without a server; its set-up token."""
    admin(data, "court", "hd", "--name", "海东区人民法院", "--code", "沪0131")
    link = admin(data, "add", "he.jie", "--name", "何杰", "--role", "administrator",
                 "--court", "hd").strip()
    return link.split("#set-up=")[1]


def enrol(server, login, token):
    """Password, second factor, home: (browser, secret)"""
    browser = Browser(server)
    status, _, body = browser.post("/api/v1/staff/set-up", {"token": token, "password": PASSWORD})
    assert (status, body.get("next")) == (200, "second_factor"), body
    secret = browser.post("/api/v1/staff/totp")[2]["secret"]
    status, _, body = browser.post("/api/v1/staff/totp/confirm",
                                   {"secret": secret, "code": totp(secret)})
    assert status == 200, body
    assert browser.get(ME)[2]["login"] == login
    return browser, secret


def the_first_account_is_made_before_the_first_start():
    with tempfile.TemporaryDirectory() as data:
        token = found(data)
        with Server(data, demo=False) as server:
            browser, secret = enrol(server, "he.jie", token)
            me = browser.get(ME)[2]
            assert me["roles"] == ["administrator"] and me["court"] == "hd", me
            assert Browser(server).post("/api/v1/staff/set-up", {
                "token": token, "password": PASSWORD})[0] == 401, "the link works once"
            assert Browser(server).post("/api/v1/staff/sign-in", {
                "login": "he.jie", "password": PASSWORD, "code": totp(secret, step=1)})[0] == 200


def a_running_server_does_it_itself_and_at_once():
    with tempfile.TemporaryDirectory() as data:
        token = found(data)
        with Server(data, demo=False) as server:
            browser, secret = enrol(server, "he.jie", token)
            admin(data, "grant", "he.jie", "clerk", "hd")
            assert browser.get(ME)[0] == 401, "another role: sign in again"
            assert "clerk@hd" in admin(data, "list") and "password+code" in admin(data, "list")
            assert "hd" not in admin(data, "list", "--court", "elsewhere")

            def attempt(step):
                return Browser(server).post("/api/v1/staff/sign-in", {
                    "login": "he.jie", "password": PASSWORD, "code": totp(secret, step=step)})[0]
            admin(data, "disable", "he.jie")
            assert attempt(1) == 401
            admin(data, "enable", "he.jie")
            assert attempt(1) == 200
            admin(data, "reset-factor", "he.jie")
            status, _, body = Browser(server).post(
                "/api/v1/staff/sign-in", {"login": "he.jie", "password": PASSWORD})
            assert (status, body["next"]) == (200, "second_factor"), body
            admin(data, "end", "he.jie", "clerk", "hd")
            admin(data, "end", "he.jie", "administrator", "hd")
            assert Browser(server).post("/api/v1/staff/sign-in", {
                "login": "he.jie", "password": PASSWORD})[0] == 401, "no role, no way in"


def mistakes_change_nothing_and_say_why():
    with tempfile.TemporaryDirectory() as data:
        found(data)
        before = admin(data, "list")
        assert "taken" in admin(data, "add", "he.jie", "--name", "x", code=1)
        assert "login" in admin(data, "add", "He Jie", "--name", "x", code=1)
        assert "--name" in admin(data, "add", "someone", code=1)
        assert "court" in admin(data, "add", "someone", "--name", "x", "--role", "judge",
                                "--court", "nowhere", code=1)
        assert "usher" in admin(data, "grant", "he.jie", "king", "hd", code=1)
        assert "nobody" in admin(data, "disable", "nobody", code=1)
        assert "number" in admin(data, "grant", "he.jie", code=2)
        assert "verb" in admin(data, "unmake", code=2)
        assert admin(data, "list") == before


def a_backup_is_taken_while_the_court_works_and_is_whole():
    with tempfile.TemporaryDirectory() as top:
        data, copies = pathlib.Path(top) / "data", pathlib.Path(top) / "copies"
        data.mkdir()
        copies.mkdir()
        with Server(data) as server:
            browser = sign_in(server, "administrator")
            going, wrote = True, []

            def work():
                number = 0
                while going:
                    number += 1
                    status = Browser(server).post("/api/v1/visitor/ask", {
                        "address": f"138{number:08d}"})[0]
                    wrote.append(status)
                    browser.post("/api/v1/staff/court", {"court": "demo-court"})

            writer = threading.Thread(target=work)
            writer.start()
            try:
                until(lambda: len(wrote) > 5, "writing")
                told = []
                for number in range(3):
                    before = len(wrote)
                    told.append(admin(data, "backup", str(copies / str(number))))
                    until(lambda at=before: len(wrote) > at + 2, "writing goes on")
            finally:
                going = False
                writer.join()
            assert all("all sound" in line for line in told), told
            assert set(wrote) <= {200, 429}, set(wrote)
            assert server.log_text().count("critical") == 0
            pass_of = server.person("judge")["token"]
        codes = [sqlite3.connect(copies / str(n) / "oyer.db").execute(
            "SELECT COUNT(*) FROM one_time_code").fetchone()[0] for n in range(3)]
        assert 0 < codes[0] <= codes[1] <= codes[2], codes
        for path in copies.rglob("*"):
            assert path.stat().st_mode & 0o077 == 0, path

        # What was backed up is a court that works: passes, sessions, log.
        restored = pathlib.Path(top) / "restored"
        assert "all sound" in admin(restored, "restore", str(copies / "2"))
        assert "already" in admin(restored, "restore", str(copies / "2"), code=1)
        with Server(restored, demo=False) as server:
            status, _, _ = server.request("GET", "/api/v1/pass", headers={
                "Authorization": f"Bearer {pass_of}", "Oyer-Device": "a" * 24})
            assert status == 200, status
            old = Browser(server)
            old.cookies = dict(browser.cookies)
            assert old.get(ME)[0] in (200, 401)
        assert "demo-court" in admin(restored, "list")


def a_backup_that_was_touched_is_refused():
    with tempfile.TemporaryDirectory() as top:
        data, copy = pathlib.Path(top) / "data", pathlib.Path(top) / "copy"
        data.mkdir()
        found(data)
        admin(data, "backup", str(copy))
        assert "already" in admin(data, "backup", str(copy), code=1)
        assert "all sound" in admin(data, "check", str(copy))
        database = copy / "oyer.db"
        good = database.read_bytes()
        database.write_bytes(good[:5000] + bytes([good[5000] ^ 1]) + good[5001:])
        assert "oyer.db" in admin(data, "check", str(copy), code=1)
        assert "oyer.db" in admin(top + "/new", "restore", str(copy), code=1)
        database.write_bytes(good)
        # Whoever fixes the sum as well is found by the chain.
        line = sqlite3.connect(database)
        line.execute("UPDATE audit_event SET body = replace(body, 'administrator', 'judge')")
        line.commit()
        line.close()
        listing = json.loads((copy / "backup.json").read_text())
        import hashlib
        for file in listing["files"]:
            file["sha256"] = hashlib.sha256((copy / file["name"]).read_bytes()).hexdigest()
        (copy / "backup.json").write_text(json.dumps(listing))
        assert "does not follow" in admin(top + "/new", "restore", str(copy), code=1)
        assert not (pathlib.Path(top) / "new" / "oyer.db").exists()
        listing["files"].append({"name": "../../etc/passwd", "sha256": "0"})
        (copy / "backup.json").write_text(json.dumps(listing))
        assert "none of ours" in admin(data, "check", str(copy), code=1)


main([the_first_account_is_made_before_the_first_start,
      a_running_server_does_it_itself_and_at_once, mistakes_change_nothing_and_say_why,
      a_backup_is_taken_while_the_court_works_and_is_whole,
      a_backup_that_was_touched_is_refused])

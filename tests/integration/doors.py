#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every route × everybody: generated from the server's own list of routes and from the
table of docs/PERMISSIONS.md.  A route without a door, or with a wrong one, fails here."""

import hashlib
import json
import pathlib
import re
import secrets
import sqlite3
import subprocess
import tempfile
import time

from people_client import Browser
from protocol_client import OYER, Server, main

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
# Open to everybody, though no house opened them.
OPEN = {"/api/v1/health"}
DENIED = {"signed_out", "not_allowed", "pass_refused", "second_factor", "origin"}
TOKENS = 200  # a session each: some routes end theirs


def rights():
    """right → roles, as the document has it."""
    text = (TOP / "docs" / "PERMISSIONS.md").read_text().split("| right |")[1]
    lines = text.splitlines()
    roles = [cell.strip() for cell in lines[0].split("|")][:-2]
    table = {}
    for line in lines[2:]:
        if not line.startswith("| `"):
            break
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        table[cells[0].strip("`")] = {r for r, cell in zip(roles, cells[1:]) if cell == "✔"}
    return table


def oyer(*arguments):
    done = subprocess.run([OYER, *arguments], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done
    return done.stdout


class Actor:
    """Somebody with as many sessions as there are questions."""

    def __init__(self, name, kind, role=None, court=None):
        self.name, self.kind, self.role, self.court = name, kind, role, court
        self.tokens = [secrets.token_urlsafe(32) for _ in range(TOKENS)]
        self.bearer = None

    def browser(self, server):
        browser = Browser(server)
        if self.kind in ("staff", "half"):
            browser.cookies["oyer_staff"] = self.tokens.pop()
        elif self.kind == "visitor":
            browser.cookies["oyer_visitor"] = self.tokens.pop()
        return browser

    def ask(self, server, method, path):
        headers = {}
        if self.bearer:
            headers = {"Authorization": f"Bearer {self.bearer}", "Oyer-Device": "b" * 24}
        content = {"reason": "because"} if path.endswith("/refuse") else None
        status, _, body = self.browser(server).ask(method, path, content, headers)
        error = body.get("error", {}) if isinstance(body, dict) else {}
        return status, error.get("code") if isinstance(error, dict) else None


def write_sessions(data, actors):
    """Straight into the database of a server that does not run."""
    line = sqlite3.connect(pathlib.Path(data) / "oyer.db")
    now = time.time_ns() // 1000
    later = now + 3600 * 10**6

    def digest(token):
        return hashlib.sha256(token.encode()).hexdigest()
    for actor in actors:
        for token in actor.tokens:
            if actor.kind in ("staff", "half"):
                line.execute(
                    "INSERT INTO account_session SELECT ?, id, ?, ?, ?, ?, ?, 0, NULL "
                    "FROM account WHERE login = ?",
                    (digest(token), actor.court, "password" if actor.kind == "half" else "totp",
                     now, now, later, actor.name))
            elif actor.kind == "visitor":
                line.execute("INSERT INTO visitor_session VALUES (?, 'demo-plaintiff', '', '', "
                             "?, ?, ?, 0)", (digest(token), now, now, later))
    line.execute(
        "INSERT INTO approval SELECT 'asked-1', 'demo-court', 'unseal', 'case:x', 'because', id, "
        "?, ?, 'asked', NULL, 0, NULL, 0 FROM account WHERE login = 'clerk-demo-court'",
        (now, later))
    content = '{"language":"zh","cause":"sale","parties":[]}'
    line.execute("INSERT INTO filing VALUES ('filing-1', 'demo-court', 'demo-plaintiff', "
                 "'in_review', 1, 1, ?, ?, 'R1', ?, ?, ?, ?, 0, 0, NULL, '', '', 0, 'deemed', ?, ?)",
                 (content, content, now, now, later, later, now, now))
    line.execute("INSERT INTO filing_document (id, filing, position, round, title, kind, created_at) "
                 "VALUES ('document-1', 'filing-1', 0, 1, 'x', 'other', ?)", (now,))
    line.execute("INSERT INTO filing_file (id, filing, document, position, name, size_bytes, state, "
                 "reason, type, sha256, scan, created_at) VALUES ('file-1', 'filing-1', 'document-1', "
                 "0, 'x.pdf', 9, 'ready', '', 'application/pdf', '', 'not_scanned', ?)", (now,))
    line.execute("INSERT INTO case_ (id, court, year, type_code, seq, number_text, cause, procedure, "
                 "docketed_at) VALUES ('case-1', 'demo-court', 2025, '民初', 7, 'x', 'y', 'summary', ?)",
                 (now,))
    # Its mediator is somebody else, and so are its parties: nobody here may know of it.
    line.execute("INSERT INTO mediation VALUES ('mediation-1', 'demo-court', 'case-1', 's', "
                 "'demo-judge', 'open', 'demo-clerk', ?, 0)", (now,))
    line.execute("INSERT INTO notice VALUES ('notice-1', 'k', 'demo-court', 'filing_received', 't', "
                 "'demo-plaintiff', 'filer', 'zh', NULL, 'filing-1', NULL, NULL, 's', 'b', 'b', '', "
                 "0, 0, 0, ?)", (now,))
    line.execute("INSERT INTO notice_sending VALUES ('sending-1', 'notice-1', 'none', '', 'inferred', "
                 "'unsent', 0, 0, '', 0, 0, 0, 0, '', 0, '', ?, ?)", (now, now))
    line.commit()
    line.close()


def cast(data, roles):
    """One account for each role in each of two courts, and everybody else."""
    oyer("admin", "--data", data, "court", "elsewhere", "--name", "Elsewhere", "--code", "沪0999")
    actors = [Actor("nobody", "nobody"), Actor("visitor", "visitor")]
    for court in ("demo-court", "elsewhere"):
        for role in roles:
            login = f"{role.replace('_', '-')}-{court}"
            oyer("admin", "--data", data, "add", login, "--name", login, "--role", role,
                 "--court", court)
            actors.append(Actor(login, "staff", role, court))
    actors.append(Actor("judge-demo-court", "half", "judge", "demo-court"))
    write_sessions(data, actors)
    return actors


def expected(door, actor, table):
    """Whether @actor comes through the door."""
    if door == "public":
        return True
    if door == "visitor":
        return actor.kind == "visitor"
    if door.startswith("staff "):
        right = door.split()[1]
        if actor.kind == "half":
            return right == "signed_in"
        return actor.kind == "staff" and actor.role in table[right]
    return False  # a hearing's pass: none of these has one of that hearing


def judge(route, method, path, actor, table, answer):
    """None, or what is wrong."""
    status, code = answer
    door = "public" if path in OPEN else route[2]
    through = expected(door, actor, table)
    where = f"{method} {path} as {actor.name} ({actor.kind}): {status} {code}"
    if through and code in DENIED:
        return f"shut out: {where}"
    if through and actor.court == "elsewhere" and "asked-1" in path and status != 404:
        return f"another court's matter: {where}"
    # What was sent may be wrong before it is looked whose it is.
    if "mediation-1" in path and through and status not in (400, 404):
        return f"a mediation of others: {where}"
    of_here = re.search(r"(case|filing|notice|sending)-1|notices/hearings/", path)
    if through and actor.court == "elsewhere" and of_here and status not in (400, 404):
        return f"another court's {of_here[0]}: {where}"
    if not through and (status < 400 or code not in DENIED | {"no_such"}):
        return f"let in: {where}"
    wanted = 403 if actor.kind in ("staff", "half") and door.startswith("staff ") else 401
    if not through and status != wanted and status != 404:
        return f"not {wanted}: {where}"
    return None


def everybody_comes_through_his_own_doors_only():
    table = rights()
    roles = sorted(set().union(*table.values()))
    assert len(roles) == 7 and len(table) > 10, table
    with tempfile.TemporaryDirectory() as data:
        Server(data).close()
        actors = cast(data, roles)
        with Server(data) as server:
            routes = [line.split("\t") for line in
                      oyer("admin", "--data", data, "routes").splitlines()]
            assert len(routes) > 25, routes
            crowd = json.loads(oyer("demo", "--data", data, "--people", "1"))
            stranger = Actor("another hearing's judge", "pass")
            stranger.bearer = next(p["token"] for p in crowd["people"] if p["role"] == "judge")
            hearing = server.demo()["hearing"]
            wrong, cells = [], 0
            for route in routes:
                path = route[1].replace("{hearing}", hearing).replace("{approval}", "asked-1")
                for one in ("case", "clock", "filing", "mediation", "document", "file", "room", "notice", "sending"):
                    path = path.replace(f"{{{one}}}", one + "-1")
                path = re.sub(r"\{\w+\}", "x-1", path)
                # Who decides first decides: the other court goes before the own one.
                order = sorted(actors, key=lambda one: one.court == "demo-court")
                for method in route[0].split():
                    if method == "OPTIONS":
                        continue
                    for actor in order:
                        cells += 1
                        answer = actor.ask(server, method, path)
                        fault = judge(route, method, path, actor, table, answer)
                        wrong += [fault] if fault else []
                    if "{hearing}" in route[1] or route[2] != "pass":
                        cells += 1
                        answer = stranger.ask(server, method, path)
                        fault = judge(route, method, path, stranger, table, answer)
                        wrong += [fault] if fault else []
            print(f"# {len(routes)} routes, {cells} cells")
            assert not wrong, "\n".join(wrong[:40])


def whoever_is_refused_is_in_the_courts_log():
    with tempfile.TemporaryDirectory() as data:
        Server(data).close()
        actors = cast(data, ["clerk", "president"])
        clerk = next(a for a in actors if a.name == "clerk-demo-court")
        president = next(a for a in actors if a.name == "president-demo-court")
        elsewhere = next(a for a in actors if a.name == "president-elsewhere")
        path = "/api/v1/staff/audit?chain=court:demo-court"
        with Server(data) as server:
            assert clerk.ask(server, "GET", path) == (403, "not_allowed")
            status, fields, log = president.browser(server).get(path)
            assert status == 200 and fields["oyer-chain"] == "intact", fields
            events = [json.loads(line)["event"] for line in log.splitlines()]
            assert [e["type"] for e in events] == ["right_refused"], events
            assert events[0]["object"] == "read_audit"
            log = president.browser(server).get(path)[2]
            assert json.loads(log.splitlines()[-1])["event"]["type"] == "audit_read"
            assert elsewhere.ask(server, "GET", path) == (404, "no_such")


def unseal_delete_and_override_take_two():
    with tempfile.TemporaryDirectory() as data:
        Server(data).close()
        people = {a.name: a for a in cast(data, ["clerk", "judge", "president", "registrar"])}
        with Server(data) as server:
            def post(who, path, body):
                status, _, answer = people[who].browser(server).post(
                    "/api/v1/staff/approvals" + path, body)
                return status, answer
            asked = {"right": "unseal", "object": "case:77", "reason": "appeal of 12 March"}
            assert post("clerk-demo-court", "", asked)[0] == 403, "not a clerk's right"
            assert post("judge-demo-court", "", {**asked, "right": "seal"})[0] == 403
            assert post("judge-demo-court", "", {**asked, "reason": ""})[0] == 400
            status, answer = post("judge-demo-court", "", asked)
            assert status == 200, answer
            grant = f"/{answer['id']}/grant"
            assert post("judge-demo-court", grant, {})[0] == 403, "nobody grants his own"
            assert post("registrar-demo-court", grant, {})[0] == 403
            assert post("president-elsewhere", grant, {})[0] == 404
            waiting = people["president-demo-court"].browser(server).get(
                "/api/v1/staff/approvals")[2]["waiting"]
            assert answer["id"] in [one["id"] for one in waiting], waiting
            assert post("president-demo-court", f"/{answer['id']}/refuse", {})[0] == 400, "why?"
            assert post("president-demo-court", grant, {})[0] == 200
            assert post("president-demo-court", grant, {})[0] == 404, "decided once"
            mine = people["judge-demo-court"].browser(server).get(
                "/api/v1/staff/approvals")[2]["mine"]
            assert mine[0]["state"] == "granted" and mine[0]["decided_by"], mine


main([everybody_comes_through_his_own_doors_only, whoever_is_refused_is_in_the_courts_log,
      unseal_delete_and_override_take_two])

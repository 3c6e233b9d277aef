#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The pass at the door: why it is refused, two devices with one, and a new one."""

import json
import os
import pathlib
import secrets
import sqlite3
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
import protocol_client  # noqa: E402
from people_client import sign_in, visit  # noqa: E402
from protocol_client import Closed, Seat, Server, main  # noqa: E402

if len(sys.argv) > 1 and os.access(sys.argv[1], os.X_OK):
    protocol_client.OYER = sys.argv.pop(1)


def card(server, token, device=None):
    """(status, error) of the card, as the join page asks for it."""
    headers = {"Authorization": f"Bearer {token}"}
    if device:
        headers["Oyer-Device"] = device
    status, _, body = server.request("GET", "/api/v1/pass", headers=headers)
    return status, json.loads(body).get("error")


def session(server, token, device):
    headers = {"Authorization": f"Bearer {token}", "Oyer-Device": device}
    return server.request("POST", "/api/v1/session", headers=headers)[0]


def events_of(server, seat):
    _, _, body = server.request("GET", f"/api/v1/hearings/{server.demo()['hearing']}/events",
                                headers=seat.headers())
    return [json.loads(line)["event"] for line in body.decode().splitlines()]


def closed_with(seat):
    """(code, the last message) of a seat that the server ends."""
    try:
        while True:
            seat.hear()
    except Closed as closed:
        return closed.code, seat.seen[-1] if seat.seen else None


def prepare(data, sql):
    """Makes the demo court and changes it, while no server runs."""
    Server(data).close()
    line = sqlite3.connect(pathlib.Path(data) / "oyer.db")
    line.execute(sql)
    line.commit()
    line.close()


def each_reason_is_told_in_plain_words():
    seen = {}
    with tempfile.TemporaryDirectory() as data:
        Server(data).close()
        people = json.loads((pathlib.Path(data) / "demo.json").read_text())["people"]
        token = {p["id"].rsplit("-", 1)[1]: p["token"] for p in people}
        prepare(data, "UPDATE hearing_pass SET revoked_at = 1 WHERE participant LIKE '%-counsel'")
        with Server(data) as server:
            status, error = card(server, token["counsel"])
            seen["revoked"] = status, error
            seen["unreadable"] = card(server, "v1.nonsense")
            seat = Seat(server, server.person("plaintiff"))
            status, error = card(server, token["plaintiff"], "d" * 24)
            seen["elsewhere"] = status, error
            judge = Seat(server, server.person("judge"))
            headers = {"Authorization": f"Bearer {judge.person['token']}",
                       "Oyer-Device": judge.device}
            status, _, body = server.request("GET", "/api/v1/hearings/another/record",
                                             headers=headers)
            seen["other_hearing"] = status, json.loads(body)["error"]
            faults = [e["details"]["fault"] for e in events_of(server, judge)
                      if e["type"] == "pass_refused"]
            assert faults == ["revoked", "second_device", "other_hearing"], faults
            seat.close()
    for reason, (status, error) in seen.items():
        assert status == 401 and error["code"] == "pass_refused", (reason, error)
        assert error["reason"] == reason and error["text"], (reason, error)
    assert len({error["text"] for _, error in seen.values()}) == len(seen), seen


def the_clerk_lets_the_new_device_in():
    with Server() as server:
        clerk, judge = (Seat(server, server.person(role)) for role in ("clerk", "judge"))
        phone = Seat(server, server.person("plaintiff"))
        phone.come_in()
        laptop = Seat(server, server.person("plaintiff"), hello=False)
        laptop.hello(agent="a laptop")
        laptop.wait_for("knocking")
        phone.wait_for("second_use", state="asked")
        clerk.wait(lambda: [p for p in clerk.state["people"] if p["id"] == phone.id
                            and p["knock"] and p["knock"]["agent"] == "a laptop"], "the question")
        assert [a for a in clerk.state["alerts"] if a["code"] == "second_device"]
        # It hears that the server is there, and nothing of the hearing.
        laptop.say({"type": "ping"})
        laptop.wait_for("pong")
        laptop.say({"type": "declare", "rules": True, "language": "zh"})
        assert phone.command("second_use", participant=phone.id, let_in=True)["code"] == "not_allowed"
        clerk.order("second_use", participant=phone.id, let_in=True)
        code, last = closed_with(phone)
        assert code == 4411 and last == {"type": "bye", "reason": "replaced"}, (code, last)
        laptop.wait(lambda: laptop.state, "a seat")
        assert laptop.state["you"]["room"] == "waiting", "the seat is as the phone left it"
        assert not any(m["type"] == "state" for m in laptop.seen[:laptop.seen.index(
            next(m for m in laptop.seen if m["type"] == "welcome"))])
        clerk.wait(lambda: not [a for a in clerk.state["alerts"]
                                if a["code"] == "second_device"], "the end of the alert")
        types = [e["type"] for e in events_of(server, judge)]
        assert "second_use_asked" in types and "second_use" in types, types
        # Now the phone is the second one.
        assert session(server, phone.person["token"], phone.device) == 401
        assert session(server, phone.person["token"], laptop.device) == 200


def the_clerk_keeps_the_old_one():
    with Server() as server:
        clerk = Seat(server, server.person("clerk"))
        phone = Seat(server, server.person("plaintiff"))
        other = Seat(server, server.person("plaintiff"), hello=False)
        other.hello()
        other.wait_for("knocking")
        clerk.order("second_use", participant=phone.id, let_in=False)
        phone.wait_for("second_use", state="kept")
        code, last = closed_with(other)
        assert code == 4401 and last["reason"] == "elsewhere", (code, last)
        phone.do({"type": "declare", "rules": True, "language": "en"})
        assert clerk.command("second_use", participant=phone.id,
                             let_in=True)["code"] == "wrong_state", "decided once"
        # Who goes away by himself leaves no question behind.
        other = Seat(server, server.person("plaintiff"), hello=False)
        other.hello()
        other.wait_for("knocking")
        other.close()
        phone.wait_for("second_use", state="gone")
        clerk.wait(lambda: not [a for a in clerk.state["alerts"]
                                if a["code"] == "second_device"], "the end of the alert")


def a_new_pass_kills_the_old_one_at_once():
    with Server() as server:
        hearing = server.demo()["hearing"]
        clerk = Seat(server, server.person("clerk"))
        phone = Seat(server, server.person("plaintiff"))
        where = f"/api/v1/hearings/{hearing}/people/{phone.id}/pass"
        assert server.request("POST", where, headers=phone.headers())[0] == 403
        stranger = {"Authorization": f"Bearer {clerk.person['token']}"}
        assert server.request("POST", where, headers=stranger)[0] == 401, "no device"
        nobody = f"/api/v1/hearings/{hearing}/people/nobody/pass"
        assert server.request("POST", nobody, headers=clerk.headers())[0] == 404
        status, _, body = server.request("POST", where, headers=clerk.headers())
        new = json.loads(body)
        assert status == 200 and new["link"] == f"{server.base}/j/{new['token']}", body
        code, last = closed_with(phone)
        assert code == 4411 and last["reason"] == "replaced", (code, last)
        assert card(server, phone.person["token"])[1]["reason"] == "revoked"
        again = Seat(server, {**phone.person, "token": new["token"]})
        assert again.state["you"]["id"] == phone.id
        log = [e for e in events_of(server, clerk) if e["type"] == "pass_issued"]
        assert log[0]["details"]["by"] == f"participant:{clerk.id}", log


def the_registry_issues_in_its_own_court_only():
    with Server() as server:
        plaintiff = server.person("plaintiff")
        registrar = sign_in(server, "registrar")
        status, _, new = registrar.post(f"/api/v1/passes/{plaintiff['id']}")
        assert status == 200 and new["token"] != plaintiff["token"], new
        assert registrar.post("/api/v1/passes/nobody")[0] == 404
        assert sign_in(server, "administrator").post(f"/api/v1/passes/{plaintiff['id']}")[0] == 403
        assert card(server, new["token"])[0] == 200


def the_staff_enter_from_their_own_day():
    with Server() as server:
        judge = server.person("judge")
        office = sign_in(server, "judge")
        status, _, day = office.get("/api/v1/staff/hearings")
        assert status == 200 and [h["participant"] for h in day["hearings"]] == [judge["id"]], day
        path = f"/api/v1/staff/hearings/{judge['id']}/pass"
        assert office.post(path)[0] == 400, "without a device"
        seat = Seat(server, judge)
        status, _, same = office.post(path, headers={"Oyer-Device": seat.device})
        assert status == 200 and same["token"] == judge["token"], "he is not thrown out of his seat"
        status, _, new = office.post(path, headers={"Oyer-Device": "another-laptop-of-the-judge"})
        assert status == 200 and new["token"] != judge["token"], new
        assert card(server, judge["token"])[1]["reason"] == "revoked"
        clerk = sign_in(server, "clerk")
        assert clerk.post(path, headers={"Oyer-Device": seat.device})[0] == 404, "not the clerk's seat"


def the_holder_gets_a_new_one_by_a_code():
    with tempfile.TemporaryDirectory() as data:
        now = time.time_ns() // 1000
        prepare(data, "INSERT INTO person_contact VALUES ('demo-plaintiff', 'sms', "
                      f"'+8613800138000', {now}, {now})")
        with Server(data) as server:
            plaintiff = server.person("plaintiff")
            visitor = visit(server)
            status, _, found = visitor.get("/api/v1/visitor/passes")
            assert status == 200 and len(found["seats"]) == 1, found
            seat = found["seats"][0]
            assert seat["participant"] == plaintiff["id"] and seat["role"] == "party", seat
            other = server.person("defendant")["id"]
            assert visitor.post(f"/api/v1/visitor/passes/{other}")[0] == 404, "not his"
            status, _, new = visitor.post(f"/api/v1/visitor/passes/{plaintiff['id']}")
            assert status == 200, new
            assert card(server, plaintiff["token"])[1]["reason"] == "revoked"
            assert card(server, new["token"])[0] == 200


def the_sheet_names_nobody():
    with Server() as server:
        plaintiff = server.person("plaintiff")
        status, fields, body = server.request(
            "GET", "/api/v1/pass/sheet", headers={"Authorization": f"Bearer {plaintiff['token']}"})
        sheet = json.loads(body)
        assert status == 200 and fields["cache-control"] == "no-store", (status, fields)
        assert 21 <= len(sheet["qr"]) <= 57, "version 10 at most"
        assert sheet["link"].endswith("/j/" + plaintiff["token"])
        for hidden in (plaintiff["name"], server.demo()["case"]):
            assert hidden not in body.decode(), hidden


def the_clerk_sees_where_one_is_before_admitting_and_after_a_restart():
    with tempfile.TemporaryDirectory() as data:
        with Server(data) as server:
            clerk = Seat(server, server.person("clerk"))
            phone = Seat(server, server.person("plaintiff"))
            phone.do({"type": "ready", "quiet": True, "alone": False, "still": True,
                      "with": "my daughter", "needs": None})
            phone.do({"type": "declare", "rules": True, "language": "en", "text": "No recording."})

            def ready():
                return next(p for p in clerk.state["people"] if p["id"] == phone.id)["ready"]
            clerk.wait(ready, "the answers")
            assert ready()["with"] == "my daughter" and ready()["alone"] is False
            log = {e["type"]: e for e in events_of(server, clerk)}
            assert log["declare"]["details"]["text"] == "No recording."
            assert len(log["declare"]["details"]["version"]) == 64
            assert "daughter" not in json.dumps(log), "his own"
            assert "daughter" not in json.dumps(phone.seen), "nor anybody's but the court's"
            device = clerk.device
        with Server(data) as server:
            clerk = Seat(server, server.person("clerk"), device)
            person = next(p for p in clerk.state["people"] if p["role"] == "party")
            assert person["ready"]["with"] == "my daughter", person


def scan(browser, token, **more):
    ident = secrets.token_urlsafe(12)
    one = {"id": ident, "token": token, "at_us": time.time_ns() // 1000, "offline": False,
           "shown": "none", **more}
    status, _, body = browser.post("/api/v1/door/scans", {"scans": [one]})
    assert status == 200, body
    return body["results"][0]


def the_usher_sees_who_comes_and_the_clerk_when():
    with Server() as server:
        clerk = Seat(server, server.person("clerk"))
        usher = sign_in(server, "usher")
        plaintiff = server.person("plaintiff")
        result = scan(usher, plaintiff["token"])
        assert result["verdict"] == "valid", result
        assert result["person"]["name"] == plaintiff["name"] and result["person"]["role"] == "party"
        assert result["person"]["door_us"] == 0

        def arrived():
            person = next(p for p in clerk.state["people"] if p["id"] == plaintiff["id"])
            return person["door"]
        clerk.wait(arrived, "the time of arrival")
        first = arrived()
        again = scan(usher, plaintiff["token"])
        assert again["verdict"] == "valid" and again["person"]["door_us"] > 0, "was here already"
        clerk.order("mute_all")
        assert arrived() == first, "the first time counts"
        types = [e["type"] for e in events_of(server, clerk)]
        assert types.count("at_door") == 2, types
        # Refused with the reason, and without a name.
        where = f"/api/v1/hearings/{server.demo()['hearing']}/people/{plaintiff['id']}/pass"
        assert server.request("POST", where, headers=clerk.headers())[0] == 200
        dead = scan(usher, plaintiff["token"])
        assert dead["verdict"] == "revoked" and "person" not in dead, dead
        assert scan(usher, "v1.nonsense")["verdict"] == "unreadable"
        # A seat was never taken by it: the door binds no device.
        status, _, listed = usher.get("/api/v1/door/list")
        assert status == 200 and len(listed["revoked"]) == 1, listed
        people = listed["hearings"][0]["people"]
        assert len(people) == 6 and "BEGIN PUBLIC KEY" in listed["key"]
        assert [p for p in people if p["id"] == plaintiff["id"]][0]["door_us"] > 0


def what_was_scanned_without_a_line_is_told_once():
    with Server() as server:
        judge = Seat(server, server.person("judge"))
        usher = sign_in(server, "usher")
        then = time.time_ns() // 1000 - 90 * 60 * 10**6
        one = {"id": "scan-offline-1", "token": server.person("witness")["token"], "at_us": then,
               "offline": True, "shown": "valid"}
        for _ in range(2):
            status, _, body = usher.post("/api/v1/door/scans", {"scans": [one]})
            assert status == 200 and body["results"][0]["verdict"] == "valid", body
        log = [e for e in events_of(server, judge) if e["type"] == "at_door"]
        assert len(log) == 1 and log[0]["details"]["at_us"] == then, log
        for wrong in ({"at_us": 0}, {"at_us": then + 10**12}, {"extra": 1}, {"id": "../x"},
                      {"token": None}):
            assert usher.post("/api/v1/door/scans", {"scans": [{**one, **wrong}]})[0] == 400, wrong
        assert usher.post("/api/v1/door/scans", {"scans": [one] * 51})[0] == 400
        assert sign_in(server, "registrar").get("/api/v1/door/list")[0] == 403


main([each_reason_is_told_in_plain_words, the_clerk_lets_the_new_device_in,
      the_clerk_keeps_the_old_one, a_new_pass_kills_the_old_one_at_once,
      the_registry_issues_in_its_own_court_only,
      the_staff_enter_from_their_own_day, the_holder_gets_a_new_one_by_a_code,
      the_sheet_names_nobody, the_usher_sees_who_comes_and_the_clerk_when,
      what_was_scanned_without_a_line_is_told_once,
      the_clerk_sees_where_one_is_before_admitting_and_after_a_restart])

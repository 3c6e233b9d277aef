#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A hearing is booked, moved, taken back, cancelled, and held; docs/SCHEDULE.md."""

import os
import sqlite3
import sys
import tempfile
import threading
import time

try:
    import icalendar
except ImportError:
    # Debian's module belongs to Debian's Python, which need not be the first one.
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.orig_argv[1:]])
    raise

sys.path.insert(0, os.path.dirname(__file__))
import protocol_client  # noqa: E402
from people_client import Browser, sign_in  # noqa: E402
from protocol_client import Seat, Server, main  # noqa: E402

if len(sys.argv) > 1 and os.access(sys.argv[1], os.X_OK):
    protocol_client.OYER = sys.argv.pop(1)

ROOT = "/api/v1/schedule"
HEARINGS = ROOT + "/hearings"
HOUR_US = 3600 * 10**6
DAY_US = 24 * HOUR_US


def ok(answer, *statuses):
    assert answer[0] in (statuses or (200,)), answer[::2]
    return answer[2]


def refused(answer, code="refused", status=409):
    assert answer[0] == status and answer[2]["error"]["code"] == code, answer[::2]
    return answer[2]["error"]


def plan(server, form, from_us=None, **changes):
    """The demo case once more, on the first day that notice allows."""
    people = [(form["judges"][0]["id"], "judge", ""), (form["clerks"][0]["id"], "clerk", ""),
              ("demo-plaintiff", "party", "plaintiff"), ("demo-defendant", "party", "defendant")]
    return {"cases": [server.demo()["hearing"]], "kind": "continued", "room": form["rooms"][0]["id"],
            "sessions": [{"from_us": from_us, "to_us": from_us + HOUR_US}] if from_us else [],
            "people": [{"person": p, "as": a, "mode": "in_person" if a == "party" else "video",
                        "side": s} for p, a, s in people] +
                      [{"name": "赵勇", "as": "witness", "mode": "video"}], **changes}


def first_day(clerk):
    """The first morning that notice allows."""
    form = ok(clerk.get(ROOT + "/form"))
    span = f"?from_us={form['notice_us']}&to_us={form['notice_us'] + 30 * DAY_US}"
    work = ok(clerk.get(ROOT + span))["work"]
    return form, next(from_us for from_us, to_us in work if from_us >= form["notice_us"])


def a_clerk_books_moves_takes_back_and_cancels():
    with Server() as server:
        clerk = sign_in(server, "clerk")
        form, nine_us = first_day(clerk)
        assert form["timezone"] == "Asia/Shanghai" and len(form["rooms"]) == 2, form
        error = refused(clerk.post(HEARINGS, {"plan": plan(server, form, nine_us - 60 * DAY_US)}))
        assert {"past", "notice"} <= {f["code"] for f in error["faults"]}, error
        error = refused(clerk.post(HEARINGS, {"plan": plan(server, form, nine_us - 30 * 60 * 10**6)}))
        assert {f["code"] for f in error["faults"]} == {"hours"}, error
        assert error["offers"][0]["sessions"][0]["from_us"] == nine_us, error["offers"]

        booked = ok(clerk.post(HEARINGS, {"plan": plan(server, form, nine_us)}), 201)
        assert (booked["rev"], booked["state"]) == (1, "booked"), booked
        path = f"{HEARINGS}/{booked['id']}"
        error = refused(clerk.post(HEARINGS, {"plan": plan(server, form, nine_us)}))
        faults = {(f["code"], f["as"]): f for f in error["faults"]}
        assert {("clash", "judge"), ("clash", "room"), ("clash", "party")} <= set(faults), faults
        assert faults["clash", "room"]["name"] == form["rooms"][0]["name"], faults
        assert faults["clash", "judge"]["hearing"] == booked["id"], faults
        assert faults["clash", "judge"]["case_number"] == booked["case_number"], faults

        moved = {**booked["plan"], "sessions": error["offers"][0]["sessions"]}
        trial = ok(clerk.post(ROOT + "/check", {"plan": moved, "hearing": booked["id"], "rev": 1}))
        assert trial["faults"] == [], trial
        refused(clerk.ask("PATCH", path, {"rev": 1, "plan": moved}), "unknown", 422)
        change = {"rev": 1, "plan": moved, "code": "clerical", "reason": "写错了"}
        assert ok(clerk.ask("PATCH", path, change))["rev"] == 2
        refused(clerk.ask("PATCH", path, change), "stale")
        back = ok(clerk.post(path + "/undo", {"rev": 2}))
        assert back["plan"]["sessions"] == booked["plan"]["sessions"], back
        assert [c["action"] for c in back["changes"]] == ["undone", "moved", "booked"], back
        assert back["changes"][1]["by"].startswith("陈静"), back["changes"]

        span = f"{ROOT}?from_us={nine_us}&to_us={nine_us + HOUR_US}"
        assert [h["id"] for h in ok(clerk.get(span))["hearings"]] == [booked["id"]]
        assert clerk.post(path + "/cancel", {"rev": 3})[0] == 400, "why?"
        gone = ok(clerk.post(path + "/cancel", {"rev": 3, "code": "settled", "reason": "和解"}))
        assert gone["state"] == "cancelled" and gone["status"] == "cancelled", gone
        assert ok(clerk.get(span))["hearings"] == []
        judge = sign_in(server, "judge")
        assert judge.post(path + "/undo", {"rev": 4})[0] == 403, "reads only"
        assert ok(judge.get(path))["rev"] == 4
        assert clerk.get(HEARINGS + "/01J0000000000000000000NONE")[0] == 404
        assert clerk.get(f"{ROOT}?from_us=x&to_us=9")[0] == 400


def the_last_slot_is_given_once():
    with Server() as server:
        clerks = [sign_in(server, "clerk")]
        for _ in range(3):
            clerks.append(Browser(server))
            clerks[-1].cookies = dict(clerks[0].cookies)
        form, nine_us = first_day(clerks[0])
        together = threading.Barrier(len(clerks))
        answers = []

        def book(clerk):
            together.wait(30)
            answers.append(clerk.post(HEARINGS, {"plan": plan(server, form, nine_us)}))
        threads = [threading.Thread(target=book, args=(clerk,)) for clerk in clerks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sorted(a[0] for a in answers) == [201, 409, 409, 409], [a[::2] for a in answers]
        won = next(a[2]["id"] for a in answers if a[0] == 201)
        for answer in answers:
            if answer[0] == 409:
                assert {f["hearing"] for f in answer[2]["error"]["faults"]} == {won}, answer[2]


def who_did_not_agree_is_in_the_court_room():
    with Server() as server:
        clerk, president = sign_in(server, "clerk"), sign_in(server, "president")
        form, nine_us = first_day(clerk)
        path = f"/api/v1/registry/cases/{server.demo()['hearing']}/consents"
        party = next(p["party"] for p in ok(clerk.get(path))["stages"][0]["parties"]
                     if p["role"] == "plaintiff")

        def say(answer, stage="hearing"):
            ok(clerk.post(path, {"party": party, "stage": stage, "answer": answer,
                                 "means": "phone", "evidence": "a call"}))
        wanted = plan(server, form, nine_us)
        wanted["people"][2]["mode"] = "video"  # the plaintiff
        say("yes", "evidence")
        error = refused(clerk.post(HEARINGS, {"plan": wanted}))
        (fault,) = error["faults"]
        assert (fault["code"], fault["resource"]) == ("consent", "demo-plaintiff"), error
        assert error["approvals"] == [] and error["stage"] == "hearing", error
        assert [p["mode"] for p in error["mixed"]["people"][2:4]] == ["in_person"] * 2, error
        say("yes")
        booked = ok(clerk.post(HEARINGS, {"plan": wanted}), 201)
        assert ok(clerk.get(ROOT + "/tasks"))["tasks"] == []

        say("no")
        (task,) = ok(clerk.get(ROOT + "/tasks"))["tasks"]
        assert (task["hearing"], task["rev"]) == (booked["id"], 1), task
        assert [p["online"] for p in task["people"]] == ["withdrawn"], task
        assert president.get(ROOT + "/tasks")[0] == 403
        at = f"{HEARINGS}/{booked['id']}"
        error = refused(clerk.ask("PATCH", at, {"rev": 1, "plan": booked["plan"]}))
        (missing,) = error["approvals"]
        ok(clerk.post("/api/v1/staff/approvals", {**missing, "reason": "he only delays"}))
        refused(clerk.ask("PATCH", at, {"rev": 1, "plan": booked["plan"]}))
        (waiting,) = ok(president.get("/api/v1/staff/approvals"))["waiting"]
        ok(president.post(f"/api/v1/staff/approvals/{waiting['id']}/grant", {"reason": "so it is"}))
        ok(clerk.ask("PATCH", at, {"rev": 1, "plan": booked["plan"]}))
        assert ok(clerk.get(ROOT + "/tasks"))["tasks"] == []
        say("no")
        (task,) = ok(clerk.get(ROOT + "/tasks"))["tasks"]
        changed = ok(clerk.ask("PATCH", at, {"rev": task["rev"], "plan": task["mixed"]}))
        assert changed["plan"]["sessions"] == booked["plan"]["sessions"], "the day stays"
        assert ok(clerk.get(ROOT + "/tasks"))["tasks"] == []


def leave_and_repair_are_kept_free():
    with Server() as server:
        clerk, judge = sign_in(server, "clerk"), sign_in(server, "judge")
        form, nine_us = first_day(clerk)
        path = ROOT + "/absences"
        away = {"resource": form["judges"][0]["id"], "from_us": nine_us, "to_us": nine_us + DAY_US, "note": "培训"}
        assert judge.post(path, away)[0] == 403, "reads only"
        for wrong in ({"to_us": nine_us}, {"to_us": nine_us + 400 * DAY_US}, {"from_us": nine_us + 1},
                      {"note": "x" * 201}, {"resource": ""}):
            assert clerk.post(path, {**away, **wrong})[0] == 400, wrong
        refused(clerk.post(path, {**away, "resource": "demo-plaintiff"}), "unknown", 422)
        booked = ok(clerk.post(HEARINGS, {"plan": plan(server, form, nine_us)}), 201)
        added = ok(clerk.post(path, away), 201)
        assert [h["case_number"] for h in added["hearings"]] == [booked["case_number"]], added
        one = added["absence"]
        assert (one["kind"], one["name"], one["note"]) == ("leave", form["judges"][0]["name"], "培训"), one
        span = f"{ROOT}?from_us={nine_us}&to_us={nine_us + HOUR_US}"
        assert ok(clerk.get(span))["absences"] == [one]
        assert ok(judge.get(span))["absences"] == [{**one, "note": ""}], "why is for those who book"
        moved = {**booked["plan"], "sessions": [{"from_us": nine_us + HOUR_US, "to_us": nine_us + 2 * HOUR_US}]}
        change = {"rev": 1, "plan": moved, "code": "clerical"}
        error = refused(clerk.ask("PATCH", f"{HEARINGS}/{booked['id']}", change))
        assert [(f["code"], f["as"], f["name"], f["to_us"]) for f in error["faults"]] == \
            [("leave", "judge", one["name"], away["to_us"])], error
        assert error["offers"][0]["sessions"][0]["from_us"] >= away["to_us"], error["offers"]
        assert judge.ask("DELETE", f"{path}/{one['id']}")[0] == 403
        ok(clerk.ask("DELETE", f"{path}/{one['id']}"))
        assert clerk.ask("DELETE", f"{path}/{one['id']}")[0] == 404
        ok(clerk.ask("PATCH", f"{HEARINGS}/{booked['id']}", change))
        room = ok(clerk.post(path, {**away, "resource": form["rooms"][1]["id"]}), 201)["absence"]
        assert room["kind"] == "repair", room


def only_an_administrator_makes_rooms():
    with Server() as server:
        clerk, chief = sign_in(server, "clerk"), sign_in(server, "administrator")
        assert clerk.post(ROOT + "/rooms", {"name": "第三法庭"})[0] == 403
        rooms = ok(chief.post(ROOT + "/rooms", {"name": "第三法庭"}))["rooms"]
        assert [r["name"] for r in rooms].count("第三法庭") == 1, rooms
        path = f"{ROOT}/rooms/{rooms[-1]['id']}"
        left = ok(chief.ask("PATCH", path, {"name": "旧", "open": False}))["rooms"]
        assert len(left) == len(rooms) - 1, left
        assert chief.ask("PATCH", ROOT + "/rooms/none", {"name": "x"})[0] == 404
        assert chief.post(ROOT + "/rooms", {"name": ""})[0] == 400


def a_booked_hearing_is_held():
    with tempfile.TemporaryDirectory() as data:
        with Server(data) as server:
            clerk = sign_in(server, "clerk")
            form, nine_us = first_day(clerk)
            booked = ok(clerk.post(HEARINGS, {"plan": plan(server, form, nine_us)}), 201)
            path = f"{HEARINGS}/{booked['id']}/passes"
            passes = ok(clerk.post(path, {}))["passes"]
            assert [p["role"] for p in passes] == ["judge", "clerk", "party", "party", "witness"]
            early = server.request("GET", "/api/v1/pass",
                                   headers={"Authorization": f"Bearer {passes[0]['token']}"})
            assert early[0] == 401, early
        # The day has come.
        line = sqlite3.connect(f"{data}/oyer.db")
        line.execute("UPDATE hearing_pass SET nbf = ? WHERE hearing = ?",
                     ((int(time.time()) - 60) * 10**6, booked["id"]))
        line.commit()
        line.close()
        with Server(data) as server:
            staff = sign_in(server, "clerk")
            passes = ok(staff.post(path, {}))["passes"]
            judge, clerk, plaintiff = (Seat(server, {"id": p["participant"], "token": p["token"]})
                                       for p in passes[:3])
            for seat in (judge, clerk, plaintiff):
                seat.come_in()
            assert len(judge.state["people"]) == 5, judge.state
            judge.order("admit", participant=plaintiff.id)
            judge.order("open", override=True, reason="no recorder in this test")
            judge.wait(lambda: judge.state["hearing"]["session"] == "in_session", "a session")
            for seat in (judge, clerk, plaintiff):
                seat.close()
            refused(staff.post(f"{HEARINGS}/{booked['id']}/cancel",
                               {"rev": 1, "code": "settled"}), "wrong_state")


def who_waits_at_the_door_comes_back_after_a_change():
    with tempfile.TemporaryDirectory() as data:
        with Server(data) as server:
            clerk = sign_in(server, "clerk")
            form, nine_us = first_day(clerk)
            booked = ok(clerk.post(HEARINGS, {"plan": plan(server, form, nine_us)}), 201)
            path = f"{HEARINGS}/{booked['id']}"
        line = sqlite3.connect(f"{data}/oyer.db")
        line.execute("UPDATE hearing_pass SET nbf = ?", ((int(time.time()) - 60) * 10**6,))
        line.commit()
        line.close()
        with Server(data) as server:
            clerk = sign_in(server, "clerk")
            passes = ok(clerk.post(path + "/passes", {}))["passes"]
            judge = Seat(server, {"id": passes[0]["participant"], "token": passes[0]["token"]})
            judge.come_in()
            helped = booked["plan"]
            helped["people"].append({"name": "翻译 Anna", "as": "interpreter", "mode": "video"})
            ok(clerk.ask("PATCH", path, {"rev": 1, "plan": helped}))
            assert judge.socket.close_code() == 1013
            # Passes are of the hearing's time again; this test's were put forward.
            line = sqlite3.connect(f"{data}/oyer.db")
            line.execute("UPDATE hearing_pass SET nbf = ? WHERE revoked_at = 0",
                         ((int(time.time()) - 60) * 10**6,))
            line.commit()
            line.close()
            tokens = {p["participant"]: p["token"] for p in
                      ok(clerk.post(path + "/passes", {}))["passes"]}
            judge.person["token"] = tokens[judge.id]
            judge.connect()
            assert "interpreter" in [p["role"] for p in judge.state["people"]], judge.state
            judge.close()


def parse(answer):
    """A calendar as somebody else's parser reads it: (its fields, its events)."""
    assert answer[0] == 200, answer[::2]
    assert answer[1]["content-type"].startswith("text/calendar"), answer[1]
    text = answer[2]
    assert max(len(line) for line in text.split(b"\r\n")) <= 75, "folded, RFC 5545 3.1"
    calendar = icalendar.Calendar.from_ical(text)
    return calendar, calendar.walk("VEVENT")


def a_calendar_follows_the_schedule():
    with Server() as server:
        clerk = sign_in(server, "clerk")
        form, nine_us = first_day(clerk)
        room = form["rooms"][0]
        mine = ok(clerk.post(ROOT + "/feeds/mine", {}), 201)["path"]
        public = ok(clerk.post(ROOT + "/feeds", {"kind": "room", "subject": room["id"]}), 201)["path"]
        party = ok(clerk.post(ROOT + "/feeds", {"kind": "person", "subject": form["judges"][0]["id"]}),
                   201)["path"]
        assert clerk.post(ROOT + "/feeds", {"kind": "person", "subject": "nobody"})[0] == 404
        program = Browser(server, origin="")  # has no session
        assert parse(program.get(mine))[1] == []
        booked = ok(clerk.post(HEARINGS, {"plan": plan(server, form, nine_us, openness="closed")}), 201)

        calendar, (event,) = parse(program.get(mine))
        assert calendar["METHOD"] == "PUBLISH" and calendar.walk("VTIMEZONE"), calendar
        start = event.decoded("DTSTART")
        assert start.timestamp() * 10**6 == nine_us and start.hour == 9, start
        assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
        assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED"), event
        assert booked["case_number"] in event["SUMMARY"] and event["LOCATION"] == room["name"]
        link, uid = event["CONFERENCE"], event["UID"]
        assert event["CONFERENCE"].params["VALUE"] == "URI" and "/j/v1." in link, link
        (event,) = parse(program.get(public))[1]
        assert booked["case_number"] not in event["SUMMARY"], "a closed hearing"
        assert "CONFERENCE" not in event, "nobody's way in"
        (event,) = parse(program.get(party))[1]
        assert event["CONFERENCE"] != link, "each has his own"

        path = f"{HEARINGS}/{booked['id']}"
        passes = ok(clerk.post(path + "/passes", {}))["passes"]
        plaintiff = next(p for p in passes if p["role"] == "party")
        letter = f"{path}/invitations/{plaintiff['participant']}"
        calendar, (event,) = parse(clerk.get(letter))
        assert calendar["METHOD"] == "REQUEST" and event["UID"] == uid, event
        assert plaintiff["token"] in event["CONFERENCE"] and "ORGANIZER" in event, event

        moved = {**booked["plan"], "sessions": [{"from_us": nine_us + HOUR_US, "to_us": nine_us + 2 * HOUR_US}]}
        ok(clerk.ask("PATCH", path, {"rev": 1, "plan": moved, "code": "clerical"}))
        (event,) = parse(program.get(mine))[1]
        assert (event["SEQUENCE"], event["UID"]) == (1, uid), event
        assert event.decoded("DTSTART").hour == 10 and event["CONFERENCE"] != link, event

        ok(clerk.post(path + "/cancel", {"rev": 2, "code": "settled"}))
        (event,) = parse(program.get(mine))[1]
        assert (event["SEQUENCE"], event["STATUS"]) == (2, "CANCELLED"), event
        calendar, (event,) = parse(clerk.get(letter))
        assert calendar["METHOD"] == "CANCEL" and "CONFERENCE" not in event, event
        assert parse(program.get(public))[1] == []

        again = ok(clerk.post(ROOT + "/feeds/mine", {}), 201)["path"]
        assert program.get(mine)[0] == 404 and program.get(again)[0] == 200, "the old one is void"
        assert program.get("/api/v1/calendar/x.ics")[0] == 404


main([a_clerk_books_moves_takes_back_and_cancels, the_last_slot_is_given_once,
      who_did_not_agree_is_in_the_court_room, leave_and_repair_are_kept_free,
      only_an_administrator_makes_rooms, a_calendar_follows_the_schedule, a_booked_hearing_is_held,
      who_waits_at_the_door_comes_back_after_a_change])

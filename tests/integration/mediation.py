#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A mediation is walled off from the trial: its file is its parties' and its mediator's, and
only how it ended is on the sheet; docs/FILING.md."""

import sqlite3
import time
import urllib.parse

from filing_client import REGISTRY, handed_in, ok
from people_client import sign_in, visit
from protocol_client import Seat, Server, main

HOUR_US = 3600 * 10**6

STAFF, PARTY = "/api/v1/staff/mediations", "/api/v1/mediations"
SECRET = "愿意让步三万元"
MINE, HIS = ("13800138000", "孙丽"), ("13900139000", "王磊")


def opened(server, registrar, mediator, **more):
    parties = [{"name": MINE[1], "side": "plaintiff", "address": MINE[0]},
               {"name": HIS[1], "side": "defendant", "address": HIS[0]}]
    login = ok(mediator.get("/api/v1/staff/me"))["login"]
    return ok(registrar.post(STAFF, {"subject": "借款", "mediator": login, "parties": parties, **more}),
              201)["id"]


def docketed(filer, registrar):
    desk = f"{REGISTRY}/{handed_in(filer)['id']}"
    ok(registrar.post(desk + "/open"))
    return ok(registrar.post(desk + "/accept"))["case"]


def nobody_else_reads_it_and_only_the_outcome_crosses():
    with Server() as server:
        registrar, clerk = sign_in(server, "registrar"), sign_in(server, "clerk")
        filer = visit(server)
        case = docketed(filer, registrar)
        id_ = opened(server, registrar, clerk, case=case)
        mine, his, other = visit(server, *MINE), visit(server, *HIS), visit(server, "13700137000", "他人")
        at, desk = f"{PARTY}/{id_}", f"{STAFF}/{id_}"
        said = {"kind": "statement", "title": "我的底线", "text": SECRET}
        assert ok(mine.post(at + "/papers", said))["papers"][0]["own"] is True
        assert ok(his.get(at))["papers"][0]["own"] is False
        assert ok(clerk.get(desk))["papers"][0]["text"] == SECRET
        assert [m["id"] for m in ok(clerk.get(STAFF))["mediations"]] == [id_]

        # Every other office, and whoever opened it, finds nothing at any door.
        staff = {role: sign_in(server, role) for role in ("judge", "president", "administrator")}
        for role, who in {**staff, "registrar": registrar}.items():
            assert ok(who.get(STAFF))["mediations"] == [], role
            for answer in (who.get(desk), who.post(desk + "/papers", said),
                           who.post(desk + "/close", {"agreed": True})):
                assert (answer[0], answer[2]["error"]["code"]) == (404, "no_such"), (role, answer[::2])
        assert ok(other.get(PARTY))["mediations"] == []
        for answer in (other.get(at), other.post(at + "/papers", said), other.post(at + "/file", {"papers": [1]})):
            assert answer[0] == 404, answer[::2]

        ok(clerk.post(desk + "/papers", {"kind": "proposal", "title": "方案", "text": "分三期归还"}))
        ok(clerk.post(desk + "/close", {"agreed": False}))
        assert mine.post(at + "/papers", said)[0] == 409, "it is over"
        judge = staff["judge"]
        page = f"/api/v1/register/cases/{case}"
        entries = ok(judge.get(page))["entries"]
        assert [(e["kind"], e["text"]) for e in entries if e["kind"] == "mediation"] == [
            ("mediation", "调解不成 Not agreed")], entries
        shown = str([judge.get(page), judge.get(page + "/sheet?format=json"), judge.get(page + "/sheet?format=csv"),
                     filer.get(f"/api/v1/cases/{case}")])
        log = staff["president"].get("/api/v1/staff/audit?chain=court:demo-court")[2].decode()
        for word in (SECRET, "我的底线", "分三期归还"):
            assert word not in shown and word not in log, word
            found = ok(judge.get(f"/api/v1/register/cases?q={urllib.parse.quote(word)}"))["hits"]
            assert found == [], found


def a_party_takes_what_he_chooses_of_his_own_into_a_filing():
    with Server() as server:
        registrar, clerk = sign_in(server, "registrar"), sign_in(server, "clerk")
        id_ = opened(server, registrar, clerk)
        mine, his = visit(server, *MINE), visit(server, *HIS)
        at = f"{PARTY}/{id_}"
        for who, text in ((mine, "三月借出五万元"), (mine, SECRET), (his, "已经还了一万元")):
            ok(who.post(at + "/papers", {"kind": "statement", "title": "经过", "text": text}))
        assert mine.post(at + "/file", {"papers": [1, 3]})[0] == 400, "the third is not his"
        assert ok(mine.get("/api/v1/filings"))["filings"] == [], "nothing was begun by that"
        filing = ok(mine.post(at + "/file", {"papers": [1]}), 201)["filing"]
        draft = ok(mine.get(f"/api/v1/filings/{filing}"))
        assert draft["state"] == "draft" and "三月借出五万元" in draft["facts"], draft
        assert SECRET not in str(draft) and "已经还了" not in str(draft) and id_ not in str(draft)
        assert his.get(f"/api/v1/filings/{filing}")[0] == 404
        ok(clerk.post(f"{STAFF}/{id_}/close", {"agreed": True}))
        assert ok(mine.get(at))["state"] == "agreed"


def next_morning(server):
    """A time at which nobody sits, told by the calendar."""
    clerk = sign_in(server, "clerk")
    now = ok(clerk.get("/api/v1/schedule/form"))["now_us"]
    work = ok(clerk.get(f"/api/v1/schedule?from_us={now}&to_us={now + 20 * 24 * HOUR_US}"))["work"]
    return clerk, next(from_us for from_us, _ in work if from_us > now + 24 * HOUR_US)


def begin_now(server):
    """As if the hour of every sitting had come."""
    line = sqlite3.connect(server.data / "oyer.db", timeout=30)
    now = int(time.time() * 10**6)
    line.execute("UPDATE hearing SET scheduled_start = ? WHERE mediation IS NOT NULL", (now,))
    line.execute("UPDATE hearing_pass SET nbf = 0, exp = ?", (now + HOUR_US,))
    line.commit()
    line.close()


def a_sitting_is_on_no_list_and_behind_no_door_but_its_own():
    with Server() as server:
        registrar = sign_in(server, "registrar")
        clerk, nine = next_morning(server)
        mediator = clerk
        filer = visit(server)
        case = docketed(filer, registrar)
        id_ = opened(server, registrar, mediator, case=case)
        desk = f"{STAFF}/{id_}"
        room = ok(clerk.get("/api/v1/schedule/form"))["rooms"][0]["id"]
        wish = {"from_us": nine, "to_us": nine + HOUR_US, "room": room}
        for wrong in ({"to_us": nine}, {"from_us": nine + 1}, {"room": "no-such"}, {"kind": "first"}):
            assert mediator.post(desk + "/sittings", {**wish, **wrong})[0] == 400, wrong
        night = mediator.post(desk + "/sittings", {**wish, "from_us": nine - 6 * HOUR_US, "to_us": nine - 5 * HOUR_US})
        assert (night[0], [f["code"] for f in night[2]["error"]["faults"]]) == (409, ["hours"]), night[2]
        (sitting,) = ok(mediator.post(desk + "/sittings", wish), 201)["sittings"]
        assert (sitting["from_us"], sitting["status"]) == (nine, "scheduled"), sitting
        again = mediator.post(desk + "/sittings", wish)
        assert {f["code"] for f in again[2]["error"]["faults"]} == {"clash"}, again[2]
        mine = visit(server, *MINE)
        (seen,) = ok(mine.get(f"{PARTY}/{id_}"))["sittings"]
        assert seen["from_us"] == nine and seen["participant"] not in ("", sitting["participant"]), seen

        begin_now(server)
        hearing, seat = sitting["hearing"], seen["participant"]
        span = f"?from_us={nine - HOUR_US}&to_us={nine + 2 * HOUR_US}"
        president, judge = sign_in(server, "president"), sign_in(server, "judge")
        stranger = visit(server, "13700137000", "他人")
        today = stranger.get("/api/v1/public/today")
        lists = {
            "today": today, "calendar": clerk.get("/api/v1/schedule" + span),
            "waiting": clerk.get("/api/v1/schedule/waiting"), "tasks": clerk.get("/api/v1/schedule/tasks"),
            "case": judge.get(f"/api/v1/register/cases/{case}"),
            "sheet": judge.get(f"/api/v1/register/cases/{case}/sheet?format=json"),
            "party's case": filer.get(f"/api/v1/cases/{case}"),
            "door": sign_in(server, "usher").get("/api/v1/door/list"),
            "judge's day": judge.get("/api/v1/staff/hearings"),
            "president's day": president.get("/api/v1/staff/hearings"),
            "notices": registrar.get("/api/v1/notices"),
        }
        for name, answer in lists.items():
            assert hearing not in str(answer[2]) and seat not in str(answer[2]), name
        assert today[0] == 200 and all("孙" not in str(c["hearings"]) for c in today[2]["courts"]), today[2]
        at = f"/api/v1/schedule/hearings/{hearing}"
        doors = [clerk.get(at), clerk.post(at + "/cancel", {"rev": 1, "code": "settled"}), clerk.post(at + "/undo", {"rev": 1}),
                 clerk.post(at + "/passes"), clerk.get(f"{at}/invitations/{seat}"), registrar.post(f"/api/v1/passes/{seat}"),
                 stranger.post(f"/api/v1/visitor/passes/{seat}"),
                 judge.ask("POST", f"/api/v1/staff/hearings/{sitting['participant']}/pass", None, {"Oyer-Device": "d" * 32}),
                 registrar.post(desk + "/sittings", wish), judge.post(desk + "/sittings/cancel", {"hearing": hearing})]
        for i, answer in enumerate(doors):
            assert answer[0] == 404, (i, answer[::2])
        # The calendar books no mediation, and makes none of a trial.
        plan = {"kind": "mediation", "openness": "closed", "cases": [case], "room": room,
                "sessions": [{"from_us": nine, "to_us": nine + HOUR_US}], "people": []}
        answer = clerk.post("/api/v1/schedule/hearings", {"plan": plan})
        assert (answer[0], answer[2]["error"]["field"]) == (422, "kind"), answer[::2]

        ok(mediator.post(desk + "/sittings/cancel", {"hearing": hearing}))
        assert mediator.post(desk + "/sittings/cancel", {"hearing": hearing})[0] == 409
        assert ok(mediator.post(desk + "/sittings", wish), 201)["sittings"][0]["status"] == "cancelled"


def what_is_said_in_a_sitting_is_not_recorded():
    with Server() as server:
        registrar = sign_in(server, "registrar")
        mediator, nine = next_morning(server)
        id_ = opened(server, registrar, mediator)
        booked = ok(mediator.post(f"{STAFF}/{id_}/sittings", {"from_us": nine, "to_us": nine + HOUR_US}), 201)
        sitting, party = booked["sittings"][0], visit(server, *MINE)
        (seen,) = ok(party.get(f"{PARTY}/{id_}"))["sittings"]
        begin_now(server)
        device = "d" * 32
        pass_ = ok(mediator.ask("POST", f"/api/v1/staff/hearings/{sitting['participant']}/pass", None,
                                {"Oyer-Device": device}))
        chair = Seat(server, {"id": sitting["participant"], "token": pass_["token"]}, device)
        token = ok(party.post(f"/api/v1/visitor/passes/{seen['participant']}"))["token"]
        mine = Seat(server, {"id": seen["participant"], "token": token})
        for seat in (chair, mine):
            state = seat.state
            assert state["recording"] == {"state": "none", "alarm": False}, state["recording"]
            assert state["hearing"]["mediation"] is True and state["hearing"]["case_number"] == "", state["hearing"]
        assert chair.state["you"]["role"] == "mediator" and "arm" not in chair.state["you"]["may"], chair.state["you"]
        chair.say({"type": "wait"})
        chair.wait(lambda: chair.state["you"]["room"] == "hearing", "the mediator inside")
        answer = chair.ask({"type": "command", "do": "open"}, "o")
        assert answer["type"] == "ok", answer
        chair.wait(lambda: chair.state["hearing"]["session"] == "in_session", "a sitting")
        assert chair.state["hearing"]["stage"] == "mediation"
        for said in ({"type": "note", "text": "他们快谈成了"}, {"type": "line", "participant": seen["participant"], "text": SECRET},
                     {"type": "command", "do": "arm"}):
            assert chair.ask(said, said["type"] + said.get("do", ""))["type"] == "error", said
        answer = chair.ask({"type": "command", "do": "close", "confirm": True}, "c")
        assert answer["type"] == "ok", answer
        chair.wait(lambda: chair.state["hearing"]["session"] == "closed", "the end")
        assert chair.state["record"]["state"] == "none", chair.state["record"]
        folder = server.data / "hearings" / sitting["hearing"]
        assert not folder.exists() or not [p for p in folder.rglob("*") if p.is_file()], list(folder.rglob("*"))
        line = sqlite3.connect(server.data / "oyer.db", timeout=30)
        for table in ("transcript_line", "log_note", "record_interval", "chapter"):
            (count,) = line.execute(f"SELECT COUNT(*) FROM {table} WHERE hearing = ?", (sitting["hearing"],)).fetchone()
            assert count == 0, table
        line.close()


main([a_sitting_is_on_no_list_and_behind_no_door_but_its_own, what_is_said_in_a_sitting_is_not_recorded,
      nobody_else_reads_it_and_only_the_outcome_crosses,
      a_party_takes_what_he_chooses_of_his_own_into_a_filing])

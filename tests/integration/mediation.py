#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A mediation is walled off from the trial: its file is its parties' and its mediator's, and
only how it ended is on the sheet; docs/FILING.md."""

import urllib.parse

from filing_client import REGISTRY, handed_in, ok
from people_client import sign_in, visit
from protocol_client import Server, main

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


main([nobody_else_reads_it_and_only_the_outcome_crosses,
      a_party_takes_what_he_chooses_of_his_own_into_a_filing])

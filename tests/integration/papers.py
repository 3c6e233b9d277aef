#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Papers go into a case that is there, from both sides and who stands for them;
docs/PAPERS.md."""

import json
import time

from filing_client import FILINGS, JPEG, PART, docketed, ok, pdf, upload
from people_client import sign_in, visit
from protocol_client import Server, main

REGISTRY = "/api/v1/registry"
PHONE = "13900139000"  # the defendant's, as the plaintiff gave it
DAY_US = 86400 * 10**6


def court(server):
    """(plaintiff, clerk, defendant, case): the defendant's address is confirmed."""
    plaintiff, _, case = docketed(server)
    clerk = sign_in(server, "clerk")
    parties = ok(plaintiff.get(f"/api/v1/cases/{case}"))["parties"]
    party = next(p["id"] for p in parties if p["role"] == "defendant")
    ok(clerk.post(f"{REGISTRY}/cases/{case}/address",
                  {"party": party, "address": PHONE, "reason": "送达地址确认书"}))
    return plaintiff, clerk, visit(server, PHONE, "x"), case


def sides(browser, case):
    return ok(browser.get(f"/api/v1/cases/{case}/papers"))


def begin(browser, case, code):
    """A new paper for the first party that this person may file it for."""
    one = next(p for p in sides(browser, case)["parties"] if code in p["may"])
    return ok(browser.post(f"/api/v1/cases/{case}/papers",
                           {"party": one["party"], "code": code, "language": "zh"}), 201)


def hand_in(browser, paper, text=""):
    path = f"{FILINGS}/{paper['id']}"
    now = ok(browser.ask("PATCH", path, {"rev": paper["rev"], "text": text}))
    return ok(browser.post(path + "/submit", {"rev": now["rev"]}))


def error(answer):
    assert isinstance(answer[2], dict) and "error" in answer[2], answer
    return answer[0], answer[2]["error"]["code"]


def an_answer_and_evidence_reach_the_other_side():
    with Server() as server:
        plaintiff, clerk, defendant, case = court(server)
        ok(clerk.post(f"{REGISTRY}/cases/{case}/limits",
                      {"code": "answer", "from_us": time.time_ns() // 1000 - 40 * DAY_US,
                       "reason": "当面送达"}))
        page = sides(defendant, case)
        assert [(c["clock"], c["party"]) for c in page["clocks"]] == [
            ("trial", ""), ("answer", page["parties"][0]["party"])], page
        assert [c["clock"] for c in sides(plaintiff, case)["clocks"]] == ["trial", "answer"]
        late = hand_in(defendant, begin(defendant, case, "answer"), "不欠钱。")
        assert late["state"] == "filed" and late["paper"]["late"], late
        receipt = json.loads(ok(defendant.get(f"{FILINGS}/{late['id']}/receipt"))["signed"])
        assert receipt["number"] == late["receipt_no"]

        paper = begin(defendant, case, "evidence")
        path = f"{FILINGS}/{paper['id']}"
        data = pdf(2 * PART + 5)
        upload(defendant, paper["id"], "转账.pdf", data)
        answer = defendant.post(path + "/submit", {"rev": paper["rev"]})
        assert answer[2]["error"]["fields"] == ["purposes"], answer
        document = ok(defendant.get(path))["documents"][0]["id"]
        ok(defendant.ask("PATCH", f"{path}/documents/{document}", {"purpose": "已经还清"}))
        evidence = ok(defendant.post(path + "/submit", {"rev": paper["rev"]}))

        queue = ok(clerk.get(f"{REGISTRY}/papers?view=open"))
        assert [p["id"] for p in queue["papers"]] == [late["id"], evidence["id"]], queue
        file = ok(clerk.get(f"{REGISTRY}/papers/{evidence['id']}"))["documents"][0]["files"][0]["id"]
        content = f"{REGISTRY}/papers/{evidence['id']}/files/{file}/content"
        assert clerk.get(content)[2] == data
        # What waits is not the other side's to read.
        assert plaintiff.get(path)[0] == 404
        assert plaintiff.get(f"{path}/files/{file}/content")[0] == 404
        assert plaintiff.get(f"/api/v1/cases/{case}/files/{file}/content")[0] == 404
        for one in (late, evidence):
            ok(clerk.post(f"{REGISTRY}/papers/{one['id']}/enter", {}))
        page = ok(plaintiff.get(f"/api/v1/cases/{case}"))
        assert [e["kind"] for e in page["entries"][-2:]] == ["answer", "evidence"], page
        assert "逾期" in page["entries"][-2]["text"], page["entries"]
        exhibit = page["entries"][-1]["documents"][0]
        assert (exhibit["exhibit"], exhibit["purpose"]) == ("被1", "已经还清"), exhibit
        assert plaintiff.get(f"/api/v1/cases/{case}/files/{file}/content")[2] == data
        # Everybody was told once.
        told = ok(clerk.get(f"/api/v1/notices?case={case}"))["notices"]
        kinds = [one["kind"] for one in told]
        assert kinds.count("paper_entered") == 4 and kinds.count("paper_received") == 2, kinds
        types = [e["type"] for e in ok(defendant.get(path + "/trail"))["events"]]
        assert types == ["created", "submitted", "read", "entered"], types


def it_is_sent_back_once_and_completed():
    with Server() as server:
        plaintiff, clerk, _, case = court(server)
        paper = hand_in(plaintiff, begin(plaintiff, case, "adjournment"), "住院")
        desk = f"{REGISTRY}/papers/{paper['id']}"
        notice = {"items": [{"code": "evidence", "text": "请附病历"}], "text": "", "days": 5}
        assert ok(clerk.get(f"{REGISTRY}/waiting")) == {"papers": 1}, "a clerk reviews no filings"
        assert ok(clerk.post(desk + "/send_back", notice))["state"] == "sent_back"
        # By mistake: nothing is to be completed, and the one notice is there yet.
        assert error(clerk.post(desk + "/recall", {"x": 1}))[0] == 400
        recalled = ok(clerk.post(desk + "/recall", {}))
        assert (recalled["state"], recalled["may"]) == ("filed", ["enter", "send_back"]), recalled
        assert error(clerk.post(desk + "/recall", {})) == (409, "wrong_state")
        ok(clerk.post(desk + "/send_back", notice))
        back = ok(plaintiff.get(f"{FILINGS}/{paper['id']}"))
        assert back["correction"]["items"][0]["text"] == "请附病历", back
        upload(plaintiff, paper["id"], "病历.jpg", JPEG)
        again = ok(plaintiff.post(f"{FILINGS}/{paper['id']}/submit", {"rev": back["rev"]}))
        assert (again["state"], again["round"]) == ("filed", 2), again
        assert error(clerk.post(desk + "/send_back", notice)) == (409, "wrong_state")
        assert ok(clerk.get(desk))["may"] == ["enter"]
        assert ok(clerk.post(desk + "/enter", {"access": "parties", "text": "已补正"}))["state"] == "entered"
        assert error(clerk.post(desk + "/enter", {"access": "sealed"}))[0] == 400


def who_stands_for_a_party_may_what_his_authority_says():
    with Server() as server:
        plaintiff, clerk, defendant, case = court(server)
        path = f"{REGISTRY}/cases/{case}/representatives"
        party = sides(defendant, case)["parties"][0]["party"]
        wish = {"party": party, "name": "严华", "address": "13700137000", "kind": "lawyer",
                "scope": "special", "matters": ["settle"]}
        assert clerk.post(path, {**wish, "scope": "general"})[0] == 400, "matters are special"
        assert clerk.post(path, {**wish, "matters": ["read"]})[0] == 400
        assert clerk.post(path, {**wish, "document": "none"})[0] == 400
        one = ok(clerk.post(path, wish))["parties"][1]["representatives"][0]
        counsel = visit(server, "13700137000", "x")
        may = sides(counsel, case)["parties"][0]["may"]
        assert "settlement" in may and "answer" in may and "admit_claim" not in may, may
        ask = {"party": party, "code": "admit_claim", "language": "zh"}
        assert error(counsel.post(f"/api/v1/cases/{case}/papers", ask)) == (403, "no_authority")
        paper = begin(counsel, case, "settlement")
        # Only who gave it takes it back; from then on every door is shut.
        end = {"representative": one["id"], "reason": "解除委托"}
        own = f"/api/v1/cases/{case}/representatives/end"
        assert plaintiff.post(own, end)[0] == 404 and counsel.post(own, end)[0] == 404
        ok(defendant.post(own, end))
        doors = [counsel.get(f"/api/v1/cases/{case}"), counsel.get(f"/api/v1/cases/{case}/papers"),
                 counsel.post(f"/api/v1/cases/{case}/papers", ask)]
        assert [d[0] for d in doors] == [404, 404, 404], doors
        answer = counsel.ask("PATCH", f"{FILINGS}/{paper['id']}", {"rev": paper["rev"], "text": "x"})
        assert error(answer) == (403, "no_authority"), answer
        assert ok(counsel.get("/api/v1/cases"))["cases"] == []
        gone = ok(clerk.get(path))["parties"][1]["representatives"][0]
        assert gone["state"] == "ended" and [c["action"] for c in gone["changes"]] == ["granted", "ended"]
        assert gone["changes"][1]["by"] == "王磊", gone


def what_is_another_s_is_not_there():
    with Server() as server:
        plaintiff, clerk, _, case = court(server)
        stranger = visit(server, "13600136000", "路人")
        judge = sign_in(server, "judge")
        paper = hand_in(plaintiff, begin(plaintiff, case, "other"), "x")
        ask = {"party": sides(plaintiff, case)["parties"][0]["party"], "code": "other", "language": "zh"}
        for answer in (stranger.get(f"/api/v1/cases/{case}/papers"),
                       stranger.post(f"/api/v1/cases/{case}/papers", ask),
                       stranger.get(f"{FILINGS}/{paper['id']}"),
                       stranger.post(f"{FILINGS}/{paper['id']}/withdraw", {"reason": "x"}),
                       clerk.get(f"{REGISTRY}/papers/{'0' * 26}")):
            assert answer[0] == 404, answer
        assert judge.get(f"{REGISTRY}/papers")[0] == 403
        # An address that is somebody's is not given to another.
        taken = clerk.post(f"{REGISTRY}/cases/{case}/address",
                           {"party": ask["party"], "address": "13600136000", "reason": "x"})
        assert error(taken) == (409, "address_taken")
        ok(plaintiff.post(f"{FILINGS}/{paper['id']}/withdraw", {"reason": "写错了"}))
        assert error(clerk.post(f"{REGISTRY}/papers/{paper['id']}/enter", {})) == (409, "wrong_state")


main([an_answer_and_evidence_reach_the_other_side, it_is_sent_back_once_and_completed,
      who_stands_for_a_party_may_what_his_authority_says, what_is_another_s_is_not_there])

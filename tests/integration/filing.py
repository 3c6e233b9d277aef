#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A case is filed from a telephone and reviewed by the registry; docs/FILING.md."""

import base64
import json
import os
import signal
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading

from filing_client import (FILINGS, JPEG, PART, REGISTRY, announce, draft, handed_in, ok, part,
                           pdf, sha, upload)
from people_client import sign_in, visit
from protocol_client import Server, main, until


def types(browser, path):
    return [e["type"] for e in ok(browser.get(path + "/trail"))["events"]]


def a_receipt_can_be_checked_offline():
    with Server() as server:
        filer = visit(server)
        assert ok(filer.get("/api/v1/filing/form"))["causes"], "public"
        filing = draft(filer)
        path = f"{FILINGS}/{filing['id']}"
        status, _, body = filer.post(path + "/submit", {"rev": filing["rev"]})
        assert status == 422 and body["error"]["fields"] == ["documents"], body
        assert filer.ask("PATCH", path, {"rev": filing["rev"] - 1, "claim": "x"})[0] == 409
        data = pdf(3 * PART + 77)
        upload(filer, filing["id"], "协议.pdf", data)
        upload(filer, filing["id"], "p1.jpg", JPEG)
        done = ok(filer.post(path + "/submit", {"rev": filing["rev"]}))
        assert done["state"] == "received" and done["receipt_no"].startswith("R20"), done
        assert done["received_us"] < done["target_us"] and done["due_us"] > done["received_us"]
        receipt = ok(filer.get(path + "/receipt"))
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("key", receipt["key"].encode()), ("text", receipt["signed"].encode()),
                               ("sig", base64.urlsafe_b64decode(receipt["signature"] + "=="))):
                with open(f"{folder}/{name}", "wb") as out:
                    out.write(text)
            subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", f"{folder}/key",
                            "-rawin", "-in", f"{folder}/text", "-sigfile", f"{folder}/sig"],
                           check=True, stdout=subprocess.DEVNULL)
        said = json.loads(receipt["signed"])
        assert [f["sha256"] for f in said["files"]] == [sha(data), sha(JPEG)], said
        assert said["number"] == done["receipt_no"]
        # The same on paper: Chinese that can be read again, every hash whole.
        status, fields, page = filer.get(path + "/receipt.pdf")
        assert status == 200 and fields["content-type"] == "application/pdf", (status, fields)
        text = subprocess.run(["pdftotext", "-raw", "-", "-"], input=page, check=True,
                              capture_output=True).stdout.decode()
        for word in ("诉讼材料收件回执", "协议.pdf", done["receipt_no"], sha(data), sha(JPEG),
                     receipt["signature"], said["local"]):
            assert word in text, (word, text)
        assert filer.ask("PATCH", path, {"rev": done["rev"], "claim": "x"})[0] == 409, "handed in"


def an_upload_goes_on_where_it_was_cut_off():
    with tempfile.TemporaryDirectory() as data_dir:
        data = pdf(4 * PART + 5)
        with Server(data_dir) as server:
            filer = visit(server)
            filing = draft(filer)["id"]
            file = announce(filer, filing, "a.pdf", len(data))
            path = f"{FILINGS}/{filing}/files/{file}"
            for number in (0, 1, 3):
                ok(part(filer, filing, file, data, number))
            cookies = dict(filer.cookies)
            os.kill(server.pid("serve"), signal.SIGKILL)
            filer = until(lambda: back(server, cookies), "the worker")
            assert ok(filer.get(path))["missing"] == [[2, 2], [4, 4]]
            assert filer.post(path + "/finish", {})[2]["error"]["code"] == "parts_missing"
            ok(part(filer, filing, file, data, 1))
            assert part(filer, filing, file, data, 2, "0" * 64)[0] == 422
            assert part(filer, filing, file, data, 5)[0] == 400
            assert part(filer, filing, file, data[:-1], 4)[0] == 400
            for number in (2, 4):
                ok(part(filer, filing, file, data, number))
            other = b"%PDF" + bytes(PART - 4)
            assert part(filer, filing, file, other, 0)[2]["error"]["code"] == "part_differs"
            assert filer.post(path + "/finish", {"sha256": "0" * 64})[0] == 422
            assert ok(filer.post(path + "/finish", {"sha256": sha(data)}))["file"]["state"] == "ready"
            status, fields, text = filer.ask("GET", path + "/content", headers={"Range": "bytes=9-24"})
            assert (status, text) == (206, data[9:25]), (status, text)
            assert fields["content-type"] == "application/pdf"
            assert ok(filer.get(path + "/content")) == data


def back(server, cookies):
    """A browser of these cookies once the worker answers again."""
    from people_client import Browser
    browser = Browser(server)
    browser.cookies = dict(cookies)
    try:
        return browser if browser.get(FILINGS)[0] == 200 else None
    except OSError:
        return None


def what_a_file_is_its_content_says():
    with Server() as server:
        filer = visit(server)
        filing = draft(filer)
        exe = b"MZ" + bytes(58) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0d\x86" + bytes(200)
        for name, data, reason in (("p.jpg", exe, "type"), ("p.pdf", JPEG, "name"),
                                   ("p.txt", b"<html><script>1</script></html>", "type")):
            file = upload(filer, filing["id"], name, data)
            assert (file["state"], file["reason"]) == ("refused", reason), file
            path = server.data / "filings" / filing["id"] / file["id"]
            until(lambda p=path: not p.exists(), "no bytes of it")
            assert filer.get(f"{FILINGS}/{filing['id']}/files/{file['id']}/content")[0] == 409
        assert filer.post(f"{FILINGS}/{filing['id']}/submit", {"rev": filing["rev"]})[0] == 422
        for size in (0, 2 ** 31 + 1):
            document = ok(filer.get(f"{FILINGS}/{filing['id']}"))["documents"][0]["id"]
            status = filer.post(f"{FILINGS}/{filing['id']}/documents/{document}/files",
                                {"name": "a.pdf", "size_bytes": size})[0]
            assert status in (400, 413), status


class Clamd:
    """A malware scanner that speaks INSTREAM: what holds EICAR is infected; it may be still."""

    def __init__(self, place):
        self.asked, self.is_still = 0, False
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(place))
        self.listener.listen(8)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._judge, args=[line], daemon=True).start()

    def _judge(self, line):
        with line, line.makefile("rb") as bytes_:
            assert bytes_.read(10) == b"zINSTREAM\0"
            data = b""
            while size := struct.unpack(">I", bytes_.read(4))[0]:
                data += bytes_.read(size)
            self.asked += 1
            if self.is_still:
                bytes_.read(1)
                return
            if len(data) > 2 * PART:
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            else:
                line.sendall(b"stream: Test.EICAR FOUND\0" if b"EICAR" in data else b"stream: OK\0")

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()


def what_is_infected_is_never_shown():
    with tempfile.TemporaryDirectory() as data_dir:
        place = os.path.join(data_dir, "clamd.ctl")
        clamd = Clamd(place)
        bad = pdf(4000) + b"EICAR"
        with Server(data_dir, "--clamd", place) as server:
            filer = visit(server)
            filing = draft(filer)
            path = f"{FILINGS}/{filing['id']}"
            file = upload(filer, filing["id"], "a.pdf", bad)
            assert (file["state"], file["reason"], file["scan"]) == ("refused", "malware", "infected")
            assert file["finding"] == "Test.EICAR"
            assert filer.get(f"{path}/files/{file['id']}/content")[0] == 409
            gone = server.data / "filings" / filing["id"] / file["id"]
            until(lambda: not gone.exists(), "no bytes of it")
            status, _, body = filer.post(path + "/submit", {"rev": filing["rev"]})
            assert status == 422 and "files" in body["error"]["fields"], body
            ok(filer.ask("DELETE", f"{path}/files/{file['id']}", b""))
            assert upload(filer, filing["id"], "p1.jpg", JPEG)["scan"] == "clean"
            large = upload(filer, filing["id"], "b.pdf", pdf(3 * PART))
            assert (large["scan"], large["finding"]) == ("not_scanned", "too_large"), large
            # From here on nobody scans: what comes is taken, and says so.
            clamd.close()
            os.unlink(place)
            late = upload(filer, filing["id"], "c.pdf", bad)
            assert (late["state"], late["scan"]) == ("ready", "not_scanned"), late
            fine = upload(filer, filing["id"], "d.pdf", pdf(99))
            ok(filer.post(path + "/submit", {"rev": ok(filer.get(path))["rev"]}))
            cookies = dict(filer.cookies)
        # The scanner is back: what was handed in without it is asked about.
        again = Clamd(place)
        with Server(data_dir, "--clamd", place) as server:
            filer, clerk = back(server, cookies), sign_in(server, "registrar")

            def state(who, base):
                files = [f for d in ok(who.get(base))["documents"] for f in d["files"]]
                return {f["id"]: (f["state"], f["scan"]) for f in files}

            until(lambda: state(filer, path)[late["id"]] == ("refused", "infected"), "the scanner")
            until(lambda: state(filer, path)[fine["id"]] == ("ready", "clean"), "the scanner")
            assert state(filer, path)[large["id"]] == ("ready", "not_scanned")
            assert again.asked == 2, "nothing twice, and not what is too large"
            desk = f"{REGISTRY}/{filing['id']}"
            for who, base in ((filer, path), (clerk, desk)):
                assert who.get(f"{base}/files/{late['id']}/content")[0] == 409
                assert who.get(f"{base}/files/{fine['id']}/content")[0] == 200
            assert "infected" in types(filer, path)
            # What was handed in is not destroyed: the receipt names it.
            assert (server.data / "filings" / filing["id"] / late["id"]).exists()
        again.close()


def the_registry_reviews_and_the_filer_reads_along():
    with Server() as server:
        filer, clerk = visit(server), sign_in(server, "registrar")
        filing = handed_in(filer)
        path, desk = f"{FILINGS}/{filing['id']}", f"{REGISTRY}/{filing['id']}"
        queue = ok(clerk.get(REGISTRY + "?view=open"))
        assert [(f["id"], f["claimant"], f["respondent"]) for f in queue["filings"]] == [
            (filing["id"], "朱敏", "王磊")], queue
        assert clerk.post(desk + "/accept")[0] == 409, "not opened"
        assert ok(clerk.post(desk + "/open"))["state"] == "in_review"
        document = filing["documents"][0]
        file = document["files"][0]["id"]
        for _ in range(3):
            assert clerk.ask("GET", f"{desk}/files/{file}/content",
                             headers={"Range": "bytes=0-9"})[2] == JPEG[:10]
        ok(clerk.post(f"{desk}/files/{file}/dwell", {"page": 1, "seconds": 7}))
        ok(clerk.post(desk + "/note", {"text": "ask a colleague"}))
        item = {"code": "identity", "text": "请补交身份证复印件"}
        asked = ok(clerk.post(desk + "/correction", {"items": [item], "text": "请补正", "days": 15}))
        assert asked["state"] == "correction_requested"
        mine = ok(filer.get(path))
        assert mine["correction"]["items"] == [item] and "save" in mine["may"], mine
        # What was handed in stays; what comes is new, and unseen until it is handed in.
        assert filer.ask("DELETE", f"{path}/documents/{document['id']}", b"")[0] == 409
        upload(filer, filing["id"], "id.jpg", JPEG)
        assert len(ok(clerk.get(desk))["documents"]) == 1
        again = ok(filer.post(path + "/submit", {"rev": mine["rev"]}))
        assert (again["round"], again["receipt_no"]) == (2, filing["receipt_no"])
        assert len(json.loads(ok(filer.get(path + "/receipt"))["signed"])["files"]) == 2
        ok(clerk.post(desk + "/open"))
        late = {"items": [{"code": "complaint", "text": "x"}], "text": "x", "days": 5}
        status, _, body = clerk.post(desk + "/correction", late)
        assert (status, body["error"]["code"]) == (422, "late_reason"), body
        done = ok(clerk.post(desk + "/accept", {"procedure": "summary"}))
        assert done["state"] == "docketed" and done["case_number"].endswith("民初2号"), done
        told = ok(filer.get(path + "/trail"))["events"]
        assert [e["type"] for e in told] == [
            "created", "submitted", "opened", "read", "dwelt", "noted", "correction_requested",
            "submitted", "opened", "docketed"], told
        text = json.dumps(told)
        assert "colleague" not in text and "李芳" not in json.dumps(told, ensure_ascii=False)
        assert {e["office"] for e in told} == {"filer", "registry"}
        full = json.dumps(ok(clerk.get(desk + "/trail")), ensure_ascii=False)
        assert "colleague" in full and "李芳" in full
        figures = ok(clerk.get("/api/v1/registry/figures"))
        assert figures["decided"] == 1 and figures["within_due"] == 1, figures


def the_court_says_how_its_numbers_are_written():
    with tempfile.TemporaryDirectory() as data_dir:
        conf = os.path.join(data_dir, "oyer.conf")
        with open(conf, "w", encoding="utf-8") as out:
            out.write("[filing]\ncase-number={court}/{type}/{year}-{seq}\n")
        with Server(data_dir) as server:
            filer, clerk = visit(server), sign_in(server, "registrar")
            desk = f"{REGISTRY}/{handed_in(filer)['id']}"
            ok(clerk.post(desk + "/open"))
            number = ok(clerk.post(desk + "/accept"))["case_number"]
            assert number.startswith("沪0199/民初/20") and number.endswith("-2"), number


def a_refusal_has_reason_text_and_ruling():
    with Server() as server:
        filer, clerk = visit(server), sign_in(server, "registrar")
        filing = handed_in(filer)
        desk = f"{REGISTRY}/{filing['id']}"
        ok(clerk.post(desk + "/open"))
        words = {"code": "not_this_court", "text": "本院无管辖权", "ruling": "裁定：不予受理。"}
        for missing in words:
            cut = {k: v for k, v in words.items() if k != missing}
            assert clerk.post(desk + "/refuse", cut)[0] == 400, missing
        ok(clerk.post(desk + "/refuse", words))
        mine = ok(filer.get(f"{FILINGS}/{filing['id']}"))
        assert mine["state"] == "refused" and mine["may"] == []
        assert mine["refusal"]["ruling"] == words["ruling"] and mine["refusal"]["appeal"]
        assert clerk.post(desk + "/accept")[0] == 409


def approved(asker, granter, right, object_):
    """@asker is granted @right for @object_ by @granter."""
    asked = ok(asker.post("/api/v1/staff/approvals", {"right": right, "object": object_, "reason": "x"}))
    assert asker.post(f"/api/v1/staff/approvals/{asked['id']}/grant")[0] == 403, "one's own"
    ok(granter.post(f"/api/v1/staff/approvals/{asked['id']}/grant"))


def what_takes_two_is_done_once():
    with Server() as server:
        filer, clerk, judge, president = (visit(server), sign_in(server, "registrar"),
                                          sign_in(server, "judge"), sign_in(server, "president"))
        filing = handed_in(filer)
        path, desk = f"{FILINGS}/{filing['id']}", f"{REGISTRY}/{filing['id']}"
        document = filing["documents"][0]["id"]
        file = filing["documents"][0]["files"][0]["id"]
        sealed = f"/api/v1/registry/sealed/{document}"

        def code(answer):
            return answer[0], answer[2]["error"]["code"]

        # One judge seals: the registry has nothing of it, the filer all, the judge by his own door.
        assert judge.get(sealed)[0] == 404, "not sealed: not by this door"
        ok(judge.post(f"{desk}/documents/{document}/seal", {"reason": "未成年人"}))
        shown = ok(clerk.get(desk))["documents"]
        assert [(d["title"], d["files"], d["sealed"]) for d in shown] == [("", [], True)], shown
        assert clerk.get(f"{desk}/files/{file}/content")[0] == 404
        assert clerk.get(f"{desk}/receipt")[0] == 404, "it names the document"
        assert filer.get(f"{path}/files/{file}/content")[0] == 200
        assert clerk.get(sealed)[0] == 403
        assert ok(judge.get("/api/v1/registry/sealed"))["documents"][0]["document"] == document
        assert ok(judge.get(sealed))["title"] == "借条"
        assert judge.get(f"{sealed}/files/{file}/content")[2] == JPEG
        log = president.get("/api/v1/staff/audit?chain=court:demo-court")[2].decode()
        assert [json.loads(line)["event"]["object"] for line in log.splitlines()
                if "sealed_read" in line] == [f"document:{document}", f"file:{file}"], log

        # Two open it, once.
        unseal = f"{desk}/documents/{document}/unseal"
        assert code(judge.post(unseal)) == (403, "needs_two")
        assert code(president.post(unseal)) == (403, "not_allowed"), "he grants, and does not do"
        approved(judge, president, "unseal", f"document:{document}")
        ok(judge.post(unseal))
        assert ok(clerk.get(desk))["documents"][0]["title"] == "借条"
        ok(judge.post(f"{desk}/documents/{document}/seal", {"reason": "again"}))
        assert code(judge.post(unseal)) == (403, "needs_two"), "once"
        approved(judge, president, "unseal", f"document:{document}")
        ok(judge.post(unseal))

        # More time for a correction whose time is over is a superior's to grant.
        extend = {"days": 10, "text": "住院"}
        assert code(clerk.post(desk + "/extend", extend)) == (409, "wrong_state")
        ok(clerk.post(desk + "/open"))
        ok(clerk.post(desk + "/correction", {"items": [{"code": "other", "text": "x"}], "text": "x", "days": 1}))
        due = ok(filer.get(path))["correction_due_us"]
        assert code(clerk.post(desk + "/extend", extend)) == (403, "needs_two")
        approved(clerk, president, "override", f"filing:{filing['id']}")
        ok(clerk.post(desk + "/extend", extend))
        assert ok(filer.get(path))["correction_due_us"] > due
        assert code(clerk.post(desk + "/extend", extend)) == (403, "needs_two"), "once"

        # A page that must go: its bytes do, its hash stays.
        bytes_ = server.data / "filings" / filing["id"] / file
        assert code(clerk.ask("DELETE", f"{desk}/files/{file}", b"")) == (403, "needs_two")
        approved(clerk, president, "delete", f"file:{file}")
        assert bytes_.exists()
        ok(clerk.ask("DELETE", f"{desk}/files/{file}", b""))
        until(lambda: not bytes_.exists(), "the bytes to go")
        gone = ok(filer.get(path))["documents"][0]["files"][0]
        assert (gone["state"], gone["sha256"]) == ("deleted", sha(JPEG)), gone
        assert filer.get(f"{path}/files/{file}/content")[0] == 409
        assert code(clerk.ask("DELETE", f"{desk}/files/{file}", b"")) == (409, "wrong_state")
        told = types(filer, path)
        assert [t for t in told if t in ("sealed", "unsealed", "extended", "deleted")] == [
            "sealed", "unsealed", "sealed", "unsealed", "extended", "deleted"], told
        # What is gone of an earlier round does not bar the supplement.
        upload(filer, filing["id"], "p2.jpg", JPEG)
        ok(filer.post(path + "/submit", {"rev": ok(filer.get(path))["rev"]}))
        log = president.get("/api/v1/staff/audit?chain=court:demo-court")[2].decode()
        kinds = [json.loads(line)["event"]["type"] for line in log.splitlines()]
        assert kinds.count("approval_used") == 4 and kinds.count("approval_missing") == 5, kinds


def a_sealed_document_is_on_no_docket_sheet():
    with Server() as server:
        filer, clerk, judge = visit(server), sign_in(server, "registrar"), sign_in(server, "judge")
        filing = handed_in(filer)
        desk = f"{REGISTRY}/{filing['id']}"
        ok(clerk.post(desk + "/open"))
        case = ok(clerk.post(desk + "/accept"))["case"]
        page, document = f"/api/v1/register/cases/{case}", filing["documents"][0]["id"]
        file = filing["documents"][0]["files"][0]["id"]
        assert clerk.get(f"{page}/files/{file}/content")[0] == 200
        ok(judge.post(f"{desk}/documents/{document}/seal", {"reason": "商业秘密"}))
        for who, at in ((clerk, page), (judge, page), (filer, f"/api/v1/cases/{case}")):
            shown = ok(who.get(at))["entries"][0]["documents"]
            assert [(d["title"], d["files"], d["sealed"]) for d in shown] == [("", [], True)], shown
            assert who.get(f"{at}/files/{file}/content")[0] == 404, at
            assert "借条" not in str(who.get(f"{at}/sheet?format=json")[2])


def consent_is_asked_stage_by_stage_and_never_taken_from_another():
    with Server() as server:
        filer, other = visit(server), visit(server, "13800138001", "他人")
        defendant = visit(server, "13900139000", "王磊")
        clerk, judge = sign_in(server, "registrar"), sign_in(server, "judge")
        filing = handed_in(filer)
        desk = f"{REGISTRY}/{filing['id']}"
        ok(clerk.post(desk + "/open"))
        case = ok(clerk.post(desk + "/accept"))["case"]
        book, mine = f"/api/v1/registry/cases/{case}/consents", f"/api/v1/consents/{case}"

        def stage(name, ledger=None):
            found = next(s for s in (ledger or ok(judge.get(book)))["stages"] if s["stage"] == name)
            return found["mode"], [(p["name"], p["answer"], p["place"]) for p in found["parties"]]

        assert stage("hearing") == ("open", [("孙丽", "none", "court_room"), ("王磊", "none", "court_room")])
        asked = ok(clerk.post(book + "/ask", {"stage": "hearing", "text": "是否同意在线开庭？"}))
        due = next(s for s in asked["stages"] if s["stage"] == "hearing")["due_us"]
        assert due > asked["now_us"] + 3 * 86400 * 10**6, "the day of asking is not counted"
        own = ok(filer.get("/api/v1/consents"))["cases"]
        assert [(c["case"], c["name"]) for c in own] == [(case, "孙丽")], own
        party = own[0]["party"]
        assert next(s for s in own[0]["stages"] if s["stage"] == "hearing")["text"], own
        yes = {"party": party, "stage": "hearing", "answer": "yes"}
        ok(filer.post(mine, yes))
        assert stage("hearing")[0] == "open", "the other has not answered"
        # The defendant came in by the telephone number that the claim has of him.
        his = ok(defendant.get("/api/v1/consents"))["cases"]
        his_party = his[0]["party"] if his else next(
            p["party"] for p in asked["stages"][0]["parties"] if p["name"] == "王磊")
        told = {"party": his_party, "stage": "hearing", "answer": "no", "means": "phone",
                "evidence": "13900139000, 10:05", "reason": "不会用手机"}
        ok(clerk.post(book, told))
        assert stage("hearing") == ("mixed", [("孙丽", "yes", "online"), ("王磊", "no", "court_room")])
        assert stage("evidence") == ("open", [("孙丽", "none", "court_room"), ("王磊", "none", "court_room")]), \
            "another stage is another question"
        # A change of mind is a new line; the old one stays.
        ok(filer.post(mine, {**yes, "answer": "no", "reason": "设备坏了"}))
        ledger = ok(judge.get(book))
        assert stage("hearing", ledger)[0] == "in_person"
        assert [(e["name"], e["answer"], e["means"], e["by"]) for e in ledger["entries"]] == [
            ("孙丽", "no", "platform", "孙丽"), ("王磊", "no", "phone", "李芳 Li Fang"),
            ("孙丽", "yes", "platform", "孙丽")], ledger["entries"]
        # Whose it is not cannot answer; nobody writes down without saying what shows it.
        assert other.post(mine, yes)[0] == 404
        assert filer.post(mine, {**yes, "party": his_party})[0] == 404, "the other side's"
        assert ok(other.get("/api/v1/consents"))["cases"] == []
        for wrong in ({"stage": "dinner"}, {"answer": "none"}, {"answer": "maybe"}):
            assert filer.post(mine, {**yes, **wrong})[0] == 400, wrong
        for wrong in ({"means": "platform"}, {"evidence": ""}):
            assert clerk.post(book, {**told, **wrong})[0] == 400, wrong
        assert judge.post(book, told)[0] == 403 and judge.post(book + "/ask", {})[0] == 403
        assert clerk.get(book.replace(case, filing["id"]))[0] == 404


def nobody_reaches_what_is_not_his():
    """Every route of a filing, by another filer, a clerk, nobody; and of a draft by the registry."""
    with Server() as server:
        filer, other = visit(server), visit(server, "13800138001", "他人")
        clerk, judge = sign_in(server, "registrar"), sign_in(server, "judge")
        filing = handed_in(filer)
        mine = draft(filer)
        upload(filer, mine["id"], "p1.jpg", JPEG)
        mine = ok(filer.get(f"{FILINGS}/{mine['id']}"))
        document = mine["documents"][0]
        ids = {"d": document["id"], "f": document["files"][0]["id"]}
        routes = [
            ("GET", "", None), ("PATCH", "", {"rev": 2}),
            ("POST", "/documents", {"title": "x", "kind": "other"}),
            ("PATCH", "/documents/{d}", {"title": "y"}), ("DELETE", "/documents/{d}", b""),
            ("POST", "/documents/{d}/files", {"name": "a.pdf", "size_bytes": 5}),
            ("GET", "/files/{f}", None), ("DELETE", "/files/{f}", b""),
            ("POST", "/files/{f}/finish", {}), ("GET", "/files/{f}/content", None),
            ("POST", "/submit", {"rev": 2}), ("POST", "/withdraw", {"reason": "x"}),
            ("POST", "/insist", {"reason": "x"}), ("GET", "/receipt", None), ("GET", "/receipt.pdf", None), ("GET", "/trail", None)]
        for method, path, body in routes:
            url = f"{FILINGS}/{mine['id']}" + path.format(**ids)
            assert other.ask(method, url, body)[0] == 404, (method, path)
            assert clerk.ask(method, url, body)[0] == 401, (method, path)
            # One's own file under another filing of one's own is not there either.
            if "{" in path:
                url = f"{FILINGS}/{filing['id']}" + path.format(**ids)
                assert filer.ask(method, url, body)[0] in (404, 409), (method, path)
        assert part(other, mine["id"], ids["f"], JPEG, 0)[0] == 404
        assert ok(other.get(FILINGS))["filings"] == []
        words = {"code": "barred", "text": "x", "ruling": "x"}
        item = {"items": [{"code": "other", "text": "x"}], "text": "x", "days": 5}
        staff = [("GET", "", None), ("GET", "/trail", None), ("GET", "/receipt", None),
                 ("GET", "/files/{f}/content", None),
                 ("POST", "/files/{f}/dwell", {"page": 1, "seconds": 1}), ("POST", "/open", {}),
                 ("POST", "/note", {"text": "x"}), ("POST", "/correction", item),
                 ("POST", "/accept", {}), ("POST", "/refuse", words)]
        for method, path, body in staff:
            url = f"{REGISTRY}/{mine['id']}" + path.format(**ids)
            assert clerk.ask(method, url, body)[0] == 404, ("a draft", method, path)
            assert judge.ask(method, url, body)[0] == 403, (method, path)
            assert filer.ask(method, url, body)[0] == 401, (method, path)
        for path in ("/registry/filings", "/registry/figures", "/registry/numbers/void"):
            assert judge.get("/api/v1" + path)[0] == 403, path
        assert clerk.get("/api/v1/registry/numbers/void")[0] == 403, "the head's"
        assert clerk.post(f"{REGISTRY}/{filing['id']}/acknowledge", {"text": "x"})[0] == 403
        assert types(filer, f"{FILINGS}/{mine['id']}") == ["created"]


def write_rows(server_data, script, *values):
    with sqlite3.connect(server_data / "oyer.db") as db:
        return db.execute(script, values).fetchall()


def what_is_not_decided_in_time_is_docketed_first():
    with tempfile.TemporaryDirectory() as data_dir:
        with Server(data_dir) as server:
            data = server.data
            filer, clerk = visit(server), sign_in(server, "registrar")
            first, second = handed_in(filer), handed_in(filer)
            ok(clerk.post(f"{REGISTRY}/{second['id']}/open"))
            ok(clerk.post(f"{REGISTRY}/{second['id']}/correction",
                          {"items": [{"code": "other", "text": "x"}], "text": "x", "days": 5}))
            cookies, clerks = dict(filer.cookies), dict(clerk.cookies)
        write_rows(data, "UPDATE filing SET due_at = 1 WHERE id = ?", first["id"])
        write_rows(data, "UPDATE filing SET correction_due_at = 1 WHERE id = ?", second["id"])
        with Server(data_dir) as server:
            filer = until(lambda: back(server, cookies), "the server")
            path = f"{FILINGS}/{first['id']}"
            until(lambda: ok(filer.get(path))["state"] == "deemed_docketed", "the clock")
            assert ok(filer.get(path))["case_number"].endswith("民初2号")
            assert types(filer, path)[-1] == "deemed_docketed"
            later = f"{FILINGS}/{second['id']}"
            until(lambda: ok(filer.get(later))["state"] == "returned", "the clock")
            president = sign_in(server, "president")
            clerk.server, clerk.origin, clerk.cookies = server, server.base, clerks
            head = ok(clerk.get(REGISTRY + "?view=head"))
            assert [f["head_task"] for f in head["filings"]] == ["deemed"], head
            ok(president.post(f"{REGISTRY}/{first['id']}/acknowledge", {"text": "seen"}))
            assert ok(clerk.get(REGISTRY + "?view=head"))["filings"] == []
            assert ok(filer.post(later + "/insist", {"reason": "材料齐全"}))["state"] == "insisted"
            ok(clerk.post(f"{REGISTRY}/{second['id']}/refuse",
                          {"code": "not_corrected", "text": "x", "ruling": "x"}))


def copies(data, filing, count):
    """@count filings like @filing, already under review."""
    with sqlite3.connect(data / "oyer.db") as db:
        names = [r[1] for r in db.execute("PRAGMA table_info(filing)")]
        row = dict(zip(names, db.execute("SELECT * FROM filing WHERE id = ?", [filing]).fetchone()))
        for i in range(count):
            db.execute(f"INSERT INTO filing VALUES ({','.join('?' * len(names))})",
                       [*{**row, "id": f"copy{i:03}", "state": "in_review"}.values()])
    return [f"copy{i:03}" for i in range(count)]


def fifty_acceptances_at_once_and_a_kill_leave_no_gap():
    with tempfile.TemporaryDirectory() as data_dir:
        with Server(data_dir) as server:
            data = server.data
            filing = handed_in(visit(server))
            clerk, president = sign_in(server, "registrar"), sign_in(server, "president")
            clerks, presidents = dict(clerk.cookies), dict(president.cookies)
        ids = copies(data, filing["id"], 50)
        with Server(data_dir) as server:
            done, killed = [], threading.Event()

            def accept(id_):
                browser = type(clerk)(server)
                browser.cookies = dict(clerks)
                try:
                    status, _, body = browser.post(f"{REGISTRY}/{id_}/accept")
                except OSError:
                    return
                if status == 200:
                    done.append(body["case_number"])
                if len(done) >= 20 and not killed.is_set():
                    killed.set()
                    os.kill(server.pid("serve"), signal.SIGKILL)

            def accept_all():
                threads = [threading.Thread(target=accept, args=[i]) for i in ids]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

            accept_all()
            assert killed.is_set()
            browser = type(clerk)(server)
            browser.cookies = dict(presidents)
            until(lambda: back_staff(browser), "the worker")
            void = ok(browser.post("/api/v1/registry/numbers/void",
                                   {"year": 2026, "type_code": "民初", "reason": "录入错误"}))["number"]
            accept_all()
            assert ok(browser.get("/api/v1/registry/numbers/void"))["void"][0]["number"] == void
        assert len(done) <= 50
        rows = write_rows(data, "SELECT year, seq, number_text FROM case_ UNION ALL "
                          "SELECT year, seq, number_text FROM void_number")
        years = {y for y, _, _ in rows}
        numbers = {y: sorted(s for year, s, _ in rows if year == y) for y in years}
        for year, seqs in numbers.items():
            assert seqs == list(range(1, len(seqs) + 1)), (year, seqs)
        assert len(rows) == 1 + 50 + 1, len(rows)
        assert set(done) <= {text for _, _, text in rows}
        states = write_rows(data, "SELECT state, COUNT(DISTINCT case_number) FROM filing "
                            "WHERE id LIKE 'copy%' GROUP BY state")
        assert states == [("docketed", 50)], states


def back_staff(browser):
    try:
        return browser.get("/api/v1/staff/me")[0] == 200
    except OSError:
        return False


main([a_receipt_can_be_checked_offline, an_upload_goes_on_where_it_was_cut_off,
      what_a_file_is_its_content_says, what_is_infected_is_never_shown, the_registry_reviews_and_the_filer_reads_along,
      the_court_says_how_its_numbers_are_written, a_refusal_has_reason_text_and_ruling, what_takes_two_is_done_once,
      a_sealed_document_is_on_no_docket_sheet,
      consent_is_asked_stage_by_stage_and_never_taken_from_another, nobody_reaches_what_is_not_his,
      what_is_not_decided_in_time_is_docketed_first,
      fifty_acceptances_at_once_and_a_kill_leave_no_gap])

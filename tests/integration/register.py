#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A case has its docket sheet, is found, and shows each only what is for him; docs/REGISTER.md."""

import contextlib
import csv
import io
import os
import pathlib
import signal
import sqlite3
import subprocess
import tempfile
import urllib.parse

from filing_client import FILINGS, JPEG, REGISTRY, docketed, draft, ok, upload
from people_client import sign_in, visit
from protocol_client import Server, main, until

REGISTER = "/api/v1/register/cases"


def find(browser, query):
    return ok(browser.get(f"{REGISTER}?q={urllib.parse.quote(query)}"))["hits"]


def kinds(page):
    assert [e["number"] for e in page["entries"]] == list(range(1, len(page["entries"]) + 1)), page
    return [e.get("kind") for e in page["entries"]]


def a_filing_becomes_a_sheet_and_is_found():
    with Server() as server:
        filer, registrar, case = docketed(server)
        for browser, path in ((registrar, f"{REGISTER}/{case}"), (filer, f"/api/v1/cases/{case}")):
            page = ok(browser.get(path))
            assert kinds(page) == ["complaint", "docketed", "notice"], page
            complaint = page["entries"][0]
            assert complaint["filed_us"] < complaint["entered_us"], complaint
            assert complaint["filed_by"] == "孙丽" and complaint["text"].startswith("R20")
            file = complaint["documents"][0]["files"][0]
            assert complaint["documents"][0]["title"] == "借条"
            status, _, data = browser.get(f"{path}/files/{file['id']}/content")
            assert (status, data) == (200, JPEG)
        for query, entry in (("孙丽", 0), ("借条", 1), ("五万", 1), ("private lending", 0)):
            hits = find(registrar, query)
            assert [(h["case"], h["entry"]) for h in hits] == [(case, entry)], (query, hits)
        assert find(registrar, "借款 王磊") == [], "not in one text"
        assert len(find(registrar, "民初")) == 2, "the demo court's own case too"
        assert ok(filer.get("/api/v1/cases"))["cases"][0]["id"] == case


def a_clerk_enters_and_a_judge_seals():
    with Server() as server:
        filer, registrar, case = docketed(server)
        judge, president = sign_in(server, "judge"), sign_in(server, "president")
        path, own = f"{REGISTER}/{case}", f"/api/v1/cases/{case}"
        words = {"kind": "motion", "text": "被告申请不公开审理：商业秘密", "filed_by": "王磊"}
        assert judge.post(path + "/entries", words)[0] == 403, "not a judge's right"
        for wrong in ({**words, "kind": "docketed"}, {**words, "text": ""}, {"kind": "note"},
                      {**words, "access": "nobody"}, {**words, "filed_us": 2**62}):
            assert registrar.post(path + "/entries", wrong)[0] == 400, wrong
        page = ok(registrar.post(path + "/entries", words))
        assert kinds(page)[3] == "motion" and page["entries"][3]["entered_by"] == "李芳 Li Fang"
        assert "entered_by" not in ok(filer.get(own))["entries"][3], "the party's has no names"
        seal = {"entry": 4, "access": "sealed", "reason": "商业秘密"}
        assert registrar.post(path + "/access", seal)[0] == 403
        assert judge.post(path + "/access", {**seal, "reason": ""})[0] == 400
        ok(judge.post(path + "/access", seal))
        for browser, where in ((registrar, path), (filer, own)):
            held = ok(browser.get(where))["entries"][3]
            assert held == {"number": 4, "access": "sealed", "withheld": True}, held
        assert find(registrar, "秘密") == [] and len(find(judge, "秘密")) == 1
        log = president.get("/api/v1/staff/audit?chain=court:demo-court")[2].decode()
        assert f"case:{case}:4" in log and "sealed_read" in log, log
        back = {**seal, "access": "parties"}
        assert judge.post(path + "/access", back)[2]["error"]["code"] == "needs_two"
        asked = ok(judge.post("/api/v1/staff/approvals",
                              {"right": "unseal", "object": f"case:{case}", "reason": "上诉"}))
        ok(president.post(f"/api/v1/staff/approvals/{asked['id']}/grant"))
        ok(judge.post(path + "/access", back))
        assert len(find(registrar, "秘密")) == 1


def a_sheet_is_taken_away_as_a_table():
    with Server() as server:
        filer, registrar, case = docketed(server)
        ok(registrar.post(f"{REGISTER}/{case}/entries",
                          {"kind": "note", "text": '=HYPERLINK("x"),\n二', "access": "confidential"}))
        for browser, path, note in ((registrar, f"{REGISTER}/{case}", "'=HYPERLINK(\"x\"),\n二"),
                                    (filer, f"/api/v1/cases/{case}", "")):
            status, fields, text = browser.get(path + "/sheet?format=csv&language=en")
            assert status == 200 and fields["content-type"].startswith("text/csv"), fields
            rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
            assert [row[0] for row in rows] == ["No.", "1", "2", "3", "4"], rows
            assert rows[1][3] == "Complaint filed" and rows[1][6] == "借条", rows
            assert rows[4][4] == note, rows
            assert ok(browser.get(path + "/sheet"))["entries"][3].get("text", "") == (
                note.lstrip("'")), "as JSON"


def on_paper(browser, path):
    status, fields, page = browser.get(path + "/sheet?format=pdf&language=zh")
    assert status == 200 and fields["content-type"] == "application/pdf", (status, fields)
    assert b"Pages:" in subprocess.run(["pdfinfo", "-"], input=page, check=True,
                                       capture_output=True).stdout
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=page, check=True,
                          capture_output=True).stdout.decode()


def a_sheet_on_paper_shows_each_only_what_is_for_him():
    with Server() as server:
        filer, registrar, case = docketed(server)
        judge, path = sign_in(server, "judge"), f"{REGISTER}/{case}"
        for access in ("confidential", "parties"):
            ok(registrar.post(path + "/entries", {"kind": "note", "text": f"合议意见之{access}",
                                                  "access": access}))
        ok(judge.post(path + "/access", {"entry": 5, "access": "sealed", "reason": "商业秘密"}))
        number = ok(registrar.get(path))["number"]
        for browser, where, seen in ((registrar, path, {"confidential"}), (filer, f"/api/v1/cases/{case}", set()),
                                     (judge, path, {"confidential", "parties"})):
            text = on_paper(browser, where)
            for word in (number, "案件登记表", "借条", "孙丽", "1 / 1"):
                assert word in text, (word, text)
            assert {a for a in ("confidential", "parties") if f"合议意见之{a}" in text} == seen, text
            assert text.count("内容不对查看人公开") == 2 - len(seen), text


def document(text):
    """A PDF that says @text (of the Basic Multilingual Plane) in one line, without a font file."""
    stream = f"BT /F1 18 Tf 60 700 Td <{text.encode('utf-16-be').hex()}> Tj ET".encode()
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
             b"/Resources<</Font<</F1 5 0 R>>>>>>",
             b"<</Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
             b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
             b"/DescendantFonts[6 0 R]>>",
             b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
             b"<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 7 0 R>>",
             b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]"
             b"/ItalicAngle 0/Ascent 900/Descent -200/CapHeight 900/StemV 80>>"]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (out + b"xref\n0 8\n0000000000 65535 f \n" + table +
            b"trailer<</Size 8/Root 1 0 R>>startxref\n%d\n%%%%EOF\n" % len(out))


def docketed_with(server, files):
    """As docketed(), with a document of each file."""
    filer, registrar = visit(server), sign_in(server, "registrar")
    filing = draft(filer)
    for name, data in files:
        upload(filer, filing["id"], name, data)
    rev = ok(filer.get(f"{FILINGS}/{filing['id']}"))["rev"]
    ok(filer.post(f"{FILINGS}/{filing['id']}/submit", {"rev": rev}))
    desk = f"{REGISTRY}/{filing['id']}"
    ok(registrar.post(desk + "/open"))
    return filer, registrar, ok(registrar.post(desk + "/accept"))["case"], desk


def all_read(registrar):
    until(lambda: ok(registrar.get("/api/v1/register/texts"))["waiting"] == 0, 40)
    return ok(registrar.get("/api/v1/register/texts"))


def what_documents_say_is_found():
    with Server() as server:
        filer, registrar, case, desk = docketed_with(server, [
            ("a.pdf", document("逾期利率按四倍计算")), ("broken.pdf", b"%PDF-1.7\n" + bytes(99)),
            ("b.txt", "担保人：周舟".encode("gb18030")), ("p.jpg", JPEG)])
        judge, president = sign_in(server, "judge"), sign_in(server, "president")
        done = all_read(registrar)
        assert [(f["name"], f["why"]) for f in done["failures"]] == [("broken.pdf", "broken")], done
        for word, name in (("利率", "a.pdf"), ("四倍", "a.pdf"), ("担保", "b.txt")):
            hits = find(registrar, word)
            assert [(h["case"], h["entry"], h["file_name"], h["page"]) for h in hits] == [
                (case, 1, name, 1)], (word, hits)
            assert hits[0]["snippet"]["match"] == word, hits
        page = ok(registrar.get(f"{REGISTER}/{case}"))
        files = {f["name"]: f["text_state"] for d in page["entries"][0]["documents"] for f in d["files"]}
        assert files == {"a.pdf": "read", "broken.pdf": "failed", "b.txt": "read", "p.jpg": "none"}, files
        # Sealed alone, a document is gone from the registry's pages and searches.
        sealed = next(d for d in page["entries"][0]["documents"] if d["files"][0]["name"] == "a.pdf")
        ok(judge.post(f"{desk}/documents/{sealed['id']}/seal", {"reason": "商业秘密"}))
        assert find(registrar, "利率") == [] and len(find(registrar, "担保")) == 1
        assert len(find(judge, "利率")) == 1
        log = president.get("/api/v1/staff/audit?chain=court:demo-court")[2].decode()
        assert "sealed_read" in log, log
        names = [f["name"] for d in ok(registrar.get(f"{REGISTER}/{case}"))["entries"][0]["documents"]
                  for f in d["files"]]
        assert names == ["broken.pdf", "b.txt", "p.jpg"], names
        file = sealed["files"][0]["id"]
        assert registrar.get(f"{REGISTER}/{case}/files/{file}/content")[0] == 404
        # And with its entry.
        ok(judge.post(f"{REGISTER}/{case}/access", {"entry": 1, "access": "sealed", "reason": "秘密"}))
        assert find(registrar, "担保") == [] and len(find(judge, "担保")) == 1


def a_kill_while_documents_are_read_loses_none_and_reads_none_twice():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        with Server(data) as server:
            words = [f"证据{chr(0x4e00 + n)}号" for n in range(40)]
            filer, registrar, case, _ = docketed_with(
                server, [(f"{n}.pdf", document(word * 3)) for n, word in enumerate(words)])
            for _ in range(3):
                left = ok(registrar.get("/api/v1/register/texts"))["waiting"]
                until(lambda: server.request("GET", "/api/v1/health")[0] == 200)
                until(lambda: ok(registrar.get("/api/v1/register/texts"))["waiting"] < max(left, 1), 40)
                os.kill(server.pid("serve"), signal.SIGKILL)
                until(lambda: alive(server), 20)
            assert all_read(registrar)["failed"] == 0
            for word in words:
                assert len(find(registrar, word)) == 1, word
        if not os.environ.get("OYER_TEST_DATABASE"):
            with contextlib.closing(sqlite3.connect(pathlib.Path(data) / "oyer.db")) as line:
                pieces = line.execute("SELECT file, COUNT(*) FROM register_piece GROUP BY file").fetchall()
            assert len(pieces) == len(words) and {n for _, n in pieces} == {1}, pieces


def alive(server):
    with contextlib.suppress(OSError):
        return server.request("GET", "/api/v1/health")[0] == 200
    return False


def nobody_reaches_what_is_not_his():
    with Server() as server:
        filer, registrar, case = docketed(server)
        other = visit(server, "13700137000", "周舟")
        file = ok(filer.get(f"/api/v1/cases/{case}"))["entries"][0]["documents"][0]["files"][0]["id"]
        for tail in ("", "/sheet", "/sheet?format=pdf", f"/files/{file}/content"):
            for case_id in (case, "x-1"):
                answer = other.get(f"/api/v1/cases/{case_id}{tail}")
                assert (answer[0], answer[2]["error"]["code"]) == (404, "no_such"), answer
            assert filer.get(f"{REGISTER}/{case}{tail}")[0] == 401, "another door"
        assert ok(other.get("/api/v1/cases"))["cases"] == []
        assert registrar.get(f"{REGISTER}/{case}/files/x-1/content")[0] == 404
        assert registrar.get(f"{REGISTER}?q={'a' * 600}")[0] == 400


def clocks_are_extended_by_a_superior_only():
    with Server() as server:
        filer, registrar, case = docketed(server)
        president, judge = sign_in(server, "president"), sign_in(server, "judge")
        at = f"{REGISTER}/{case}/clocks"

        def trial(page):
            return next(c for c in page["clocks"] if c["clock"] == "trial")
        page = ok(judge.get(at))
        before = trial(page)
        assert before["state"] == "running" and "§" in before["article"]["en"], before
        assert page["adjournments"]["count"] == 0 and page["adjournments"]["most"] in (1, 2), page
        said = {"reason": "a witness abroad", "kind": "special_case", "days": 10}
        status, _, answer = registrar.post(f"{at}/trial/extend", said)
        assert (status, answer["error"]["code"]) == (403, "needs_two"), answer
        asked = ok(registrar.post("/api/v1/staff/approvals",
                                  {"right": "override", "object": f"clock:{case}:trial", "reason": "x"}))
        ok(president.post(f"/api/v1/staff/approvals/{asked['id']}/grant", {}))
        assert registrar.post(f"{at}/trial/extend", {**said, "days": 999})[0] == 409
        assert registrar.post(f"{at}/trial/extend", {"reason": "no length"})[0] == 400
        assert registrar.post(f"{at}/trial/extend", {**said, "kind": "appraisal"})[0] == 400
        after = trial(ok(registrar.post(f"{at}/trial/extend", said)))
        assert after["due_us"] > before["due_us"], after
        (step,) = after["steps"]
        assert (step["step"], step["days"], step["reason"]) == ("extend", 10, said["reason"]), step
        assert step["allowed_by"] and step["allowed_by"] != step["by"], step
        assert registrar.post(f"{at}/trial/extend", said)[0] == 409, "once"
        ok(registrar.post(f"{at}/answer/start", {"reason": "served", "at_us": page["now_us"]}))
        # What began by hand is the limit that binds the parties: there is one table.
        (limit,) = ok(registrar.get(f"/api/v1/registry/cases/{case}/limits"))["limits"]
        told = ok(filer.get(f"/api/v1/cases/{case}/papers"))["clocks"]
        assert [(c["clock"], c["due_us"]) for c in told] == [
            ("trial", after["due_us"]), ("answer", limit["due_us"])], told
        assert said["reason"] not in str(told) and told[0]["steps"][0]["kind"]["en"], told
        assert judge.post(f"{at}/answer/meet", {"reason": "x"})[0] == 403, "reads only"
        assert filer.get(at)[0] == 401 and registrar.post(f"{at}/nothing/meet", {"reason": "x"})[0] == 404


main([clocks_are_extended_by_a_superior_only,
      a_filing_becomes_a_sheet_and_is_found, a_clerk_enters_and_a_judge_seals,
      a_sheet_is_taken_away_as_a_table,
      a_sheet_on_paper_shows_each_only_what_is_for_him, what_documents_say_is_found,
      a_kill_while_documents_are_read_loses_none_and_reads_none_twice, nobody_reaches_what_is_not_his])

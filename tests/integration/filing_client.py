# SPDX-License-Identifier: LGPL-2.1-or-later
"""Filing a case, for the tests of the docket."""

import hashlib

from people_client import sign_in, visit

FILINGS = "/api/v1/filings"
REGISTRY = "/api/v1/registry/filings"
PART = 256 * 1024
TEXT = {"cause": "private_lending", "claim": "归还借款五万元", "facts": "二〇二五年三月借款，至今未还。",
        "parties": [{"role": "plaintiff", "kind": "person", "name": "朱敏", "self": True},
                    {"role": "defendant", "kind": "person", "name": "王磊", "phone": "13900139000"}]}
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + bytes(64)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def pdf(size):
    return (b"%PDF-1.7\n" + b"0123456789abcdef" * (size // 16 + 1))[:size]


def ok(answer, *statuses):
    assert answer[0] in (statuses or (200, 201)), answer[::2]
    return answer[2]


def draft(filer):
    """A new filing with everything written but no document."""
    filing = ok(filer.post(FILINGS, {"court": "demo-court", "language": "zh"}), 201)
    return ok(filer.ask("PATCH", f"{FILINGS}/{filing['id']}", {"rev": filing["rev"], **TEXT}))


def announce(filer, filing, name, size, document=None):
    path = f"{FILINGS}/{filing}"
    if document is None:
        made = ok(filer.post(path + "/documents", {"title": "借条", "kind": "evidence"}), 201)
        document = made["documents"][-1]["id"]
    return ok(filer.post(f"{path}/documents/{document}/files", {"name": name, "size_bytes": size}),
              201)["file"]["id"]


def part(filer, filing, file, data, number, digest=None):
    piece = data[number * PART:(number + 1) * PART]
    return filer.ask("POST", f"{FILINGS}/{filing}/files/{file}/parts/{number}"
                     f"?sha256={digest or sha(piece)}", piece,
                     {"Content-Type": "application/octet-stream"})


def upload(filer, filing, name, data, document=None):
    file = announce(filer, filing, name, len(data), document)
    for number in range((len(data) + PART - 1) // PART):
        ok(part(filer, filing, file, data, number))
    return ok(filer.post(f"{FILINGS}/{filing}/files/{file}/finish", {"sha256": sha(data)}))["file"]


def handed_in(filer):
    filing = draft(filer)
    upload(filer, filing["id"], "p1.jpg", JPEG)
    return ok(filer.post(f"{FILINGS}/{filing['id']}/submit", {"rev": filing["rev"]}))


def docketed(server):
    """The filer, the registrar, and the case that a filing became."""
    filer, registrar = visit(server), sign_in(server, "registrar")
    desk = f"{REGISTRY}/{handed_in(filer)['id']}"
    ok(registrar.post(desk + "/open"))
    return filer, registrar, ok(registrar.post(desk + "/accept"))["case"]

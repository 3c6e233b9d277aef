# SPDX-License-Identifier: LGPL-2.1-or-later
"""Staff and visitors for the tests of the docket: browsers with a cookie."""

import base64
import hashlib
import hmac
import http.client
import json
import struct
import time

from protocol_client import DEADLINE_S, until


def totp(secret, at=None, step=0):
    """The code of RFC 6238, @step steps away from now."""
    counter = int((time.time() if at is None else at) // 30) + step
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start:start + 4], 'big') & 0x7fffffff) % 10**6:06d}"


class Browser:
    """Sends Origin and cookies as a browser does; keeps what it is told to."""

    def __init__(self, server, origin=None):
        self.server = server
        self.origin = server.base if origin is None else origin
        self.cookies = {}

    def ask(self, method, path, body=None, headers=None):
        """(status, fields, body: parsed when it is JSON)"""
        fields = dict(headers or {})
        if self.cookies:
            fields["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method not in ("GET", "HEAD") and self.origin:
            fields.setdefault("Origin", self.origin)
        data = None
        if body is not None:
            data = body if isinstance(body, (bytes, str)) else json.dumps(body)
            fields.setdefault("Content-Type", "application/json")
        elif method not in ("GET", "HEAD", "DELETE"):
            data = "{}"
            fields.setdefault("Content-Type", "application/json")
        line = http.client.HTTPConnection(self.server.host, self.server.port, timeout=DEADLINE_S)
        line.request(method, path, body=data, headers=fields)
        response = line.getresponse()
        text = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            if value:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        fields = {k.lower(): v for k, v in response.getheaders()}
        line.close()
        if fields.get("content-type", "").split(";")[0] == "application/json":
            text = json.loads(text)
        return response.status, fields, text

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body=None, headers=None):
        return self.ask("POST", path, body, headers)


def sign_in(server, role):
    """A browser in which the demo court's @role has signed in by the link."""
    person = next(p for p in server.demo()["staff"] if p["role"] == role)
    browser = Browser(server)
    status, _, body = browser.post("/api/v1/staff/link", {"token": person["link"].split("#link=")[1]})
    assert status == 200, (status, body)
    return browser


def code_of(server, challenge):
    """The code that was delivered for @challenge, by the demo court's outbox."""
    path = server.data / "outbox" / f"{challenge}.json"
    until(path.exists, "a code in the outbox")
    return json.loads(path.read_text())


def visit(server, address="13800138000", name="孙丽"):
    """A browser in which somebody from outside has brought his code back."""
    browser = Browser(server)
    status, _, body = browser.post("/api/v1/visitor/ask", {"address": address, "name": name})
    assert status == 200, (status, body)
    code = code_of(server, body["challenge"])["code"]
    status, _, body = browser.post("/api/v1/visitor/code",
                                   {"challenge": body["challenge"], "code": code})
    assert status == 200, (status, body)
    return browser

# SPDX-License-Identifier: LGPL-2.1-or-later
"""An identity provider for tests: a real one (Node), and one that lies."""

import base64
import contextlib
import hashlib
import hmac
import http.client
import http.server
import json
import pathlib
import re
import socket
import subprocess
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from protocol_client import DEADLINE_S

FOLDER = pathlib.Path(__file__).parent.parent / "support" / "provider"
CLIENT = "oyer-court"
SECRET = "a secret of the court and its provider"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as holder:
        return holder.getsockname()[1]


def configure(data, issuer, **more):
    """DATA/oyer.conf with that provider; @more are further keys."""
    keys = {"issuer": issuer, "client-id": CLIENT, "client-secret": SECRET, "amr": "otp mfa",
            **{name.replace("_", "-"): value for name, value in more.items()}}
    text = "".join(f"{name}={value}\n" for name, value in keys.items())
    (pathlib.Path(data) / "oyer.conf").write_text("[oidc]\n" + text)


class RealProvider:
    """tests/support/provider on @port, for the court at @base.  New keys at each start."""

    def __init__(self, port, base):
        self.port = port
        self.process = subprocess.Popen(
            ["node", "provider.mjs",
             json.dumps({"port": port, "client": CLIENT, "secret": SECRET, "base": base})],
            cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for line in self.process.stdout:
            if line.strip() == b"ready":
                break
        else:
            raise AssertionError("the provider does not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(DEADLINE_S)
        self.process.stdout.close()

    def go(self, url, login, factor=True, cancel=False):
        """What a browser does there, until it is sent back: where to."""
        cookies = {}
        form = {"login": login, **({"factor": "yes"} if factor else {}),
                **({"cancel": "yes"} if cancel else {})}
        body = None
        for _ in range(8):
            parts = urllib.parse.urlsplit(url)
            if parts.port != self.port:
                return url
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
            fields = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
            if body:
                fields["Content-Type"] = "application/x-www-form-urlencoded"
            line.request("POST" if body else "GET", parts.path + "?" + parts.query, body, fields)
            answer = line.getresponse()
            text = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, value = cookie.split(";")[0].split("=", 1)
                cookies[name] = value
            line.close()
            if answer.status == 200 and "<form" in text:
                body = urllib.parse.urlencode(form)
                continue
            assert answer.status in (302, 303), (url, answer.status, text[:500])
            url = urllib.parse.urljoin(url, answer.headers["Location"])
            body = None
        raise AssertionError(f"the provider goes round and round: {url}")


def _segment(data):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value):
    return _segment(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class Liar:
    """A provider that answers as @lie tells it: changes of the token's head and claims."""

    def __init__(self):
        self.key = rsa.generate_private_key(65537, 2048)
        self.stranger = rsa.generate_private_key(65537, 2048)
        self.nonce = ""
        self.head, self.claims, self.by = {}, {}, "key"
        self.place = {}
        self.hang = threading.Event()
        self.asked = []  # paths
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                liar.asked.append(self.path)
                self.answer(liar.document() if "well-known" in self.path else liar.keys())

            def do_POST(self):
                liar.asked.append(self.path)
                self.rfile.read(int(self.headers["Content-Length"]))
                if liar.hang.is_set():
                    time.sleep(3)
                self.answer({"token_type": "Bearer", "access_token": "access",
                             "id_token": liar.token()})

            def answer(self, body):
                data = json.dumps(body).encode()
                with contextlib.suppress(OSError):
                    self.send_response(200)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def document(self):
        return {"issuer": self.issuer, "authorization_endpoint": self.issuer + "/auth",
                "token_endpoint": self.issuer + "/token", "jwks_uri": self.issuer + "/jwks",
                **self.place}

    def keys(self):
        public = self.key.public_key().public_numbers()
        return {"keys": [{"kty": "RSA", "kid": "k1", "use": "sig", "n": _number(public.n),
                          "e": _number(public.e)}]}

    def token(self):
        now = int(time.time())
        access = hashlib.sha256(b"access").digest()[:16]
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "li", "iat": now, "exp": now + 300,
                  "nonce": self.nonce, "amr": ["otp"], "at_hash": _segment(access), **self.claims}
        text = _segment({"alg": "RS256", "kid": "k1", **self.head}) + "." + _segment(claims)
        if self.by == "secret":
            return text + "." + _segment(hmac.new(SECRET.encode(), text.encode(), "sha256").digest())
        if self.by == "nobody":
            return text + "."
        key = self.key if self.by == "key" else self.stranger
        return text + "." + _segment(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))


def start(browser):
    """Goes off to the provider: the address, and what is in its query."""
    status, _, body = browser.post("/api/v1/staff/oidc/start")
    assert status == 200, (status, body)
    return body["url"], dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(body["url"]).query))


def come_back(browser, url):
    """What the court says to whoever comes back: "in", or why not."""
    parts = urllib.parse.urlsplit(url)
    status, fields, _ = browser.get(parts.path + "?" + parts.query)
    assert status == 303 and fields["cache-control"] == "no-store", (status, fields)
    where = fields["location"]
    if where == "/staff":
        return "in"
    found = re.fullmatch(r"/staff#refused=([a-z_]+)", where)
    assert found, where
    return found[1]

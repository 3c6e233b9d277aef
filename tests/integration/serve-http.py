#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The web server's fence: what it refuses, ranges, static files, security fields."""

import gzip
import http.client
import os
import pathlib
import socket
import ssl
import subprocess
import tempfile
import time

from protocol_client import Server, alive, main


class Site:
    """A server with a small web client."""

    def __init__(self):
        self.top = tempfile.TemporaryDirectory(prefix="oyer-site-")
        root = pathlib.Path(self.top.name)
        (root / "assets").mkdir()
        self.page = b"<!doctype html><title>join</title>" + b"x" * 3000
        self.big = bytes(range(256)) * 4096  # 1 MiB
        (root / "join.html").write_bytes(self.page)
        (root / "join.html.gz").write_bytes(gzip.compress(self.page))
        (root / "record.html").write_bytes(b"record")
        (root / "assets" / "big-1a2b.webm").write_bytes(self.big)
        (root / "assets" / "app-1a2b.js").write_bytes(b"1")
        self.server = Server(None, "--web-root", str(root))

    def __enter__(self):
        return self.server, self

    def __exit__(self, *_):
        self.server.close()
        self.top.cleanup()


def raw(server, data, timeout=10.0, more=()):
    """Sends bytes as they are; returns what came until the close or @timeout."""
    with socket.create_connection((server.host, server.port), timeout=timeout) as line:
        answer = b""
        try:
            line.sendall(data)
            for piece in more:
                line.sendall(piece)
            while True:
                piece = line.recv(65536)
                if not piece:
                    break
                answer += piece
        except (socket.timeout, ConnectionResetError, BrokenPipeError):
            pass
        return answer


def status_of(answer):
    """The status of the first answer, 0: there was none."""
    words = answer.split(b"\r\n")[0].split()
    return int(words[1]) if len(words) > 1 else 0


HOST = b"Host: 127.0.0.1\r\n"


def pages_are_served_with_their_fields():
    with Site() as (server, site):
        for path in ("/", "/j/v1.abc.def", "/j/x?lang=zh"):
            status, fields, body = server.request("GET", path)
            assert status == 200 and body == site.page, (path, status)
            assert "require-trusted-types-for" in fields["content-security-policy"]
            assert "media-src 'self' blob:" in fields["content-security-policy"]
            assert fields["referrer-policy"] == "no-referrer"
            assert fields["x-content-type-options"] == "nosniff"
            assert fields["cache-control"] == "no-cache"
            assert fields["content-type"].startswith("text/html")
            assert "camera=(self)" in fields["permissions-policy"]
        assert server.request("GET", "/r/some-hearing")[2] == b"record"
        status, fields, body = server.request("GET", "/", headers={"Accept-Encoding": "gzip"})
        assert fields["content-encoding"] == "gzip" and gzip.decompress(body) == site.page
        fields = server.request("GET", "/assets/app-1a2b.js")[1]
        assert "immutable" in fields["cache-control"], fields
        status, fields, body = server.request("HEAD", "/")
        assert status == 200 and body == b"" and int(fields["content-length"]) > 3000
        etag = server.request("GET", "/")[1]["etag"]
        assert server.request("GET", "/", headers={"If-None-Match": etag})[0] == 304


def nothing_outside_the_client_is_served():
    with Site() as (server, _):
        for path in ("/etc/passwd", "/../../etc/passwd", "/assets/../../../etc/passwd",
                     "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/assets/",
                     "/assets", "/.gitignore", "//etc/passwd", "/j", "/j/a/b", "/nothing",
                     "/api/v1/nothing", "/api/v2/health", "/assets/%00"):
            answer = raw(server, b"GET " + path.encode() + b" HTTP/1.1\r\n" + HOST +
                         b"Connection: close\r\n\r\n", 3)
            assert status_of(answer) in (0, 400, 403, 404), (path, answer[:200])
            assert b"root:" not in answer


def a_range_is_answered_to_the_byte():
    with Site() as (server, site):
        path, size = "/assets/big-1a2b.webm", len(site.big)
        cases = {"bytes=0-0": (0, 1), "bytes=100-199": (100, 200),
                 f"bytes={size - 10}-": (size - 10, size), "bytes=-5": (size - 5, size),
                 f"bytes=0-{size * 2}": (0, size), f"bytes=-{size * 2}": (0, size)}
        for field, (start, end) in cases.items():
            status, fields, body = server.request("GET", path, headers={"Range": field})
            assert status == 206 and body == site.big[start:end], (field, status, len(body))
            assert fields["content-range"] == f"bytes {start}-{end - 1}/{size}"
        status, fields, _ = server.request("GET", path, headers={"Range": f"bytes={size}-"})
        assert status == 416 and fields["content-range"] == f"bytes */{size}"
        for field in ("bytes=5-2", "bytes=a-b", "lines=0-1", "bytes=0-1,5-6", "bytes=",
                      "bytes=99999999999999999999-"):
            status, _, body = server.request("GET", path, headers={"Range": field})
            assert status == 200 and body == site.big, (field, status)
        fields = server.request("GET", path)[1]
        assert fields["content-type"] == "video/webm" and fields["accept-ranges"] == "bytes"
        stale = {"Range": "bytes=0-1", "If-Range": '"other"'}
        assert server.request("GET", path, headers=stale)[0] == 200
        fresh = {"Range": "bytes=0-1", "If-Range": fields["etag"]}
        assert server.request("GET", path, headers=fresh)[0] == 206


def http_2_is_never_spoken():
    with Site() as (server, _):
        upgrade = (b"GET / HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, HTTP2-Settings\r\n"
                   b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n")
        assert b"101" not in raw(server, upgrade, 3)
        preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
        answer = raw(server, preface, 3)
        assert not answer.startswith(b"\0") and status_of(answer) in (0, 400, 403, 405)
        assert server.request("GET", "/api/v1/health")[0] == 200


def ambiguous_bodies_are_refused():
    with Site() as (server, _):
        start = b"POST /api/v1/session HTTP/1.1\r\n" + HOST
        cases = {
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n": (411,),
            b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n": (411,),
            b"\r\n": (411,),
            b"Content-Length: -1\r\n\r\n": (400,),
            b"Content-Length: +5\r\n\r\nhello": (400,),
            b"Content-Length: 5, 5\r\n\r\nhello": (400,),
            b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello": (400,),
            b"Content-Length: 0x5\r\n\r\nhello": (400,),
            b"Content-Length: 99999999999999999999\r\n\r\n": (400,),
            b"Content-Length: 10000000\r\n\r\n": (413,),
        }
        for rest, wanted in cases.items():
            answer = raw(server, start + rest, 5)
            assert status_of(answer) in wanted, (rest, answer[:100])
        answer = raw(server, b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\n\r\nabc", 5)
        assert status_of(answer) == 400, answer[:100]
        assert status_of(raw(server, b"GET / HTTP/1.1\r\n\r\n", 5)) == 400  # no Host
        assert server.request("GET", "/api/v1/health")[0] == 200


def other_methods_are_refused():
    with Site() as (server, _):
        for method in ("PUT", "DELETE", "PATCH", "POST"):
            status = server.request(method, "/api/v1/health", body=b"x"
                                    if method in ("PUT", "PATCH", "POST") else None)[0]
            assert status == 405, (method, status)
        for method in (b"CONNECT 127.0.0.1:1", b"TRACE /", b"BREW /"):
            answer = raw(server, method + b" HTTP/1.1\r\n" + HOST + b"\r\n", 3)
            assert status_of(answer) in (0, 403, 405), (method, answer[:100])
        assert server.request("GET", "/api/v1/health")[0] == 200


def oversized_heads_are_refused():
    with Site() as (server, _):
        for head in (b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: " + b"a" * 40000 + b"\r\n\r\n",
                     b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
                     b"GET / HTTP/1.1\r\n" + HOST + b"X-Y: z\r\n" * 20000 + b"\r\n"):
            answer = raw(server, head, 8)
            assert status_of(answer) in (0, 400, 403, 404, 414, 431, 200), answer[:100]
        assert server.request("GET", "/api/v1/health")[0] == 200


def pipelined_requests_harm_nobody():
    with Site() as (server, site):
        get = b"GET /assets/big-1a2b.webm HTTP/1.1\r\n" + HOST + b"\r\n"
        post = b"POST /api/v1/session HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\n\r\n{}"
        for data in (get * 5, post * 5, post + get, get + post, get + b"\0" * 1000,
                     post + b"garbage"):
            answer = raw(server, data, 4)
            assert answer.startswith(b"HTTP/1.1 ") or answer == b"", answer[:60]
            assert server.request("GET", "/api/v1/health")[0] == 200


def a_client_that_does_not_read_costs_no_time():
    with Site() as (server, _):
        lines = []
        for _ in range(8):
            line = socket.create_connection((server.host, server.port), timeout=5)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.sendall((b"GET /assets/big-1a2b.webm HTTP/1.1\r\n" + HOST + b"\r\n") * 50)
            lines.append(line)
        stat = pathlib.Path(f"/proc/{server.pid('serve')}/stat")

        def cpu_ticks():
            fields = stat.read_text().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])
        # Two seconds for the watch to see them, then one in which nothing may spin.
        deadline = time.monotonic() + 2.5
        while time.monotonic() < deadline:
            assert server.request("GET", "/api/v1/health")[0] == 200
            time.sleep(0.1)
        before = cpu_ticks()
        deadline = time.monotonic() + 1.0
        while time.monotonic() < deadline:
            time.sleep(0.05)
        spent = cpu_ticks() - before
        assert spent < 30, f"{spent} ticks of 100 in an idle second"
        for line in lines:
            line.close()


def half_a_head_is_not_waited_for():
    with Site() as (server, _):
        start = time.monotonic()
        answer = raw(server, b"GET / HTTP/1.1\r\nHost: x\r\nX: ", 20)
        assert time.monotonic() - start < 15, "the head's deadline did not come"
        assert status_of(answer) in (0, 408)


def many_half_open_connections_do_not_keep_others_out():
    with Site() as (server, _):
        lines = [socket.create_connection((server.host, server.port), timeout=5)
                 for _ in range(200)]
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\n")
        assert server.request("GET", "/api/v1/health")[0] == 200
        for line in lines:
            line.close()
        assert alive(server.pid("serve"))


def a_server_without_a_client_says_so():
    with tempfile.TemporaryDirectory() as empty:
        with Server(None, "--web-root", empty) as server:
            status, _, body = server.request("GET", "/")
            assert status == 503 and b"not built" in body


def https_speaks_tls_1_2_and_http_1_1_only():
    with tempfile.TemporaryDirectory() as top:
        cert, key = os.path.join(top, "cert.pem"), os.path.join(top, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj",
                        "/CN=court", "-keyout", key, "-out", cert], check=True,
                       capture_output=True)
        with Server(None, "--tls-cert", cert, "--tls-key", key) as server:
            assert server.base.startswith("https://"), server.base
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.set_alpn_protocols(["h2", "http/1.1"])
            with socket.create_connection((server.host, server.port), timeout=10) as line, \
                    context.wrap_socket(line) as tls:
                assert tls.selected_alpn_protocol() == "http/1.1"
                assert tls.version() in ("TLSv1.2", "TLSv1.3")
                tls.sendall(b"GET / HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, HTTP2-Settings"
                            b"\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n")
                assert b"101" not in tls.recv(4096)[:20]
            connection = http.client.HTTPSConnection(server.host, server.port, timeout=10,
                                                     context=context)
            connection.request("GET", "/api/v1/health")
            answer = connection.getresponse()
            assert answer.status == 200 and b"ok" in answer.read()
            token = server.person("judge")["token"]
            connection.request("POST", "/api/v1/session", headers={
                "Authorization": "Bearer " + token, "Oyer-Device": "d" * 24,
                "Content-Length": "0"})
            cookie = connection.getresponse().getheader("Set-Cookie")
            assert "Secure" in cookie, cookie
            connection.close()
            answer = raw(server, b"GET / HTTP/1.1\r\n" + HOST + b"\r\n", 5)
            assert not answer.startswith(b"HTTP/1.1 2"), answer[:100]


main([
    https_speaks_tls_1_2_and_http_1_1_only,
    pages_are_served_with_their_fields,
    nothing_outside_the_client_is_served,
    a_range_is_answered_to_the_byte,
    http_2_is_never_spoken,
    ambiguous_bodies_are_refused,
    other_methods_are_refused,
    oversized_heads_are_refused,
    pipelined_requests_harm_nobody,
    a_client_that_does_not_read_costs_no_time,
    half_a_head_is_not_waited_for,
    many_half_open_connections_do_not_keep_others_out,
    a_server_without_a_client_says_so,
])

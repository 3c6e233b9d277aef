#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Staff who sign in with an identity provider: a real one, and one that lies."""

import http.client
import subprocess
import tempfile
import threading
import urllib.parse

from oidc_client import Liar, RealProvider, come_back, configure, free_port, start
from people_client import Browser
from protocol_client import OYER, Server, main

ME = "/api/v1/staff/me"
CALLBACK = "/api/v1/staff/oidc/callback"


def admin(server, *arguments):
    return subprocess.run([OYER, "admin", "--data", str(server.data), *arguments], check=True,
                          capture_output=True, text=True, timeout=30).stdout


def a_real_provider_lets_in_who_is_linked_and_nobody_else():
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as data:
        configure(data, issuer, name="统一认证")
        with Server(data) as server, RealProvider(port, server.base) as provider:
            browser = Browser(server)
            assert browser.get("/api/v1/staff/oidc")[2] == {"configured": True, "name": "统一认证"}
            url, query = start(browser)
            assert query["code_challenge_method"] == "S256" and query["scope"] == "openid", query
            assert come_back(browser, provider.go(url, "he.jie")) == "unknown"
            assert browser.get(ME)[0] == 401

            admin(server, "identity", "registrar", issuer, "he.jie")
            back = provider.go(start(browser)[0], "he.jie")
            assert come_back(Browser(server), back) == "again", "another browser"
            assert come_back(browser, back) == "in"
            status, _, me = browser.get(ME)
            assert status == 200 and me["means"] == "oidc" and me["login"] == "registrar", me
            assert "review_filing" in me["rights"], me

            # The same answer again; and its code in an attempt of one's own.
            assert come_back(browser, back) == "again"
            other = Browser(server)
            code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]
            stolen = urllib.parse.urlencode(
                {"code": code, "state": start(other)[1]["state"], "iss": issuer})
            assert come_back(other, CALLBACK + "?" + stolen) == "refused"
            assert other.get(ME)[0] == 401

            assert come_back(other, provider.go(start(other)[0], "he.jie", factor=False)) \
                == "second_factor"
            assert come_back(other, provider.go(start(other)[0], "he.jie", cancel=True)) \
                == "cancelled"

            # Out here, and there.
            assert browser.post("/api/v1/staff/sign-out")[0] == 200
            assert browser.get(ME)[0] == 401
            leave = browser.post("/api/v1/staff/oidc/leave")[2]["url"]
            assert leave.startswith(issuer + "/session/end?"), leave
            status = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            status.request("GET", leave[len(issuer):])
            assert status.getresponse().status == 200
            status.close()

            admin(server, "no-identity", "registrar")
            assert come_back(other, provider.go(start(other)[0], "he.jie")) == "unknown"
            log = server.log_text()
            assert code not in log and query["state"] not in log


def an_address_links_and_new_keys_are_learnt():
    port = free_port()
    with tempfile.TemporaryDirectory() as data:
        configure(data, f"http://127.0.0.1:{port}", link_by="email")
        with Server(data) as server:
            admin(server, "add", "li.na@court.example", "--name", "李娜", "--role", "clerk",
                  "--court", "demo-court")
            admin(server, "add", "unverified@court.example", "--name", "x", "--role", "clerk",
                  "--court", "demo-court")
            browser = Browser(server)
            with RealProvider(port, server.base) as provider:
                assert come_back(browser, provider.go(start(browser)[0], "unverified")) == "unknown"
                assert come_back(browser, provider.go(start(browser)[0], "li.na")) == "in"
                assert browser.get(ME)[2]["name"] == "李娜"
            with RealProvider(port, server.base) as provider:
                assert come_back(browser, provider.go(start(browser)[0], "li.na")) == "in"


def what_is_forged_lets_nobody_in():
    lies = [
        ("another nonce", {"claims": {"nonce": "another"}}),
        ("no nonce", {"claims": {"nonce": None}}),
        ("another issuer", {"claims": {"iss": "https://evil.example"}}),
        ("another audience", {"claims": {"aud": "another"}}),
        ("expired", {"claims": {"exp": 1000}}),
        ("of the future", {"claims": {"iat": 4000000000, "exp": 4000000300}}),
        ("another access token", {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}),
        ("no signature", {"head": {"alg": "none"}, "by": "nobody"}),
        ("signed with the client's secret", {"head": {"alg": "HS256"}, "by": "secret"}),
        ("signed with another key", {"by": "stranger"}),
        ("signed with a key that nobody knows", {"head": {"kid": "k2"}}),
    ]
    with Liar() as liar, tempfile.TemporaryDirectory() as data:
        configure(data, liar.issuer)
        with Server(data) as server:
            admin(server, "identity", "clerk", liar.issuer, "li")
            browser = Browser(server)

            def attempt(head=None, claims=None, by="key"):
                liar.head, liar.claims, liar.by = head or {}, claims or {}, by
                _, query = start(browser)
                liar.nonce = query["nonce"]
                answer = {"code": "c", "state": query["state"]}
                return come_back(browser, CALLBACK + "?" + urllib.parse.urlencode(answer))
            for what, lie in lies:
                assert attempt(**lie) == "refused", what
                assert browser.get(ME)[0] == 401, what
            assert attempt(claims={"sub": "somebody"}) == "unknown"
            assert attempt() == "in"
            assert browser.get(ME)[2]["roles"] == ["clerk"]


def a_mixed_up_or_invented_answer_leads_to_the_sign_in_page_and_nowhere_else():
    with Liar() as liar, tempfile.TemporaryDirectory() as data:
        configure(data, liar.issuer)
        liar.place = {"authorization_response_iss_parameter_supported": True}
        with Server(data) as server:
            browser = Browser(server)

            def answer(**more):
                query = start(browser)[1]
                return come_back(browser, CALLBACK + "?" + urllib.parse.urlencode(
                    {"state": query["state"], **more}))
            assert answer(code="c", iss="https://evil.example") == "refused"
            assert answer(code="c") == "refused", "it says that it names itself always"
            assert "/token" not in liar.asked, "no code is given to the wrong one"
            assert answer(code="") in ("refused", "again")
            assert answer(error="x", error_description="<script>") == "cancelled"
            assert come_back(browser, CALLBACK + "?code=c&state=invented") == "again"
            assert come_back(browser, CALLBACK + "?next=https://evil.example") == "again"
            assert come_back(browser, CALLBACK + "?state=" + "x" * 1000) == "again"
            stranger = Browser(server, "https://evil.example")
            assert stranger.post("/api/v1/staff/oidc/start")[0] == 403


def a_provider_that_hangs_or_is_away_holds_up_nobody_else():
    with Liar() as liar, tempfile.TemporaryDirectory() as data:
        configure(data, liar.issuer)
        with Server(data) as server:
            browser = Browser(server)
            query = start(browser)[1]
            liar.hang.set()
            liar.nonce = query["nonce"]
            answers = []
            waiting = threading.Thread(target=lambda: answers.append(come_back(
                browser, f"{CALLBACK}?code=c&state={query['state']}")))
            waiting.start()
            while "/token" not in liar.asked:
                pass
            assert server.request("GET", "/api/v1/health", timeout=2)[0] == 200
            assert not answers
            waiting.join(20)
            assert answers == ["unknown"], answers
    with tempfile.TemporaryDirectory() as data:
        configure(data, f"http://127.0.0.1:{free_port()}")
        with Server(data) as server:
            status, _, body = Browser(server).post("/api/v1/staff/oidc/start")
            assert status == 503 and body["error"]["code"] == "provider_away", (status, body)


def without_a_provider_there_is_none():
    with Server() as server:
        browser = Browser(server)
        assert browser.get("/api/v1/staff/oidc")[2] == {"configured": False, "name": ""}
        assert browser.post("/api/v1/staff/oidc/start")[0] == 404
        assert browser.get(CALLBACK + "?code=c&state=s")[0] == 404
    with tempfile.TemporaryDirectory() as data:
        configure(data, "http://id.example")
        done = subprocess.run([OYER, "serve", "--data", data], capture_output=True, text=True,
                              timeout=20)
        assert done.returncode == 2 and "oidc: issuer" in done.stderr, done


main([a_real_provider_lets_in_who_is_linked_and_nobody_else,
      an_address_links_and_new_keys_are_learnt, what_is_forged_lets_nobody_in,
      a_mixed_up_or_invented_answer_leads_to_the_sign_in_page_and_nowhere_else,
      a_provider_that_hangs_or_is_away_holds_up_nobody_else, without_a_provider_there_is_none])

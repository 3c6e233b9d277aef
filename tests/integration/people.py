#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who comes into the court house, as staff and from outside, and who does not."""

import socket

from people_client import Browser, code_of, sign_in, totp, visit
from protocol_client import Server, main

ME = "/api/v1/staff/me"
OUT = "/api/v1/staff/sign-out"


def a_link_signs_in_once():
    with Server() as server:
        person = next(p for p in server.demo()["staff"] if p["role"] == "registrar")
        token = person["link"].split("#link=")[1]
        browser, thief = Browser(server), Browser(server)
        assert browser.get(ME)[0] == 401
        assert browser.post("/api/v1/staff/link", {"token": token})[0] == 200
        status, fields, me = browser.get(ME)
        assert status == 200 and fields["cache-control"] == "no-store", fields
        assert me["name"] == person["name"] and me["roles"] == ["registrar"], me
        assert "review_filing" in me["rights"] and "seal" not in me["rights"], me
        assert me["now_us"] < me["idle_ends_us"] <= me["ends_us"], me
        assert thief.post("/api/v1/staff/link", {"token": token})[0] == 401
        assert thief.get(ME)[0] == 401
        assert token not in server.log_text()


def signing_out_ends_the_session_on_the_server():
    with Server() as server:
        browser = sign_in(server, "judge")
        copy = Browser(server)
        copy.cookies = dict(browser.cookies)
        assert copy.get(ME)[0] == 200
        assert browser.post(OUT)[0] == 200
        assert not browser.cookies and copy.get(ME)[0] == 401


def the_cookie_is_of_no_use_to_a_page():
    with Server() as server:
        person = server.demo()["staff"][0]
        status, fields, _ = Browser(server).post(
            "/api/v1/staff/link", {"token": person["link"].split("#link=")[1]})
        cookie = fields["set-cookie"]
        for word in ("HttpOnly", "SameSite=Strict", "Path=/api/v1"):
            assert word in cookie, cookie
        assert "Secure" not in cookie and "Domain" not in cookie, cookie
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
    with Server(None, "--port", str(port), "--public-url", "https://court.example:443") as server:
        server.host, server.port = "127.0.0.1", port
        person = server.demo()["staff"][0]
        browser = Browser(server, "https://court.example:443")
        status, fields, _ = browser.post(
            "/api/v1/staff/link", {"token": person["link"].split("#link=")[1]})
        assert status == 200 and "; Secure" in fields["set-cookie"], fields


def another_site_cannot_use_the_cookie():
    with Server() as server:
        good = sign_in(server, "judge")
        evil = Browser(server, "https://evil.example")
        evil.cookies = dict(good.cookies)
        assert evil.post(OUT)[0] == 403
        assert evil.ask("GET", ME, headers={"Origin": "null"})[0] == 403
        silent = Browser(server, "")
        silent.cookies = dict(good.cookies)
        assert silent.post(OUT)[0] == 403, "no Origin"
        # A form of another page can send only these types.
        for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
            assert good.ask("POST", "/api/v1/staff/court", '{"court":"demo-court"}',
                            {"Content-Type": kind})[0] == 400, kind
        assert good.get(ME)[0] == 200


def whoever_has_no_role_in_a_court_cannot_go_there():
    with Server() as server:
        browser = sign_in(server, "clerk")
        before = dict(browser.cookies)
        assert browser.post("/api/v1/staff/court", {"court": "elsewhere"})[0] == 403
        assert browser.post("/api/v1/staff/court", {"court": "demo-court"})[0] == 200
        assert browser.cookies != before and browser.get(ME)[0] == 200
        old = Browser(server)
        old.cookies = before
        assert old.get(ME)[0] == 401, "a new token at each change"


def every_wrong_sign_in_gets_one_answer():
    with Server() as server:
        answers = set()
        for login, password in (("nobody", "x"), ("judge", ""), ("judge", "wrong password"),
                                ("JUDGE", "x"), ("a' OR '1'='1", "x")):
            status, _, body = Browser(server).post(
                "/api/v1/staff/sign-in", {"login": login, "password": password})
            answers.add((status, str(body)))
        assert len(answers) == 1 and answers.pop()[0] == 401, answers
        log = server.log_text()
        assert "wrong password" not in log and "nobody" not in log


def a_crowd_at_the_door_is_slowed_down():
    with Server() as server:
        seen = [Browser(server).post("/api/v1/staff/link", {"token": str(i)}) for i in range(45)]
        late = [answer for answer in seen if answer[0] == 429]
        assert late and "retry-after" in late[0][1], [answer[0] for answer in seen]
        assert all(answer[0] in (401, 429) for answer in seen)


def a_visitor_comes_in_with_a_code_and_no_password():
    with Server() as server:
        browser = visit(server)
        status, _, me = browser.get("/api/v1/visitor/me")
        assert status == 200 and me["person"], me
        again = visit(server, "+86 138-0013-8000").get("/api/v1/visitor/me")[2]
        assert again["person"] == me["person"], "one address, one person"
        other = visit(server, "zhu.min@example.cn").get("/api/v1/visitor/me")[2]
        assert other["person"] != me["person"]
        assert browser.get(ME)[0] == 401, "a visitor is not staff"
        assert sign_in(server, "judge").get("/api/v1/visitor/me")[0] == 401
        assert browser.post("/api/v1/visitor/sign-out")[0] == 200
        assert browser.get("/api/v1/visitor/me")[0] == 401


def a_code_is_neither_logged_nor_told_to_the_asker():
    with Server() as server:
        status, _, body = Browser(server).post("/api/v1/visitor/ask", {"address": "13800138000"})
        code = code_of(server, body["challenge"])
        assert set(body) == {"challenge", "channel", "to", "expires_us"}, body
        assert body["to"] == "…8000" and code["code"] not in str(body)
        assert code["code"] not in server.log_text()
        assert "13800138000" not in server.log_text()
        wrong = "000001" if code["code"] == "000000" else "000000"
        for _ in range(5):
            assert Browser(server).post("/api/v1/visitor/code", {
                "challenge": body["challenge"], "code": wrong})[0] == 401
        assert Browser(server).post("/api/v1/visitor/code", {
            "challenge": body["challenge"], "code": code["code"]})[0] == 401, "five are enough"


def without_a_way_to_send_it_there_is_no_code():
    with Server(demo=False) as server:
        status, _, body = Browser(server).post("/api/v1/visitor/ask", {"address": "13800138000"})
        assert status == 503 and body["error"]["code"] == "no_delivery", body


def whoever_is_new_chooses_a_password_and_a_second_factor():
    with Server() as server:
        # The demo court's registrar has neither yet.
        browser = sign_in(server, "registrar")
        me = browser.get(ME)[2]
        assert not me["password"] and not me["second_factor"] and me["means"] == "link", me
        password = "案卷不出院 2026"
        for wanted, fault in (("short", "short"), ("registrar2026", "same"), ("1" * 20, "simple")):
            status, _, body = browser.post("/api/v1/staff/password", {"old": "", "new": wanted})
            assert (status, body["error"]["text"]) == (400, fault), (wanted, body)
        assert browser.post("/api/v1/staff/password", {"old": "", "new": password})[0] == 200

        # With the password alone there is nothing but the second factor.
        half = Browser(server)
        status, _, body = half.post("/api/v1/staff/sign-in",
                                    {"login": "registrar", "password": password})
        assert (status, body["next"]) == (200, "second_factor"), body
        assert half.get(ME)[2]["rights"] == []
        secret = half.post("/api/v1/staff/totp")[2]["secret"]
        confirm = "/api/v1/staff/totp/confirm"
        assert half.post(confirm, {"secret": secret, "code": totp(secret, 0)})[0] == 401
        before = dict(half.cookies)
        assert half.post(confirm, {"secret": secret, "code": totp(secret)})[0] == 200
        assert half.cookies != before
        assert "review_filing" in half.get(ME)[2]["rights"]
        assert browser.get(ME)[0] == 401, "the other sessions end"

        # From now on both, and no code twice.
        def attempt(word, code):
            return Browser(server).post("/api/v1/staff/sign-in", {
                "login": "Registrar", "password": word, "code": code})[0]
        assert attempt(password, "") == 401
        assert attempt(password, totp(secret)) == 401, "was used to confirm"
        fresh = totp(secret, step=1)
        assert attempt("案卷不出院 2025", fresh) == 401
        assert attempt(password, fresh) == 200
        assert attempt(password, fresh) == 401
        # Replacing it takes the present one.
        other = half.post("/api/v1/staff/totp")[2]["secret"]
        assert half.post(confirm, {"secret": other, "code": totp(other)})[0] == 401
        log = server.log_text()
        assert password not in log and secret not in log


def five_wrong_ones_shut_the_account_even_for_the_right_one():
    with Server() as server:
        browser = sign_in(server, "judge")
        password = "correct horse battery"
        assert browser.post("/api/v1/staff/password", {"old": "", "new": password})[0] == 200

        def attempt(word):
            return Browser(server).post("/api/v1/staff/sign-in",
                                        {"login": "judge", "password": word})[0]
        assert attempt(password) == 200
        assert [attempt("wrong") for _ in range(5)] == [401] * 5
        assert attempt(password) == 401, "shut for a minute"
        assert browser.get(ME)[0] == 200, "who is in stays in"


main([a_link_signs_in_once, signing_out_ends_the_session_on_the_server,
      the_cookie_is_of_no_use_to_a_page, another_site_cannot_use_the_cookie,
      whoever_has_no_role_in_a_court_cannot_go_there, every_wrong_sign_in_gets_one_answer,
      a_crowd_at_the_door_is_slowed_down, a_visitor_comes_in_with_a_code_and_no_password,
      a_code_is_neither_logged_nor_told_to_the_asker,
      without_a_way_to_send_it_there_is_no_code,
      whoever_is_new_chooses_a_password_and_a_second_factor,
      five_wrong_ones_shut_the_account_even_for_the_right_one])

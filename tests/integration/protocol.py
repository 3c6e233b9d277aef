#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/PROTOCOL.md from a client's side: passes, seats, a hearing by messages alone."""

import base64
import json
import os
import secrets
import signal
import subprocess
import tarfile
import tempfile

from protocol_client import OYER, Closed, Seat, Server, Socket, main, seated, until


def events_of(server, seat, hearing=None):
    """The event log, as its judge reads it."""
    hearing = hearing or server.demo()["hearing"]
    status, _, body = server.request("GET", f"/api/v1/hearings/{hearing}/events",
                                     headers=seat.headers())
    assert status == 200, (status, body)
    return [json.loads(line)["event"] for line in body.decode().splitlines()]


def refused(server, token, device=None):
    """The way a pass is refused, by REST and by WebSocket: always the same."""
    headers = {"Authorization": f"Bearer {token}"}
    if device:
        headers["Oyer-Device"] = device
    status, _, body = server.request("POST", "/api/v1/session", headers=headers)
    assert status == 401, (status, body)
    error = json.loads(body)["error"]
    assert error["code"] == "pass_refused" and error["reason"] == "unreadable", error
    person = {"id": "x", "token": token}
    seat = Seat(server, person, device, hello=False)
    seat.hello()
    try:
        while True:
            message = seat.hear()
            assert message["type"] == "error" and message["code"] == "pass_refused", message
            assert message["text"] == error["text"] and message["reason"] == error["reason"]
    except Closed as closed:
        assert closed.code == 4401, closed.code
    return error["text"]


def altered(token, jti=None, participant=None, exp=None):
    """The pass with other content and its old signature."""
    version, payload, signature = token.split(".")
    content = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    # Role, key, two times; then ids, each with its length: 0 is a ULID of 16 bytes.
    head, rest, ids = content[:13], content[13:], []
    while rest:
        size = rest[0] or 16
        ids.append(rest[:1 + size])
        rest = rest[1 + size:]
    if exp:
        head = head[:9] + exp.to_bytes(4, "big")
    if jti:
        ids[0] = bytes([len(jti)]) + jti.encode()
    if participant:
        ids[2] = bytes([len(participant)]) + participant.encode()
    text = base64.urlsafe_b64encode(head + b"".join(ids)).rstrip(b"=").decode()
    return ".".join([version, text, signature])


def every_wrong_pass_gets_one_friendly_text():
    with Server() as server:
        judge = Seat(server, server.person("judge"))
        party = server.person("plaintiff")
        token = party["token"]
        wrong = {
            "malformed": "nonsense",
            "forged": altered(token, jti="unheard-of"),
            "altered": altered(token, participant=server.person("judge")["id"]),
            "longer": altered(token, exp=4102444800),
            "none": "v0." + token.split(".", 1)[1],
            "truncated": token[:-4],
        }
        texts = {name: refused(server, value) for name, value in wrong.items()}
        assert len(set(texts.values())) == 1, texts
        log = server.log_text()
        for reason in ("malformed", "forged", "altered"):
            assert f"pass refused: {reason}" in log, reason
        judge.close()


def a_pass_opens_only_its_own_hearing():
    with Server() as server:
        done = subprocess.run([OYER, "demo", "--data", str(server.data),
                               "--people", "1"], capture_output=True, text=True, check=True)
        other = json.loads(done.stdout)["hearing"]
        judge = Seat(server, server.person("judge"))
        for path in (f"/api/v1/hearings/{other}/events", f"/api/v1/hearings/{other}/declarations", f"/api/v1/hearings/{other}/record",
                     "/api/v1/hearings/none-such/events"):
            status, _, body = server.request("GET", path, headers=judge.headers())
            assert status == 401, (path, status, body)


def the_card_is_shown_before_anything_is_bound():
    with Server() as server:
        person = server.person("witness")
        bearer = {"Authorization": "Bearer " + person["token"]}
        status, _, body = server.request("GET", "/api/v1/pass", headers=bearer)
        card = json.loads(body)
        assert status == 200 and card["you"]["id"] == person["id"], body
        assert card["hearing"]["case_number"] and card["you"]["role"] == "witness"
        seat = Seat(server, person)  # the first device is still free to be this one
        assert seat.state["you"]["id"] == person["id"]


def the_session_cookie_opens_the_record_and_nothing_else():
    with Server() as server:
        judge = Seat(server, server.person("judge"))
        status, headers, _ = server.request("POST", "/api/v1/session", headers=judge.headers())
        cookie = headers["set-cookie"]
        assert status == 200 and "HttpOnly" in cookie and "SameSite=Strict" in cookie
        pair = {"Cookie": cookie.split(";")[0]}
        hearing = server.demo()["hearing"]
        assert server.request("GET", f"/api/v1/hearings/{hearing}/record", headers=pair)[0] == 200
        assert server.request("GET", "/api/v1/pass", headers=pair)[0] == 401
        foreign = {**pair, "Origin": "https://evil.example"}
        assert server.request("GET", f"/api/v1/hearings/{hearing}/record",
                              headers=foreign)[0] == 401


def a_newer_connection_takes_the_seat():
    with Server() as server:
        first = Seat(server, server.person("clerk"))
        second = Seat(server, server.person("clerk"), first.device)
        assert first.socket.close_code() == 4409
        assert second.state["you"]["status"] == "checked_in"
        second.do({"type": "check", "result": "green", "camera": "ok", "microphone": "ok",
                   "speaker": "ok", "line": None})


def bad_greetings_are_closed():
    with Server() as server:
        seat = Seat(server, server.person("clerk"), hello=False)
        seat.hello(version=2)
        assert seat.socket.close_code() == 4426
        seat = Seat(server, server.person("clerk"), hello=False)
        seat.say({"type": "ping"})
        assert seat.socket.close_code() == 1008
        seat = Seat(server, server.person("clerk"), hello=False)
        seat.socket.send("{")
        assert seat.socket.close_code() == 1008


def odd_messages_are_refused_and_the_line_holds():
    with Server() as server:
        seat = Seat(server, server.person("clerk"))
        for message in ({"type": "nonsense"}, {"type": "hand", "raised": "yes"},
                        {"type": "note", "text": "x", "extra": 1}, {"type": "note"},
                        {"type": "command", "do": "fly"},
                        {"type": "command", "do": "admit", "participant": "../../etc"},
                        {"type": "trouble", "text": "x" * 501}):
            answer = seat.ask(message)
            assert answer["type"] == "error" and answer["code"] == "bad_request", answer
        for text in ("[]", "null", "{\"type\":\"ping\",\"type\":\"ping\"}",
                     "{\"a\":" * 40 + "1" + "}" * 40):
            seat.socket.send(text)
            assert seat.wait_for("error")["code"] == "bad_request"
        seat.say({"type": "ping"})
        seat.wait_for("pong")


def a_repeated_command_is_answered_and_not_done_again():
    with Server() as server:
        [clerk] = seated(server, "clerk")
        first = clerk.ask({"type": "note", "text": "once"}, ident="note-1")
        again = clerk.ask({"type": "note", "text": "once"}, ident="note-1")
        assert first == again and first["type"] == "ok", (first, again)
        os.kill(server.pid("serve"), signal.SIGKILL)
        clerk.socket.close_code()
        clerk.come_back(3)
        third = clerk.ask({"type": "note", "text": "once"}, ident="note-1")
        assert third == first, third
        judge = Seat(server, server.person("judge"))
        assert [e["type"] for e in events_of(server, judge)].count("note") == 1


def what_is_not_granted_is_refused_and_logged():
    with Server() as server:
        judge, party, witness = seated(server, "judge", "plaintiff", "witness")
        for seat in (party, witness):
            for do, fields in (("open", {}), ("close", {"confirm": True}),
                               ("admit", {"participant": seat.id}),
                               ("mute", {"participant": judge.id, "kinds": ["audio"]}),
                               ("remove", {"participant": judge.id, "reason": "no"}),
                               ("stage", {"stage": "debate"}),
                               ("call_witness", {"participant": witness.id}),
                               ("arm", {}), ("seal_retry", {})):
                answer = seat.command(do, **fields)
                assert answer["type"] == "error" and answer["code"] == "not_allowed", \
                    (seat.id, do, answer)
            answer = seat.ask({"type": "line", "text": "x", "participant": None, "at_us": None})
            assert answer["code"] == "not_allowed", answer
            hearing = server.demo()["hearing"]
            for path in ("events", "record", "record/package.tar", "transcript.vtt"):
                status = server.request("GET", f"/api/v1/hearings/{hearing}/{path}",
                                        headers=seat.headers())[0]
                assert status == 403, (path, status)
        log = [e for e in events_of(server, judge) if e.get("result") == "not_allowed"]
        assert {e["actor"] for e in log} == {party.id, witness.id}
        assert len([e for e in log if e["actor"] == party.id]) >= 10


def nobody_learns_of_people_that_he_may_not_know_of():
    with Server() as server:
        witness, party = seated(server, "witness", "plaintiff")
        witness.do({"type": "check", "result": "green", "camera": "ok", "microphone": "ok",
                    "speaker": "ok", "line": None})
        assert {p["role"] for p in witness.state["people"]} <= {"judge", "clerk", "usher",
                                                               "witness"}
        for secret in ("alerts", "screening"):
            assert secret not in witness.state
        for person in party.state["people"]:
            assert "agent" not in person and "check" not in person or person["id"] == party.id


def a_witness_is_called_heard_and_sent_back():
    with Server() as server:
        judge, clerk, witness = seated(server, "judge", "clerk", "witness")
        judge.open_hearing()
        assert witness.ask({"type": "subscribe"})["code"] == "wrong_state"
        clerk.order("call_witness", participant=witness.id)
        witness.wait_for("moved", room="hearing")
        clerk.order("dismiss_witness", participant=witness.id)
        witness.wait(lambda: witness.state["you"]["room"] != "hearing", "to be sent back")


def a_locked_person_cannot_unmute_himself():
    with Server() as server:
        clerk, party = seated(server, "clerk", "plaintiff")
        clerk.order("admit", participant=party.id)
        clerk.order("lock", participant=party.id)
        party.wait(lambda: party.state["you"]["locked"], "the lock")
        answer = party.command("unmute", participant=party.id, kinds=["audio"])
        assert answer["type"] == "error", answer
        clerk.order("unlock", participant=party.id)
        clerk.order("unmute", participant=party.id, kinds=["audio"])
        party.wait(lambda: not party.state["you"]["muted"], "the word")


def a_removed_person_is_out_for_good():
    with Server() as server:
        clerk, party = seated(server, "clerk", "plaintiff")
        clerk.order("remove", participant=party.id, reason="shouting")
        party.wait_for("bye", reason="removed")
        assert party.socket.close_code() == 4403
        again = Seat(server, party.person, party.device, hello=False)
        again.hello()
        assert again.socket.close_code() == 4403


def the_hearing_does_not_open_without_a_recorder():
    with Server() as server:
        [judge] = seated(server, "judge")
        journal = server.data / "hearings" / server.demo()["hearing"] / "1" / "journal"
        judge.wait(lambda: judge.state["recording"]["state"] == "armed", "the recorder")
        # Take the journal's place away, and arm again: the proof must fail.
        for path in journal.iterdir():
            path.unlink()
        journal.rmdir()
        journal.write_text("in the way")
        judge.command("arm")
        judge.wait(lambda: judge.state["recording"]["state"] == "failed", "the failure")
        answer = judge.command("open")
        assert answer["type"] == "error" and answer["code"] == "recorder", answer
        journal.unlink()
        judge.order("arm")
        judge.open_hearing()


def a_whole_hearing_leaves_a_sealed_record():
    with Server() as server:
        hearing = server.demo()["hearing"]
        judge = Seat(server, server.person("judge"))
        clerk = Seat(server, server.person("clerk"))
        plaintiff = Seat(server, server.person("plaintiff"))
        defendant = Seat(server, server.person("defendant"))
        witness = Seat(server, server.person("witness"))
        for seat in (judge, clerk, plaintiff, defendant, witness):
            seat.come_in()
        for seat in (plaintiff, defendant):
            clerk.order("admit", participant=seat.id)
            seat.wait_for("moved", room="hearing")
        judge.open_hearing()
        judge.wait_for("recorder")
        clerk.order("stage", stage="identity")
        clerk.do({"type": "line", "text": "原告、被告均已到庭。", "participant": clerk.id,
                  "at_us": None})
        line = plaintiff.wait_for("caption")["line"]
        clerk.do({"type": "line_edit", "line": line["id"], "text": "原告、被告均到庭。"})
        edited = plaintiff.wait_for("caption")["line"]
        assert edited["id"] == line["id"] and edited["revision"] == 2, edited
        judge.order("pause")
        judge.order("resume")
        plaintiff.do({"type": "hand", "raised": True})
        judge.wait(lambda: [p for p in judge.state["people"] if p["id"] == plaintiff.id
                            and p["hand"]], "the hand")
        assert judge.command("close")["code"] == "bad_request"
        judge.order("close", confirm=True)
        witness.wait_for("bye", reason="closed")
        assert witness.socket.close_code() == 4410
        plaintiff.wait(lambda: plaintiff.state["hearing"]["session"] == "closed", "the end")

        def record():
            status, _, body = server.request("GET", f"/api/v1/hearings/{hearing}/record",
                                             headers=judge.headers())
            assert status == 200, (status, body)
            record = json.loads(body)
            assert record["state"] != "failed", record
            return record["state"] == "sealed" and record
        sealed = until(record, "the seal", 60)
        assert len(sealed["root"]) == 64
        assert [c["stage"] for c in sealed["chapters"]][:2] == ["opening", "identity"]
        assert [i["kind"] for i in sealed["intervals"]] == ["off_record"]
        assert [x["text"] for x in sealed["lines"]] == ["原告、被告均到庭。"]

        # Two characters are found; the parties may read it now.
        path = f"/api/v1/hearings/{hearing}/record/search?q=%E8%A2%AB%E5%91%8A"
        status, _, body = server.request("GET", path, headers=plaintiff.headers())
        assert status == 200 and json.loads(body)["hits"][0]["line"] == line["id"], body
        vtt = server.request("GET", f"/api/v1/hearings/{hearing}/transcript.vtt",
                             headers=judge.headers())[2].decode()
        assert vtt.startswith("WEBVTT") and "均到庭" in vtt

        package = f"/api/v1/hearings/{hearing}/record/package.tar"
        assert server.request("GET", package, headers=plaintiff.headers())[0] == 403
        status, headers, body = server.request("GET", package, headers=judge.headers())
        assert status == 200 and len(body) == int(headers["content-length"])
        part = server.request("GET", package,
                              headers={**judge.headers(), "Range": "bytes=1000-1999"})
        assert part[0] == 206 and part[2] == body[1000:2000]
        with tempfile.NamedTemporaryFile(suffix=".tar") as file:
            file.write(body)
            file.flush()
            with tarfile.open(file.name) as tar:
                assert any(n.endswith("manifest-sha256.txt") for n in tar.getnames())
            verified = subprocess.run([OYER, "verify", file.name],
                                      capture_output=True, text=True)
            assert verified.returncode == 0, verified


def a_record_is_finished_by_the_next_server():
    with Server() as server:
        hearing = server.demo()["hearing"]
        [judge] = seated(server, "judge")
        judge.open_hearing()
        judge.order("close", confirm=True)
        os.kill(server.pid("serve"), signal.SIGKILL)

        def sealed():
            try:
                status, _, body = server.request("GET", f"/api/v1/hearings/{hearing}/record",
                                                 headers=judge.headers())
            except OSError:
                return False
            return status == 200 and json.loads(body)["state"] == "sealed"
        until(sealed, "the seal", 60)


def a_failed_seal_can_be_tried_again():
    with Server() as server:
        hearing = server.demo()["hearing"]
        [judge] = seated(server, "judge")
        judge.open_hearing()
        session = server.data / "hearings" / hearing / "1"
        (session / "session.json").mkdir()  # in the way
        (session / "session.json" / "file").write_text("")
        judge.order("close", confirm=True)
        judge.wait(lambda: judge.state["record"]["state"] == "failed", "the failure", 60)
        (session / "session.json" / "file").unlink()
        (session / "session.json").rmdir()
        clerk = Seat(server, server.person("clerk"))
        clerk.order("seal_retry")
        clerk.wait(lambda: clerk.state["record"]["state"] == "sealed", "the seal", 60)


def a_recorder_that_stops_alarms_within_ten_seconds():
    with Server() as server:
        [judge] = seated(server, "judge")
        media = server.pid("media")
        judge.open_hearing()
        judge.wait_for("recorder", state="open")
        os.kill(media, signal.SIGSTOP)  # it hangs: nothing closes, nothing is written
        judge.wait(lambda: judge.state["recording"]["alarm"] or
                   [a for a in judge.state["alerts"]
                    if a["code"] in ("recorder_stopped", "media_restarted")], "the alarm", 10)


def whoever_lost_his_media_is_told_to_connect_anew():
    with Server() as server:
        [judge] = seated(server, "judge")
        media = server.pid("media")
        judge.open_hearing()
        judge.wait_for("recorder", state="open")
        os.kill(media, signal.SIGKILL)
        judge.wait_for("reconnect", deadline_s=3, connection="both")
        judge.wait(lambda: [a for a in judge.state["alerts"]
                            if a["code"] == "media_restarted"], "the alert")
        judge.wait_for("recorder", state="open", deadline_s=5)
        assert judge.state["recording"]["state"] == "recording"
        assert judge.state["hearing"]["session"] == "in_session"
        gaps = [e for e in events_of(server, judge) if e["type"] == "media_gap"]
        assert len(gaps) == 1, gaps
        length = gaps[0]["details"]["to_us"] - gaps[0]["details"]["from_us"]
        assert 0 < length < 5_000_000, length


def a_flood_of_messages_is_closed():
    with Server() as server:
        seat = Seat(server, server.person("clerk"))
        try:
            for _ in range(200):
                seat.say({"type": "ping"})
        except OSError:
            pass
        assert seat.socket.close_code() in (1008, 1006)
        patient = Seat(server, server.person("clerk"), seat.device)
        assert patient.state


def too_long_a_message_is_closed():
    with Server() as server:
        seat = Seat(server, server.person("clerk"))
        try:
            seat.socket.send("x" * (256 * 1024 + 1))
        except OSError:
            pass
        assert seat.socket.close_code() in (1009, 1006)
        seat = Seat(server, server.person("clerk"), seat.device)
        try:
            for _ in range(40):
                seat.socket.frame(1 if _ == 0 else 0, b"y" * 16384, final=False)
        except OSError:
            pass
        assert seat.socket.close_code() in (1009, 1006)
        seat = Seat(server, server.person("clerk"), seat.device)
        seat.socket.frame(2, b"binary")
        assert seat.socket.close_code() == 1003
        seat = Seat(server, server.person("clerk"), seat.device)
        seat.socket.frame(1, b"\xff\xfe")
        assert seat.socket.close_code() == 1007


def a_foreign_page_cannot_open_a_socket():
    with Server() as server:
        own = f"http://{server.host}:{server.port}"
        assert Socket(server, origin=own).status == 101
        for origin in ("https://evil.example", "null", own + "1", "http://" + server.host,
                       f"https://{server.host}:{server.port}", own + ".evil.example"):
            assert Socket(server, origin=origin).status == 403, origin
        assert Socket(server, subprotocol=None).status == 400
        assert Socket(server, subprotocol="oyer.v2").status == 400
        assert Socket(server, path="/api/v1/health").status == 404


main([
    every_wrong_pass_gets_one_friendly_text,
    a_pass_opens_only_its_own_hearing,
    the_card_is_shown_before_anything_is_bound,
    the_session_cookie_opens_the_record_and_nothing_else,
    a_newer_connection_takes_the_seat,
    bad_greetings_are_closed,
    odd_messages_are_refused_and_the_line_holds,
    a_repeated_command_is_answered_and_not_done_again,
    what_is_not_granted_is_refused_and_logged,
    nobody_learns_of_people_that_he_may_not_know_of,
    a_witness_is_called_heard_and_sent_back,
    a_locked_person_cannot_unmute_himself,
    a_removed_person_is_out_for_good,
    the_hearing_does_not_open_without_a_recorder,
    a_whole_hearing_leaves_a_sealed_record,
    a_record_is_finished_by_the_next_server,
    a_failed_seal_can_be_tried_again,
    a_recorder_that_stops_alarms_within_ten_seconds,
    whoever_lost_his_media_is_told_to_connect_anew,
    a_flood_of_messages_is_closed,
    too_long_a_message_is_closed,
    a_foreign_page_cannot_open_a_socket,
])

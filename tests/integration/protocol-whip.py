#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""WHIP and WHEP with a stranger's implementation of WebRTC (aiortc)."""

import asyncio
import json
import os
import signal
import subprocess

from aiortc_client import count_frames, run
import aiortc
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

from protocol_client import OYER, Seat, alive, crowd, main, seated, until

SDP = "application/sdp"
FRAGMENT = "application/trickle-ice-sdpfrag"


def bearer(person, **more):
    return {"Authorization": "Bearer " + person["token"], **more}


class Peer:
    """A connection by WHIP or WHEP."""

    def __init__(self, server, person):
        self.server, self.person = server, person
        self.pc = aiortc.RTCPeerConnection()
        self.frames = {}
        self.pc.on("track", self.on_track)

    def on_track(self, track):
        count_frames(track, self.frames, track.kind)

    async def request(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return await asyncio.to_thread(self.server.request, method, path, body,
                                       bearer(self.person, **headers))

    async def start(self, path):
        await self.pc.setLocalDescription(await self.pc.createOffer())
        status, fields, body = await self.request(
            "POST", path, self.pc.localDescription.sdp.encode(), Content_Type=SDP)
        assert status == 201, (status, body)
        assert fields["content-type"] == SDP
        self.location, self.etag = fields["location"], fields["etag"]
        await self.pc.setRemoteDescription(
            aiortc.RTCSessionDescription(body.decode(), "answer"))
        return self

    async def publish(self):
        self.pc.addTrack(AudioStreamTrack())
        self.pc.addTrack(VideoStreamTrack())
        return await self.start("/api/v1/whip")

    async def play(self, source=None):
        self.pc.addTransceiver("audio", direction="recvonly")
        self.pc.addTransceiver("video", direction="recvonly")
        return await self.start("/api/v1/whep" + (f"?source={source}" if source else ""))

    async def gets(self, audio, video, seconds=15):
        for _ in range(int(seconds * 50)):
            if self.frames.get("audio", 0) >= audio and self.frames.get("video", 0) >= video:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"got only {self.frames}, {self.pc.connectionState}")


@run
async def an_encoder_is_seen_and_heard_by_a_player(server):
    hearing, judge, observers = crowd(server, 2)
    assert hearing
    whip = await Peer(server, judge).publish()
    stage = await Peer(server, observers[0]).play()
    single = await Peer(server, observers[1]).play(judge["id"])
    await stage.gets(50, 20)
    await single.gets(50, 20)
    for peer in (stage, single, whip):
        assert (await peer.request("DELETE", peer.location))[0] == 200
        assert (await peer.request("DELETE", peer.location))[0] == 404
        await peer.pc.close()


@run
async def wrong_requests_get_their_status(server):
    _, judge, observers = crowd(server, 1)
    whip = await Peer(server, judge).publish()
    sdp = whip.pc.localDescription.sdp.encode()

    async def status(method, path, body=None, **headers):
        return (await whip.request(method, path, body, **headers))[0]
    plain = await asyncio.to_thread(server.request, "POST", "/api/v1/whip", sdp,
                                    {"Content-Type": SDP})
    assert plain[0] == 401 and "www-authenticate" in plain[1]
    forged = {"Authorization": "Bearer " + judge["token"][:-4] + "AAAA", "Content-Type": SDP}
    assert (await asyncio.to_thread(server.request, "POST", "/api/v1/whip", sdp,
                                    forged))[0] == 401
    assert await status("POST", "/api/v1/whip", sdp, Content_Type="text/plain") == 415
    assert await status("POST", "/api/v1/whip", sdp, Content_Type=SDP, Accept="text/html") == 406
    assert await status("POST", "/api/v1/whip", b"hello", Content_Type=SDP) == 400
    assert await status("POST", "/api/v1/whip", b"", Content_Type=SDP) == 400
    bad = b"v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
    assert await status("POST", "/api/v1/whip", bad, Content_Type=SDP) in (400, 422)
    assert await status("GET", "/api/v1/whip") == 405
    assert await status("PUT", "/api/v1/whip", sdp, Content_Type=SDP) == 405
    answer = await asyncio.to_thread(server.request, "OPTIONS", "/api/v1/whip")
    assert answer[0] == 204 and answer[1]["accept-post"] == SDP
    assert await status("POST", "/api/v1/whep?source=nobody", sdp, Content_Type=SDP) == 404
    observer = await asyncio.to_thread(
        server.request, "POST", "/api/v1/whip", sdp,
        bearer(observers[0], **{"Content-Type": SDP}))
    assert observer[0] == 403, observer
    # The resource.
    path = whip.location
    fragment = b"a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"
    assert await status("PATCH", path, fragment, Content_Type=SDP, If_Match="*") == 415
    assert await status("PATCH", path, b"\0\0", Content_Type=FRAGMENT, If_Match="*") == 400
    assert await status("PATCH", path, fragment, Content_Type=FRAGMENT) == 428
    assert await status("PATCH", path, fragment, Content_Type=FRAGMENT, If_Match='"x"') == 412
    assert await status("PATCH", "/api/v1/whip/none", fragment, Content_Type=FRAGMENT,
                        If_Match="*") == 404
    assert await status("DELETE", path.replace("whip/", "whep/")) == 404
    stolen = await asyncio.to_thread(server.request, "DELETE", path, None, bearer(observers[0]))
    assert stolen[0] == 404, stolen
    await whip.pc.close()


@run
async def candidates_can_trickle(server):
    _, judge, _ = crowd(server, 1)
    whip = await Peer(server, judge).publish()
    offer = whip.pc.localDescription.sdp

    def attribute(name):
        return next(line.split(":", 1)[1] for line in offer.splitlines()
                    if line.startswith(f"a={name}:"))
    fragment = (f"a=ice-ufrag:{attribute('ice-ufrag')}\r\na=ice-pwd:{attribute('ice-pwd')}\r\n"
                "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
                f"a=candidate:{attribute('candidate')}\r\na=end-of-candidates\r\n")
    answer = await whip.request("PATCH", whip.location, fragment.encode(),
                                Content_Type=FRAGMENT, If_Match=whip.etag)
    assert answer[0] == 204, answer
    await whip.pc.close()


@run
async def an_encoder_is_a_participant(server):
    person = server.person("plaintiff")
    [clerk] = seated(server, "clerk")
    whip = await Peer(server, person).publish()

    def listed(status):
        return lambda: [p for p in clerk.state["people"] if p["id"] == person["id"]
                        and p["status"] == status and p["online"]]
    await asyncio.to_thread(clerk.wait, listed("waiting"), "to wait")
    clerk.order("admit", participant=person["id"])
    await asyncio.to_thread(
        clerk.wait, lambda: [p for p in clerk.state["people"] if p["id"] == person["id"]
                             and "audio" in p["sending"]], "its sound")
    assert (await whip.request("DELETE", whip.location))[0] == 200
    await asyncio.to_thread(clerk.wait, lambda: [
        p for p in clerk.state["people"] if p["id"] == person["id"] and not p["online"]],
        "to be gone")
    await whip.pc.close()


@run
async def media_goes_on_while_serve_is_killed(server):
    _, judge, observers = crowd(server, 1)
    whip = await Peer(server, judge).publish()
    stage = await Peer(server, observers[0]).play()
    await stage.gets(20, 10)
    media = server.pid("media")
    os.kill(server.pid("serve"), signal.SIGKILL)
    before = dict(stage.frames)
    await stage.gets(before["audio"] + 100, before["video"] + 30)
    await asyncio.to_thread(until, lambda: server.request("GET", "/api/v1/health")[0] == 200)
    assert server.pid("media") == media and alive(media)
    # The new server knows the connections of the old one.
    assert (await whip.request("DELETE", whip.location))[0] == 200
    await whip.pc.close()
    await stage.pc.close()


@run
async def a_killed_media_process_is_back_and_the_gap_is_written(server):
    hearing, judge, observers = crowd(server, 1, "--record")
    whip = await Peer(server, judge).publish()
    stage = await Peer(server, observers[0]).play()
    await stage.gets(20, 10)
    media = server.pid("media")
    os.kill(media, signal.SIGKILL)
    await asyncio.to_thread(until, lambda: server.pid("media") not in (0, media) and
                            alive(server.pid("media")), "media", 3.0)
    await whip.pc.close()
    await stage.pc.close()

    async def again(make):
        for _ in range(50):
            try:
                return await make()
            except AssertionError:
                await asyncio.sleep(0.05)
        raise AssertionError("media does not take connections")
    whip = await again(lambda: Peer(server, judge).publish())
    stage = await again(lambda: Peer(server, observers[0]).play())
    await stage.gets(20, 10)
    events = (await whip.request("GET", f"/api/v1/hearings/{hearing}/events",
                                 Oyer_Device="bearer"))[2].decode().splitlines()
    kinds = [json.loads(line)["event"]["type"] for line in events]
    assert "media_gap" in kinds, kinds
    record = json.loads((await whip.request("GET", f"/api/v1/hearings/{hearing}/record",
                                            Oyer_Device="bearer"))[2])
    assert [i["kind"] for i in record["intervals"]] == ["technical_gap"], record["intervals"]
    journal = server.data / "hearings" / hearing / "1" / "journal"
    assert len(list(journal.glob("*.pcapng"))) >= 2
    await whip.pc.close()
    await stage.pc.close()


@run
async def a_record_survives_the_death_of_everybody_but_media(server):
    hearing, judge, _ = crowd(server, 1, "--record")
    whip = await Peer(server, judge).publish()
    seat = await asyncio.to_thread(Seat, server, judge, "bearer")
    await asyncio.to_thread(seat.wait, lambda: [
        m for m in seat.seen if m["type"] == "recorder" and len(m["tracks"]) == 2
        and all(t["age_ms"] < 3000 and t["bytes"] > 0 for t in m["tracks"])], "its tracks")

    def children():
        found = subprocess.run(["pgrep", "-P", str(server.pid("serve")), "-a"],
                               capture_output=True, text=True).stdout.splitlines()
        return {line.split()[2]: int(line.split()[0]) for line in found}
    before = await asyncio.to_thread(until, lambda: {"record", "transcribe"} <= set(children())
                                     and children(), "the scribes")
    for name in ("record", "transcribe"):
        os.kill(before[name], signal.SIGKILL)
    await asyncio.to_thread(until, lambda: {"record", "transcribe"} <= set(children()) and
                            children()["record"] != before["record"], "new scribes")
    os.kill(server.pid("serve"), signal.SIGKILL)
    await asyncio.to_thread(seat.socket.close_code)

    await asyncio.to_thread(seat.come_back, 3)
    assert seat.state["recording"]["state"] == "recording"
    await asyncio.to_thread(until, lambda: {"record", "transcribe"} <= set(children()),
                            "the scribes")
    start = len(seat.seen)
    await asyncio.to_thread(seat.wait, lambda: [
        m for m in seat.seen[start:] if m["type"] == "recorder" and len(m["tracks"]) == 2],
        "the journal")
    await asyncio.to_thread(seat.order, "close", confirm=True)

    async def record():
        answer = await whip.request("GET", f"/api/v1/hearings/{hearing}/record",
                                    Oyer_Device="bearer")
        assert answer[0] == 200, answer
        return json.loads(answer[2])
    for _ in range(600):
        sealed = await record()
        assert sealed["state"] != "failed", server.log_text()[-2000:]
        if sealed["state"] == "sealed":
            break
        await asyncio.sleep(0.1)
    assert sealed["state"] == "sealed", sealed
    assert sealed["intervals"] == [], sealed["intervals"]
    media = sealed["media"]
    assert [m["participant"] for m in media] == [judge["id"]], media
    assert {t["kind"] for t in media[0]["tracks"]} == {"audio", "video"}, media
    answer = await whip.request("GET", media[0]["url"], Oyer_Device="bearer",
                                Range="bytes=0-3")
    assert answer[0] == 206 and answer[2] == b"\x1a\x45\xdf\xa3", answer
    verified = await asyncio.to_thread(
        subprocess.run, [OYER, "verify",
                         str(server.data / "hearings" / hearing / "1" / "package")],
        capture_output=True, text=True)
    assert verified.returncode == 0, verified
    await whip.pc.close()


main([
    an_encoder_is_seen_and_heard_by_a_player,
    wrong_requests_get_their_status,
    candidates_can_trickle,
    an_encoder_is_a_participant,
    media_goes_on_while_serve_is_killed,
    a_killed_media_process_is_back_and_the_gap_is_written,
    a_record_survives_the_death_of_everybody_but_media,
])

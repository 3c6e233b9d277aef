# SPDX-License-Identifier: LGPL-2.1-or-later
"""GStreamer's webrtcbin as encoder (WHIP) and player (WHEP): found, or the test is skipped."""

import os
import sys

try:
    import gi
    for module in ("Gst", "GstWebRTC", "GstSdp"):
        gi.require_version(module, "1.0")
    from gi.repository import Gst, GstSdp, GstWebRTC
    Gst.init(None)
    MISSING = [name for name in ("webrtcbin", "nicesink", "vp8enc", "opusenc")
               if not Gst.ElementFactory.find(name)]
except (ImportError, ValueError):
    # Debian's modules belong to Debian's Python, which need not be the first one.
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.orig_argv[1:]])
    MISSING = ["python3-gi and gir1.2-gst-plugins-bad-1.0"]
if MISSING:
    print(f"1..0 # SKIP not installed: {', '.join(MISSING)}")
    sys.exit(0)

from protocol_client import until  # noqa: E402

SDP = "application/sdp"
AUDIO = ("application/x-rtp,media=audio,encoding-name=OPUS,encoding-params=(string)2,"
         "payload=97,clock-rate=48000")
VIDEO = ("application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000,"
         "rtcp-fb-nack-pli=true")
ENCODER = ("videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=15/1"
           " ! vp8enc deadline=1 keyframe-max-dist=30 ! rtpvp8pay pt=96 ! webrtc. "
           "audiotestsrc is-live=true ! opusenc ! rtpopuspay pt=97 ! webrtc. "
           "webrtcbin name=webrtc bundle-policy=max-bundle")
PLAYER = "webrtcbin name=webrtc bundle-policy=max-bundle"
DECODERS = {"OPUS": ("audio", "rtpopusdepay ! opusdec"), "VP8": ("video", "rtpvp8depay ! vp8dec")}


class Peer:
    """One webrtcbin and what it exchanges with the server by HTTP."""

    def __init__(self, server, person, description):
        self.server, self.person = server, person
        self.pipeline = Gst.Pipeline()
        self.pipeline.add(Gst.parse_bin_from_description(description, False))
        self.webrtc = self.pipeline.get_by_name("webrtc")

    def request(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.server.request(method, path, body, {
            "Authorization": "Bearer " + self.person["token"], **headers})

    def ask(self, *signal):
        """The kept promise: what it replies lives as long as itself."""
        promise = Gst.Promise.new()
        self.webrtc.emit(*signal, promise)
        promise.wait()
        return promise

    def agree(self, signal, kind, text):
        _, sdp = GstSdp.SDPMessage.new_from_text(text)
        self.ask(signal, GstWebRTC.WebRTCSessionDescription.new(
            getattr(GstWebRTC.WebRTCSDPType, kind), sdp))

    def connect(self, path):
        """Offers without candidates: the server takes checks from where they come."""
        # Each of these lives only as long as the one before it.
        promise = self.ask("create-offer", None)
        reply = promise.get_reply()
        made = reply.get_value("offer")
        offer = made.sdp.as_text()
        self.agree("set-local-description", "OFFER", offer)
        status, fields, body = self.request("POST", path, offer.encode(), Content_Type=SDP)
        assert status == 201, (status, body)
        self.location, self.answer = fields["location"], body.decode()
        self.agree("set-remote-description", "ANSWER", self.answer)
        return self

    def state(self):
        return self.webrtc.get_property("connection-state").value_nick

    def close(self):
        assert self.request("DELETE", self.location)[0] == 200
        self.pipeline.set_state(Gst.State.NULL)


class Encoder(Peer):
    """Sends a test picture and a tone."""

    def __init__(self, server, person):
        super().__init__(server, person, ENCODER)

    def publish(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        until(lambda: all(pad.get_current_caps() for pad in self.webrtc.sinkpads),
              "both to be encoded")
        return self.connect("/api/v1/whip")


class Player(Peer):
    """`frames` counts what was decoded, by "audio" and "video"."""

    def __init__(self, server, person):
        super().__init__(server, person, PLAYER)
        self.frames = {"audio": 0, "video": 0}
        self.webrtc.connect("pad-added", self.pad_added)

    def play(self, path="/api/v1/whep"):
        self.pipeline.set_state(Gst.State.PLAYING)
        for caps in (AUDIO, VIDEO):
            self.webrtc.emit("add-transceiver",
                             GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY,
                             Gst.Caps.from_string(caps))
        return self.connect(path)

    def count(self, _sink, _buffer, _pad, kind):
        self.frames[kind] += 1

    def pad_added(self, _webrtc, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        kind, chain = DECODERS[pad.get_current_caps().get_structure(0).get_string("encoding-name")]
        decoder = Gst.parse_bin_from_description(
            f"{chain} ! fakesink name=sink sync=false async=false signal-handoffs=true", True)
        decoder.get_by_name("sink").connect("handoff", self.count, kind)
        self.webrtc.get_parent().add(decoder)
        decoder.sync_state_with_parent()
        assert pad.link(decoder.get_static_pad("sink")) == Gst.PadLinkReturn.OK

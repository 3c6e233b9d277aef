#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The elements as any GStreamer user meets them: gst-inspect-1.0 and gst-launch-1.0.

Usage: elements.py PLUGINS-DIR SYNTHETIC-JOURNAL OYER.  Prints TAP."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tap import check, end  # noqa: E402

PLUGINS, SYNTHETIC, OYER = sys.argv[1:4]
ELEMENTS = ["oyertransport", "oyersfu", "oyerjournalsink", "oyerjournalsrc", "oyertranscribe"]


with tempfile.TemporaryDirectory() as work:
    env = {**os.environ, "GST_PLUGIN_PATH_1_0": ":".join([PLUGINS, f"{PLUGINS}/transcribe"]), "GST_REGISTRY_1_0": f"{work}/registry"}
    for element in ELEMENTS:
        seen = subprocess.run(["gst-inspect-1.0", element], env=env, capture_output=True, text=True)
        check(seen.returncode == 0 and "Pad Templates" in seen.stdout, f"gst-inspect-1.0 shows {element}", seen.stderr.strip().splitlines()[-1:] or "")

    subprocess.run([SYNTHETIC, f"{work}/journal", "20"], check=True, stdout=subprocess.DEVNULL)
    played = subprocess.run(
        ["gst-launch-1.0", "-q", "oyerjournalsrc", f"location={work}/journal", "track=P1-audio", "!", "rtpopusdepay", "!", "opusdec", "!", "audioconvert",
         "!", "wavenc", "!", "filesink", f"location={work}/sound.wav"], env=env, capture_output=True, text=True)
    size = pathlib.Path(work, "sound.wav").stat().st_size if played.returncode == 0 else 0
    check(size > 48000 * 2 * 5, "gst-launch-1.0 plays a track of a journal", f"{size} bytes {played.stderr[-300:]}")

    recorded = subprocess.run(
        ["gst-launch-1.0", "-q", "audiotestsrc", "num-buffers=100", "samplesperbuffer=960", "!", "audio/x-raw,rate=48000", "!", "opusenc", "!", "rtpopuspay",
         "!", "oyerjournalsink", f"location={work}/new", "auto-start=true"], env=env, capture_output=True, text=True)
    segments = list(pathlib.Path(work, "new").glob("*.pcapng"))
    packets = subprocess.run(["tshark", "-r", str(segments[0]), "-d", "udp.port==20000,rtp", "-Y", "rtp"], capture_output=True, text=True).stdout.count("\n") if segments else 0
    check(packets >= 95, "gst-launch-1.0 records a journal that tshark reads", f"{packets} packets {recorded.stderr[-300:]}")

    forwarded = subprocess.run(
        ["gst-launch-1.0", "-q", "audiotestsrc", "num-buffers=50", "samplesperbuffer=960", "!", "audio/x-raw,rate=48000", "!", "opusenc", "!", "rtpopuspay",
         "!", "oyersfu", "name=s", "s.src_0", "!", "fakesink", "async=false", "num-buffers=10"], env=env, capture_output=True, text=True, timeout=30)
    check(forwarded.returncode == 0, "gst-launch-1.0 runs oyersfu between a source and a receiver", forwarded.stderr[-300:])

    # A phone that sends H.264: its file is an MP4.
    subprocess.run(
        ["gst-launch-1.0", "-q", "videotestsrc", "num-buffers=100", "is-live=true", "!", "video/x-raw,width=320,height=240,framerate=25/1", "!", "openh264enc", "gop-size=25",
         "!", "h264parse", "config-interval=-1", "!", "rtph264pay", "mtu=1200", "pt=102", "!", "oyerjournalsink", f"location={work}/h264/journal", "auto-start=true"],
        env=env, capture_output=True, check=True)
    subprocess.run([OYER, "finish", "--session", f"{work}/h264"], check=True, stdout=subprocess.DEVNULL)
    start = json.loads(pathlib.Path(work, "h264/media/index.json").read_text())["files"][0]["start_us"]
    pathlib.Path(work, "h264/session.json").write_text(json.dumps({"version": 1, "opened_us": start, "closed_us": start + 4_000_000, "lines": [], "chapters": [
        {"at_us": start, "zh": "开庭", "en": "Opening"}, {"at_us": start + 2_000_000, "zh": "法庭调查", "en": "Investigation"}]}))
    subprocess.run([OYER, "finish", "--session", f"{work}/h264"], check=True, stdout=subprocess.DEVNULL)
    files = list(pathlib.Path(work, "h264/media").glob("*.mp4"))
    probe = subprocess.run(["ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries", "stream=codec_name,width,nb_read_frames", "-of", "csv=p=0", *map(str, files)],
                           capture_output=True, text=True).stdout.strip()
    chapters = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "chapter_tags=title", "-of", "csv=p=0", *map(str, files)], capture_output=True, text=True).stdout.split("\n")
    check(chapters[:2] == ["开庭 Opening", "法庭调查 Investigation"], "with its chapters", str(chapters))
    check(probe.startswith("h264,320,") and int(probe.split(",")[2]) >= 95, "H.264 ends as an MP4 that ffprobe decodes", probe)
end()

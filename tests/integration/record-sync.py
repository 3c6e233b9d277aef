#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An hour of flashes and beeps through journal and `oyer finish`: ffmpeg says how far apart they are.

Usage: record-sync.py OYER SYNTHETIC-JOURNAL.  Prints TAP."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tap import check, end  # noqa: E402

OYER, SYNTHETIC = sys.argv[1:3]
SECONDS = 3600
PERIOD = 10
TOLERANCE = 0.040


def onsets(file, kind, detector, what):
    """The moments, by the file's own timestamps, at which `detector` says that dark or silence ends."""
    select = ["-map", "0:v", "-vf"] if kind == "v" else ["-map", "0:a", "-af"]
    out = subprocess.run(["ffmpeg", "-v", "info", "-nostats", "-i", str(file), *select, detector, "-f", "null", "-"],
                         check=True, capture_output=True, text=True).stderr
    return [float(at) for at in re.findall(what + r":\s*([\d.]+)", out)]


with tempfile.TemporaryDirectory() as work:
    session = pathlib.Path(work)
    OPENED_US = int(subprocess.run([SYNTHETIC, str(session / "journal"), str(SECONDS)],
                                   check=True, capture_output=True, text=True).stdout)
    (session / "session.json").write_text(json.dumps({
        "version": 1, "opened_us": OPENED_US, "closed_us": OPENED_US + SECONDS * 10**6,
        "chapters": [{"at_us": OPENED_US, "stage": "opening", "zh": "开庭", "en": "Opening"},
                     {"at_us": OPENED_US + 600 * 10**6, "stage": "investigation", "zh": "法庭调查", "en": "Investigation"}],
        "lines": [{"id": "a", "participant": "P1", "start_us": OPENED_US + 12_000_000, "end_us": OPENED_US + 14_000_000, "text": "我反对"}],
    }))
    subprocess.run([OYER, "finish", "--session", str(session)], check=True, stdout=subprocess.DEVNULL)
    index = json.loads((session / "media/index.json").read_text())
    entry = index["files"][0]
    file = session / "media" / entry["file"]

    flashes = onsets(file, "v", "blackdetect=d=0.5:pix_th=0.3", "black_end")
    beeps = onsets(file, "a", "silencedetect=noise=-30dB:d=0.5", "silence_end")
    pairs = [(f, min(beeps, key=lambda b: abs(b - f))) for f in flashes]
    worst = max(abs(f - b) for f, b in pairs)
    expected = SECONDS // PERIOD - 3 - 1
    check(len(flashes) >= expected, "every flash of the hour is in the file", f"{len(flashes)} flashes, {len(beeps)} beeps")
    check(worst <= TOLERANCE, "picture and sound are at most 40 ms apart", f"worst {worst * 1000:.1f} ms")

    start = (entry["start_us"] - OPENED_US) / 1e6
    late = max(abs((f + start) % PERIOD if (f + start) % PERIOD < PERIOD / 2 else (f + start) % PERIOD - PERIOD) for f in flashes)
    check(late <= 0.2, "every moment is where the hearing's clock says", f"worst {late * 1000:.0f} ms")

    probe = json.loads(subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json", str(file)],
                                      check=True, capture_output=True, text=True).stdout)
    kinds = [s["codec_type"] for s in probe["streams"]]
    check(sorted(kinds) == ["audio", "subtitle", "video"], "ffprobe finds picture, sound and captions", str(kinds))
    titles = [c["tags"]["title"] for c in probe["chapters"]]
    check(titles == ["开庭 Opening", "法庭调查 Investigation"], "and the chapters", str(titles))
    check(abs(float(probe["format"]["duration"]) - SECONDS) < 2, "and the length", probe["format"]["duration"])
    check(len(entry["gaps"]) == 2 or any(t["start_us"] - OPENED_US > 1800 * 10**6 for t in entry["tracks"]), "the absence is told", str(entry["gaps"]))

with tempfile.TemporaryDirectory() as work:
    # A camera that comes on 15 s late: black until then, so that every moment can be looked up.
    session = pathlib.Path(work)
    subprocess.run([SYNTHETIC, str(session / "journal"), "120", "15"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([OYER, "finish", "--session", str(session)], check=True, stdout=subprocess.DEVNULL)
    file = session / "media/P1.webm"
    keys = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-skip_frame", "nokey", "-show_entries", "frame=pts_time,width", "-of", "csv=p=0", str(file)],
                          check=True, capture_output=True, text=True).stdout.split()
    first, second = [line.split(",") for line in keys[:2]]
    check(float(first[0]) == 0 and 14 < float(second[0]) < 17, "before a late camera there is black from the beginning", str(keys[:2]))
    check(first[1] == second[1] == "64", "of the camera's own size", str(keys[:2]))
end()

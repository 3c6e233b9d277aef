#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`oyer record` and `oyer finish` are killed with -9 at many points: what they make in the end is the same.

Usage: record-kill.py OYER SYNTHETIC-JOURNAL.  Prints TAP."""

import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from tap import check, end  # noqa: E402

OYER, SYNTHETIC = sys.argv[1:3]
KILLS = 12


def content(folder):
    """What is in the media files, track by track: time and hash of every packet."""
    found = {}
    for file in sorted(pathlib.Path(folder).iterdir()):
        if file.suffix == ".json":
            found[file.name] = file.read_bytes()
            continue
        found[file.name] = subprocess.run(
            ["ffmpeg", "-v", "error", "-i", str(file), "-map", "0", "-c", "copy", "-f", "framemd5", "-"],
            check=True, capture_output=True, text=True).stdout
    return found


def run_killed(command, rng):
    """Starts it again and again, killing it at a random moment, then lets it end."""
    killed = 0
    for _ in range(KILLS):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            process.wait(timeout=rng.uniform(0.005, 0.6))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            killed += 1
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return killed


with tempfile.TemporaryDirectory() as work:
    rng = random.Random(11)
    calm, stormy = pathlib.Path(work, "calm"), pathlib.Path(work, "stormy")
    calm.mkdir()
    subprocess.run([SYNTHETIC, str(calm / "journal"), "600"], check=True, stdout=subprocess.DEVNULL)
    shutil.copytree(calm, stormy)

    subprocess.run([OYER, "record", "--session", str(calm), "--follow"], check=True)
    killed = run_killed([OYER, "record", "--session", str(stormy), "--follow"], rng)
    check(killed > 0 and content(calm / "tracks") == content(stormy / "tracks"), "tracks are the same after kill -9", f"{killed} kills")

    subprocess.run([OYER, "finish", "--session", str(calm)], check=True, stdout=subprocess.DEVNULL)
    killed = run_killed([OYER, "finish", "--session", str(stormy)], rng)
    check(killed > 0 and content(calm / "media") == content(stormy / "media"), "media files are the same after kill -9", f"{killed} kills")
    check(not (stormy / "media.tmp").exists(), "and nothing half-made is left")

    # A journal cut off in the middle, as by a power cut: what is there is made into files.
    segments = sorted((stormy / "journal").iterdir())
    torn = pathlib.Path(work, "torn")
    (torn / "journal").mkdir(parents=True)
    for segment in segments[: len(segments) // 2]:
        shutil.copy(segment, torn / "journal")
    last = torn / "journal" / segments[len(segments) // 2 - 1].name
    with open(last, "r+b") as file:
        file.truncate(last.stat().st_size - 1234)
    subprocess.run([OYER, "finish", "--session", str(torn)], check=True, stdout=subprocess.DEVNULL)
    lines = content(torn / "media")["P1.webm"].count("\n")
    check(lines > 1000, "a journal that was cut off still plays", f"{lines} packets")
end()

#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds Oyer and runs every test.  Ends with "N passed, N failed"."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
# -Og keeps sanitized code fast enough and its back traces readable.  Warnings are
# errors in the plain build of the same files; sanitizers make gcc see ghosts.
SANITIZED = ["-Dbuildtype=debug", "-Doptimization=g", "-Db_lundef=false"]

passed = failed = skipped = 0
failures: list[str] = []


def say(text: str) -> None:
    print(text, flush=True)


def count(name: str, ok: int, bad: int, skip: int = 0, notes: list[str] | None = None) -> None:
    global passed, failed, skipped
    passed += ok
    failed += bad
    skipped += skip
    failures.extend(f"{name}: {note}" for note in notes or [])


def run(command: list[str], **options) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=options.pop("cwd", TOP), **options)


def need(command: list[str], what: str, **options) -> None:
    """Runs a step without which nothing else means anything."""
    result = run(command, **options)
    if result.returncode:
        say(f"test: {what} failed")
        count(what, 0, 1, notes=["see above"])
        finish()


def finish() -> None:
    for failure in failures:
        say(f"FAILED {failure}")
    tail = f", {skipped} skipped" if skipped else ""
    say(f"{passed} passed, {failed} failed{tail}")
    sys.exit(1 if failed else 0)


def count_tap(name: str, output: str, good: bool) -> None:
    """Counts TAP's lines; a program without any is one test."""
    ok = bad = skip = 0
    notes = []
    for line in output.splitlines():
        match = re.match(r"\s*(not ok|ok)\b(.*)", line)
        if not match:
            continue
        if "# SKIP" in line.upper():
            skip += 1
        elif match[1] == "ok":
            ok += 1
        else:
            bad += 1
            notes.append(match[2].strip(" -"))
    if not ok and not bad and not skip:
        ok, bad = (1, 0) if good else (0, 1)
    elif not good and not bad:
        bad = 1
        notes.append("ended early")
    if bad and not notes:
        notes = ["failed"]
    count(name, ok, bad, skip, notes)


def meson_tests(build: pathlib.Path, label: str, suites: list[str], env=None,
                without: list[str] | None = None, inside: list[str] | None = None) -> None:
    command = [*(inside or []), "meson", "test", "-C", str(build), "--no-rebuild", "--print-errorlogs",
               "--num-processes", str(os.cpu_count() or 2), "--quiet"]
    if "tsan" in label or "asan" in label:
        command += ["--timeout-multiplier", "4"]
    for suite in suites:
        command += ["--suite", suite]
    for suite in without or []:
        command += ["--no-suite", suite]
    result = run(command, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL)
    log = build / "meson-logs" / "testlog.json"
    tests = [json.loads(line) for line in log.read_text().splitlines()]
    for test in tests:
        name = f"{label}: {test['name']}"
        if test["result"] == "SKIP":
            count(name, 0, 0, 1)
            continue
        good = test["result"] in ("OK", "EXPECTEDFAIL")
        count_tap(name, test.get("stdout") or "", good)
        if not good:
            say(f"--- {name}: {test['result']}")
            say((test.get("stdout") or "")[-6000:])
            say((test.get("stderr") or "")[-6000:])
    if not tests:
        count(label, 0, 1, notes=[f"meson test ended with {result.returncode} and ran nothing"])


def build_tree(name: str, options: list[str], env=None) -> pathlib.Path:
    build = TOP / name
    if not (build / "build.ninja").exists():
        shutil.rmtree(build, ignore_errors=True)
        need(["meson", "setup", str(build), str(TOP), *options], f"configuring {name}",
             env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL)
    need(["ninja", "-C", str(build), "--quiet"], f"building {name}")
    return build


def part_style() -> None:
    result = run([str(TOP / "tools" / "check-layers")], capture_output=True, text=True)
    count("layers", *((1, 0) if result.returncode == 0 else (0, 1)),
          notes=result.stdout.splitlines() if result.returncode else None)


def part_c() -> None:
    build = build_tree("build", ["-Dwerror=true"])
    engine = run([str(TOP / "tools" / "fetch-engine"), str(TOP / "build" / "engine")])
    if engine.returncode:
        say("test: no speech engine: the tests that need it are skipped")
    env = {"OYER_ENGINE_DIR": str(TOP / "build" / "engine"), "OYER": str(build / "src/oyer")}
    meson_tests(build, "c", ["unit", "plugins", "fuzz", "style"], env)


def part_process() -> None:
    build = build_tree("build", ["-Dwerror=true"])
    env = {"OYER_ENGINE_DIR": str(TOP / "build" / "engine"), "OYER": str(build / "src/oyer")}
    meson_tests(build, "process", ["integration", "fault"], env)


def part_postgres() -> None:
    build = build_tree("build", ["-Dwerror=true"])
    meson_tests(build, "postgres", ["database"], {"OYER": str(build / "src/oyer")},
                inside=[str(TOP / "tests/support/own-postgres")])


def part_asan() -> None:
    build = build_tree("build-asan", ["-Db_sanitize=address,undefined", *SANITIZED])
    env = {
        "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=1",
        "LSAN_OPTIONS": f"suppressions={TOP}/tests/support/lsan.supp:print_suppressions=0",
        "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
        "OYER_ENGINE_DIR": str(TOP / "build" / "engine"),
    }
    meson_tests(build, "asan", ["unit", "plugins", "fuzz"], env)


def part_tsan() -> None:
    build = build_tree("build-tsan", ["-Db_sanitize=thread", *SANITIZED])
    env = {"TSAN_OPTIONS": f"halt_on_error=1:suppressions={TOP}/tests/support/tsan.supp",
           "OYER_ENGINE_DIR": str(TOP / "build" / "engine")}
    # "streaming" hands buffers between threads inside GStreamer, which is not built with
    # the sanitizer: all that it would report is GStreamer's own.
    meson_tests(build, "tsan", ["unit", "plugins"], env, ["streaming"])


def part_fuzz() -> None:
    """Each target for a moment with libFuzzer, from its committed seeds."""
    build = build_tree("build-fuzz", ["-Dfuzz=true", "-Db_sanitize=address,undefined",
                                      "-Db_lundef=false", "-Dbuildtype=debugoptimized"],
                       {"CC": "clang"})
    for target in sorted(build.glob("tests/fuzz/fuzz-*")):
        if not target.is_file() or not os.access(target, os.X_OK):
            continue
        corpus = TOP / "tests/data/corpus" / target.name.removeprefix("fuzz-").replace("_", "/", 1)
        scratch = build / "corpus" / target.name
        scratch.mkdir(parents=True, exist_ok=True)
        command = [str(target), "-max_total_time=5", "-rss_limit_mb=2048", "-timeout=5",
                   f"-artifact_prefix={build}/", str(scratch)]
        if corpus.is_dir():
            command.append(str(corpus))
        result = run(command, capture_output=True, text=True)
        good = result.returncode == 0
        count(f"fuzz: {target.name}", int(good), int(not good),
              notes=None if good else ["crashed"])
        if not good:
            say(result.stderr[-4000:])


def part_web() -> None:
    for name, script in (("types", "check"), ("unit", "test"), ("pages", "test:pages")):
        say(f"test: web client, {name}")
        result = run(["npm", "run", "--silent", script], cwd=TOP / "web-client",
                     capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
        output = result.stdout + result.stderr
        good = result.returncode == 0
        summary = re.findall(r"^\s*Tests\s+(?:(\d+) failed \| )?(\d+) passed", output, re.M)
        if summary:
            count(f"web: {name}", int(summary[-1][1]), int(summary[-1][0] or 0) or int(not good),
                  notes=None if good else ["see above"])
        else:
            count_tap(f"web: {name}", output, good)
        if not good:
            say(output[-8000:])


def part_browser() -> None:
    build = build_tree("build", ["-Dwerror=true"])
    env = {**os.environ, "OYER": str(build / "src/oyer"),
           "OYER_ENGINE_DIR": str(TOP / "build" / "engine")}
    for script in sorted((TOP / "tests/browser").glob("*.test.mjs")):
        say(f"test: browsers, {script.name}")
        result = run([str(TOP / "tests/support/own-network"), "node", str(script)], capture_output=True, text=True, env=env, timeout=1500)
        good = result.returncode == 0
        count_tap(f"browser: {script.stem}", result.stdout, good)
        if not good:
            say((result.stdout + result.stderr)[-8000:])


PARTS = {
    "style": (part_style, "layers of the tree"),
    "web": (part_web, "web client: types, unit tests, every screen with axe"),
    "c": (part_c, "C unit and element tests, fuzz corpora"),
    "process": (part_process, "real processes: integration, kill -9, full disks"),
    "postgres": (part_postgres, "what keeps things, once more on PostgreSQL"),
    "browser": (part_browser, "a whole hearing in Chromium and Firefox"),
    "asan": (part_asan, "C tests under AddressSanitizer and UBSan"),
    "tsan": (part_tsan, "C tests under ThreadSanitizer"),
    "fuzz": (part_fuzz, "every fuzz target for five seconds"),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="./test", description="Installs what tests need, builds, and runs every test.",
        epilog="Parts: " + "; ".join(f"{n}: {text}" for n, (_, text) in PARTS.items()))
    parser.add_argument("parts", nargs="*", metavar="PART", help="run only these parts")
    chosen = parser.parse_args().parts
    for name in chosen:
        if name not in PARTS:
            parser.error(f"no part '{name}': {', '.join(PARTS)}")

    need([str(TOP / "tools/setup"), "test"], "setting up")
    build_tree("build", ["-Dwerror=true"])
    need([str(TOP / "tools/build"), str(TOP / "build")], "building")
    for name, (part, text) in PARTS.items():
        if chosen and name not in chosen:
            continue
        start = time.monotonic()
        say(f"test: {name}: {text}")
        before = failed
        part()
        state = "ok" if failed == before else "FAILED"
        say(f"test: {name}: {state}, {time.monotonic() - start:.0f} s")
    finish()


main()

# SPDX-License-Identifier: LGPL-2.1-or-later
"""./bench sfu: what forwarding costs Oyer, Janus, and the machine itself.

Each case starts its contenders one after the other, again and again (A B A B), each
round with a server of its own, in network namespaces of its own; the first round is
thrown away, the figures are medians.  Costs are the CPU time of the server's whole
process group, as the kernel counts it, for each packet that really arrives.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from harness import TOP, Failed, build, contenders, run
from harness.network import Network

CONTENDERS = {
    "oyer": contenders.oyer,
    "janus": contenders.janus,
    "limit": contenders.limit,
    "oyer_front_door": contenders.oyer_front_door,
}
QUICK_BUDGET_S = 45


@dataclasses.dataclass(eq=False)
class Case:
    """A row: @figures says what is kept of a result, and under which name."""

    name: str
    title: str
    shape: dict
    contenders: tuple
    figures: dict
    quick_s: float = 0  # how long it takes with --quick; 0: not then

    def shape_for(self, options):
        return {"seconds": options.seconds, "warm_up": options.warm_up, **self.shape,
                **options.quick_shape}


ALL = ("oyer", "janus", "limit")
COST = {"us_per_packet": "us_per_packet_{}", "loss": "loss_{}",
        "delay_p50_ms": "delay_p50_ms_{}", "delay_p99_ms": "delay_p99_ms_{}"}

CASES = (
    Case("150", "1 publisher → 150 receivers", {"receivers": 150, "memory_from": 50},
         ALL, {**COST, "kib_per_receiver": "kib_per_receiver"}, 29),
    Case("join", "a receiver joins (ICE, DTLS, first picture)",
         {"receivers": 50, "kind": "slow", "seconds": 0.5, "warm_up": 0},
         ("oyer", "janus", "oyer_front_door"), {"join_us": "join_us"}, 13),
    Case("50", "1 publisher → 50 receivers", {"receivers": 50}, ALL, COST),
    Case("300", "1 publisher → 300 receivers", {"receivers": 300}, ALL, COST),
    Case("mesh_12", "12 who all see each other, 132 streams",
         {"publishers": 12, "mesh": True}, ALL, COST),
    Case("mesh_10x6", "10 hearings of 6, 300 streams",
         {"hearings": 10, "publishers": 6, "mesh": True}, ALL, COST),
    Case("audio_300", "sound only, 300 receivers", {"receivers": 300, "kind": "audio"},
         ALL, COST),
    Case("old_phones", "AES_CM_128_HMAC_SHA1_80, 50 receivers",
         {"receivers": 50, "old_phones": True}, ("oyer", "janus"), COST),
    Case("journal", "12 who all see each other, all of it journalled",
         {"publishers": 12, "mesh": True, "journal": True}, ("oyer",),
         {"cpu_us": "cpu_us_{}"}),
    Case("no_journal", "the same, not journalled", {"publishers": 12, "mesh": True},
         ("oyer",), {"cpu_us": "cpu_us_{}"}),
)

# What issue and documentation promise: a text, what it is of the figures, the most.
PROMISES = (
    ("150 receivers: Oyer ÷ limit", ("oyer_us_per_packet_150",
                                     "limit_us_per_packet_150"), 1.5),
    ("150 receivers: Oyer ÷ Janus", ("oyer_us_per_packet_150",
                                     "janus_us_per_packet_150"), 0.12),
    ("50 receivers: Oyer ÷ limit", ("oyer_us_per_packet_50",
                                    "limit_us_per_packet_50"), 1.5),
    ("50 receivers: Oyer ÷ Janus", ("oyer_us_per_packet_50",
                                    "janus_us_per_packet_50"), 0.12),
    ("300 receivers ÷ 50", ("oyer_us_per_packet_300", "oyer_us_per_packet_50"), 1.1),
    ("p99 delay, 150 receivers [ms]", ("oyer_delay_p99_ms_150",), 12),
    ("12 people ÷ 1 → 150", ("oyer_us_per_packet_mesh_12",
                             "oyer_us_per_packet_150"), 1.2),
    ("10 hearings of 6 ÷ 1 → 150", ("oyer_us_per_packet_mesh_10x6",
                                    "oyer_us_per_packet_150"), 1.2),
    ("sound: Oyer ÷ limit", ("oyer_us_per_packet_audio_300",
                             "limit_us_per_packet_audio_300"), 1.5),
    ("memory a receiver [KiB]", ("oyer_kib_per_receiver",), 64),
    ("a join: Oyer ÷ Janus", ("oyer_join_us", "janus_join_us"), 0.5),
    ("old phones ÷ GCM", ("oyer_us_per_packet_old_phones",
                          "oyer_us_per_packet_50"), 1.6),
    ("journalled ÷ not", ("oyer_cpu_us_journal", "oyer_cpu_us_no_journal"), 1.05),
)


def has_janus():
    """Debian's package, installed if need be."""
    if shutil.which("janus"):
        return True
    print("janus is not installed: apt-get install janus", file=sys.stderr)
    try:
        run("apt-get", "install", "-y", "--no-install-recommends", "janus",
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    except (OSError, subprocess.CalledProcessError):
        pass
    if shutil.which("janus"):
        return True
    print("janus could not be installed: measured without it", file=sys.stderr)
    return False


def say(contender, case, result):
    parts = [f"{name} {result[name]:g}" for name in
             ("us_per_packet", "loss", "delay_p50_ms", "delay_p99_ms", "join_us",
              "kib_per_receiver") if name in result]
    print(f"{case.name}: {contender}: {', '.join(parts)}", file=sys.stderr, flush=True)


def take_turns(bench, cases, options):
    """{(case, contender): [result, …]} of some cases that belong together."""
    results = {}
    for number in range(options.rounds):
        for case in cases:
            for name in case.contenders:
                if name not in options.only:
                    continue
                try:
                    result = CONTENDERS[name](bench, case.shape_for(options))
                except Failed as error:
                    if name != "janus":
                        raise
                    print(f"{case.name}: janus: {error}", file=sys.stderr)
                    continue
                say(name, case, result)
                if number or options.rounds == 1:
                    results.setdefault((case, name), []).append(result)
    return results


def figures_of(results):
    figures = {}
    for (case, contender), rows in results.items():
        for field, name in case.figures.items():
            values = [row[field] for row in rows if field in row]
            if values:
                figures[f"{contender}_{name.format(case.name)}"] = round(
                    statistics.median(values), 4)
    return figures


def promises_of(figures):
    """(text, value, most) of those whose figures are there."""
    for text, names, most in PROMISES:
        values = [figures.get(name) for name in names]
        if all(values):
            yield text, values[0] / values[1] if len(values) > 1 else values[0], most


def print_table(cases, figures):
    def cell(contender, case):
        cost = figures.get(f"{contender}_us_per_packet_{case.name}")
        return "–" if cost is None else f"{cost:.2f} µs"

    print(f"{'a forwarded packet':42}" + "".join(f"{name:>12}" for name in ALL)
          + f"{'p50':>10}{'p99':>10}{'Janus p99':>11}")
    for case in cases:
        if f"oyer_us_per_packet_{case.name}" not in figures:
            continue
        delays = [figures.get(name + case.name) for name in
                  ("oyer_delay_p50_ms_", "oyer_delay_p99_ms_", "janus_delay_p99_ms_")]
        print(f"{case.title:42}" + "".join(f"{cell(name, case):>12}" for name in ALL)
              + "".join(f"{'–' if value is None else f'{value:.1f} ms':>{width}}"
                        for value, width in zip(delays, (10, 10, 11))))
    for text, name in (("CPU of a join", "join_us"),
                       ("memory of a receiver", "kib_per_receiver")):
        rows = {contender: figures[f"{contender}_{name}"] for contender in CONTENDERS
                if f"{contender}_{name}" in figures}
        if rows:
            print(f"{text}: " + ", ".join(f"{who} {value:.0f} {name.split('_')[0]}"
                                          for who, value in rows.items())
                  .replace("join", "µs").replace("kib", "KiB"))
    print()
    for text, value, most in promises_of(figures):
        print(f"{text:34}{value:8.3f}   ≤ {most:<6g}"
              f"{'holds' if value <= most else 'DOES NOT HOLD'}")


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="./bench sfu",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    parser.add_argument("--quick", action="store_true",
                        help="one short round of what fits into 50 s")
    parser.add_argument("--case", default=",".join(case.name for case in CASES),
                        help="which of " + ", ".join(case.name for case in CASES))
    parser.add_argument("--only", default=",".join(CONTENDERS),
                        help="which of " + ", ".join(CONTENDERS))
    parser.add_argument("--seconds", type=float, default=8, help="measured each time")
    parser.add_argument("--rounds", type=int, default=4, help="the first is dropped")
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build-release")
    options = parser.parse_args(arguments)
    names = options.case.split(",")
    options.only = options.only.split(",")
    if not set(names) <= {case.name for case in CASES}:
        parser.error("--case: no such case")
    if not set(options.only) <= set(CONTENDERS):
        parser.error("--only: no such contender")
    options.cases = [case for case in CASES if case.name in names]
    options.warm_up, options.quick_shape = 3, {}
    if options.quick:
        options.rounds, options.seconds, options.warm_up = 1, 4, 1
        options.quick_shape = {"settle": 2}
        options.cases = [case for case in options.cases if case.quick_s]
    return options


def measure(options):
    """The cases, those that are compared with one another in turn."""
    results = {}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="oyer-bench-") as scratch, \
            Network() as network:
        bench = contenders.Bench(network, options.build, scratch, "lite")
        pairs = [case for case in options.cases if case.name.endswith("journal")]
        groups = [[case] for case in options.cases if case not in pairs]
        for group in groups + ([pairs] if pairs else []):
            spent = time.monotonic() - begun
            if options.quick and spent + group[0].quick_s > QUICK_BUDGET_S:
                continue
            results.update(take_turns(bench, group, options))
    return results


def main(arguments):
    options = parse_arguments(arguments)
    try:
        if os.geteuid() != 0:
            raise Failed("network namespaces need root")
        if "janus" in options.only and not has_janus():
            options.only.remove("janus")
        build(options.build, "src/oyer", "tests/bench/load", "tests/bench/limit")
        figures = figures_of(measure(options))
    except (Failed, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({"figures": figures}))
    else:
        print_table(options.cases, figures)
    return 0

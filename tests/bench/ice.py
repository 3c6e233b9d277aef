# SPDX-License-Identifier: LGPL-2.1-or-later
"""./bench ice: what our lite agent costs beside libnice (docs/decisions/0008).

The two take turns (A B A B), each with a server of its own; the first round is thrown
away, the figures are medians.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from harness import TOP, Failed, build, contenders
from harness.network import Network

KINDS = ("lite", "full")
CASES = (
    (contenders.oyer, {"receivers": 150, "memory_from": 50, "warm_up": 2},
     {"us_per_packet": "µs of CPU for a packet, 150 receivers",
      "delay_p99_ms": "p99 of the delay, ms",
      "kib_per_receiver": "KiB of memory for a receiver"}),
    (contenders.oyer_front_door, {"receivers": 50, "kind": "slow", "warm_up": 0},
     {"join_us": "µs of CPU for a join, whole server"}),
)


def measure(options):
    rows = {}
    with tempfile.TemporaryDirectory(prefix="oyer-bench-") as scratch, \
            Network() as network:
        for number in range(options.rounds):
            for contender, shape, fields in CASES:
                seconds = options.seconds if "memory_from" in shape else 0.5
                for kind in KINDS:
                    bench = contenders.Bench(network, options.build, scratch, kind)
                    result = contender(bench, {**shape, "seconds": seconds})
                    for field in fields:
                        print(f"{kind}: {field} {result[field]:g}", file=sys.stderr)
                        if number or options.rounds == 1:
                            rows.setdefault(f"{kind}_{field}", []).append(result[field])
    return {name: round(statistics.median(values), 2) for name, values in rows.items()}


def main(arguments):
    parser = argparse.ArgumentParser(prog="./bench ice",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    parser.add_argument("--seconds", type=float, default=8, help="measured each time")
    parser.add_argument("--rounds", type=int, default=4, help="the first is dropped")
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build-release")
    options = parser.parse_args(arguments)
    try:
        if os.geteuid() != 0:
            raise Failed("network namespaces need root")
        build(options.build, "src/oyer", "tests/bench/load")
        figures = measure(options)
    except (Failed, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps({"figures": figures}))
        return 0
    print(f"{'':44}" + "".join(f"{kind:>10}" for kind in KINDS))
    for _, _, fields in CASES:
        for field, text in fields.items():
            print(f"{text:44}" + "".join(f"{figures[f'{kind}_{field}']:>10}"
                                         for kind in KINDS))
    return 0

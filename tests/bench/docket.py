# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the register costs when it is large, on SQLite and on PostgreSQL side by side.

tests/bench/docket.c fills a database and measures; here are the databases, the promises
and the table."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from harness import TOP, Failed, build

DATABASES = ("sqlite", "postgres")

# Programs of tests/bench that take PLACE and CASES and print figures as JSON.
MEASURES = ("docket", "autoschedule")

# (figure, what it is, unit, the most that is promised or None)
ROWS = (
    ("search_p50_ms", "search, p50", "ms", None),
    ("search_p99_ms", "search, p99", "ms", 100),
    ("case_page_p99_ms", "page of a case, p99", "ms", 50),
    ("insert_first_tenth_ms", "docketing with a tenth of the cases", "ms", None),
    ("insert_last_tenth_ms", "docketing with all of them", "ms", None),
    ("insert_growth", "the one by the other", "×", 1.5),
    ("accept_50_parallel_ms", "fifty acceptances at once", "ms", None),
    ("accept_50_parallel_gaps", "gaps that they leave", "", 0),
    ("autoschedule_200_s", "a proposal for 200 waiting cases", "s", 2),
    ("fill_s", "filling it", "s", None),
)


def measure_in(options, wrapper, place, variables):
    figures = {}
    for name in MEASURES:
        program = options.build / "tests/bench" / name
        done = subprocess.run([*wrapper, str(program), place, str(options.cases)], text=True,
                              stdout=subprocess.PIPE, check=True, env={**os.environ, **variables})
        figures.update(json.loads(done.stdout))
    figures["insert_growth"] = round(
        figures["insert_last_tenth_ms"] / figures["insert_first_tenth_ms"], 2)
    return {name: round(value, 3) for name, value in figures.items()}


def measure_sqlite(options):
    with tempfile.TemporaryDirectory(prefix="oyer-bench-") as folder:
        return measure_in(options, [], str(pathlib.Path(folder) / "oyer.db"), {})


def measure_postgres(options):
    """own-postgres says only to what it runs where the server is."""
    own = TOP / "tests/support/own-postgres"
    script = 'exec "$1" "$OYER_TEST_DATABASE" "$3"'
    return measure_in(options, [str(own), "sh", "-c", script, "sh"], "", {})


def print_table(results):
    print(f"{'':40}" + "".join(f"{name:>16}" for name in results) + f"{'promised':>12}")
    for name, text, unit, most in ROWS:
        cells = [f"{figures[name]:g} {unit}".strip() for figures in results.values()]
        kept = "" if most is None else f"≤ {most:g}" if all(
            figures[name] <= most for figures in results.values()) else f"NOT ≤ {most:g}"
        print(f"{text:40}" + "".join(f"{cell:>16}" for cell in cells) + f"{kept:>12}")


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="./bench docket",
                                     description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    parser.add_argument("--quick", action="store_true", help="50 000 cases, not a million")
    parser.add_argument("--cases", type=int, help="so many")
    parser.add_argument("--only", default=",".join(DATABASES),
                        help="which of " + ", ".join(DATABASES))
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build-release")
    options = parser.parse_args(arguments)
    options.only = options.only.split(",")
    if not set(options.only) <= set(DATABASES):
        parser.error("--only: no such database")
    options.cases = options.cases or (50_000 if options.quick else 1_000_000)
    return options


def main(arguments):
    options = parse_arguments(arguments)
    try:
        build(options.build, *(f"tests/bench/{name}" for name in MEASURES))
        databases = {"sqlite": measure_sqlite, "postgres": measure_postgres}
        results = {name: databases[name](options) for name in options.only}
    except (Failed, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    if options.json:
        answer = {name: {"figures": figures} for name, figures in results.items()}
        answer["figures"] = next(iter(results.values()))
        print(json.dumps(answer))
    else:
        print_table(results)
    return 0

# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the subjects of ./bench share: building, processes, a network of their own."""

import pathlib
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parents[3]
READY_S = 30


class Failed(Exception):
    """The benchmark could not be run; the text says why."""


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, **options)


def build(directory, *targets):
    """A release build of the targets; other options than in an earlier one stay."""
    if not (directory / "build.ninja").exists():
        run("meson", "setup", directory, TOP, "--buildtype=release",
            stdout=subprocess.DEVNULL)
    done = subprocess.run(["ninja", "-C", str(directory), *targets],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode:
        raise Failed(f"it does not build:\n{done.stdout[-4000:]}")


class Process:
    """A server that runs while we are inside, its output in a file."""

    def __init__(self, command, log, **options):
        self.log = open(log, "wb")
        self.process = subprocess.Popen([str(word) for word in command],
                                        stdout=self.log, stderr=self.log, **options)
        self.path = pathlib.Path(log)

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def wait_until(self, is_ready):
        deadline = time.monotonic() + READY_S
        while not is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                tail = self.path.read_text(errors="replace")[-2000:]
                raise Failed(f"{self.process.args} did not start:\n{tail}")
            time.sleep(0.02)

    def wait_for(self, text):
        self.wait_until(lambda: text in self.path.read_text(errors="replace"))

# SPDX-License-Identifier: LGPL-2.1-or-later
"""aiortc for the tests of connections: found, or the test is skipped; and what they share."""

import asyncio
import os
import sys

try:
    import aiortc  # noqa: F401
except ImportError:
    # Debian's module belongs to Debian's Python, which need not be the first one.
    if sys.executable != "/usr/bin/python3" and os.access("/usr/bin/python3", os.X_OK):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.orig_argv[1:]])
    print("1..0 # SKIP python3-aiortc is not installed")
    sys.exit(0)

from aiortc.mediastreams import MediaStreamError  # noqa: E402

from protocol_client import Server  # noqa: E402

LONGEST_S = 120


def count_frames(track, frames, key):
    """From now on frames[key] is how many have come."""
    async def read():
        try:
            while True:
                await track.recv()
                frames[key] = frames.get(key, 0) + 1
        except MediaStreamError:
            pass
    asyncio.ensure_future(read())


def run_on(*options):
    """Makes an asynchronous test one with a server of its own, with these options."""
    def wrap(test):
        def plain():
            with Server(None, *options) as server:
                asyncio.run(asyncio.wait_for(test(server), LONGEST_S))
        plain.__name__ = test.__name__
        return plain
    return wrap


run = run_on()

# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server's and its clients' network namespaces, joined by a veth pair."""

import os
import subprocess

from harness import Failed, run

SUBNET = "10.213.77"
SERVER, CLIENT = f"{SUBNET}.1", f"{SUBNET}.2"


class Network:
    """Two namespaces joined by a veth pair; gone when left."""

    def __init__(self):
        self.server = f"oyer-bench-s{os.getpid()}"
        self.client = f"oyer-bench-c{os.getpid()}"

    def __enter__(self):
        try:
            for name in (self.server, self.client):
                run("ip", "netns", "add", name)
                run("ip", "-n", name, "link", "set", "lo", "up")
            run("ip", "link", "add", "oyer0", "netns", self.server, "type", "veth",
                "peer", "name", "oyer1", "netns", self.client)
            for name, link, address in ((self.server, "oyer0", SERVER),
                                        (self.client, "oyer1", CLIENT)):
                run("ip", "-n", name, "addr", "add", f"{address}/24", "dev", link)
                run("ip", "-n", name, "link", "set", link, "up")
        except (OSError, subprocess.CalledProcessError) as error:
            self.__exit__()
            raise Failed(f"network namespaces need root: {error}") from error
        return self

    def __exit__(self, *_):
        for name in (self.server, self.client):
            subprocess.run(["ip", "netns", "del", name], check=False,
                           stderr=subprocess.DEVNULL)

    def on_server(self, *command):
        return self._inside(self.server, command)

    def on_client(self, *command):
        return self._inside(self.client, command)

    @staticmethod
    def _inside(name, command):
        return ["ip", "netns", "exec", name, *[str(word) for word in command]]

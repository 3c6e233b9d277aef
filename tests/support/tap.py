# SPDX-License-Identifier: LGPL-2.1-or-later
"""TAP for tests that are one story, told claim by claim."""

count = 0


def check(good, name, note=""):
    """One claim.  Returns: whether it holds."""
    global count
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)
    if note:
        print(f"# {note}", flush=True)
    return good


def end():
    """After the last one."""
    print(f"1..{count}")

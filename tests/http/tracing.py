"""What strace tells of a service: which files it made, and whether anything left for another machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from examples.serving import ROOT

CALLS = "trace=%network,open,openat,rename,renameat,renameat2,link,linkat,symlink,symlinkat"
CREATES = re.compile(r'open(?:at)?\((?:\w+<(?P<folder>[^>]*)>, )?"(?P<path>[^"]*)", [A-Z_|]*O_CREAT')
MOVES = re.compile(
    r'(?:rename|link|symlink)(?:at2?)?\((?:\w+<[^>]*>, )?"[^"]*", (?:\w+<(?P<folder>[^>]*)>, )?"(?P<path>[^"]*)"'
)
TO = re.compile(r"(?P<call>connect|sendto|sendmsg|sendmmsg)\(.*sa_family=(?P<family>AF_\w+)(?P<rest>[^}]*)")


class Trace:
    """What strace (`-f -y`) has written so far of a service, line by line, once.

    `calls`, `files`: how many system calls, and how many files made. `sent`: calls that send to any address that is not
    this machine's, and those that ask a name server.
    """

    def __init__(self, path: Path):
        self._path = path
        self._read = 0
        self.calls = 0
        self.files = 0
        self.sent: list[str] = []

    def lines(self) -> Iterator[str]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    return  # it is being written
                self._read += len(line)
                yield line.decode(errors="replace")

    def created(self) -> list[str]:
        """Paths of files that were made, renamed and linked since the last call. Adds to `sent` what left."""
        paths = []
        for line in self.lines():
            self.calls += 1
            if (to := TO.search(line)) and leaves(to["family"], to["rest"]):
                self.sent.append(line.strip())
            if made := CREATES.search(line) or MOVES.search(line):
                self.files += 1
                paths.append(os.path.join(made["folder"] or ROOT, made["path"]))
        return paths


def leaves(family: str, rest: str) -> bool:
    """Whether an address is another machine's, or a name server's."""
    if family not in ("AF_INET", "AF_INET6"):
        return False
    here = "127.0.0.1" in rest or '"::1"' in rest or '"::ffff:127.0.0.1"' in rest
    return not here or "htons(53)" in rest

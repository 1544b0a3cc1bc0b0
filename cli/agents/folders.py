"""The folders whose files an agent may read and write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class Refused(Exception):
    """A path that is not to be read or written. The sentence says why, and what would be."""


@dataclass(frozen=True)
class Folders:
    """`roots`: at least one, resolved. A relative path is one below the first."""

    roots: tuple[Path, ...]

    @classmethod
    def of(cls, folders: list[Path]) -> Folders:
        """The current folder where there are none. Raises Refused for what is no folder."""
        for folder in folders:
            if not folder.is_dir():
                raise Refused(f"{folder} is no folder.")
        return cls(tuple(folder.resolve() for folder in folders or [Path()]))

    def readable(self, path: str) -> Path:
        """Where `path` really is, links followed. Raises Refused."""
        real = self._inside(path)
        if real.is_dir():
            raise Refused(f"{path} is a folder. Name a file in it.")
        if not real.is_file():
            raise Refused(f"There is no file {path}. {self._may_be()}")
        return real

    def writable(self, path: str) -> Path:
        """Where a new file may be written. Raises Refused, for a file that is there as well."""
        real = self._inside(path)
        if not real.parent.is_dir():
            raise Refused(f"There is no folder for {path}. {self._may_be()}")
        if real.exists():
            raise Refused(f"{path} is there already, and nothing is written over. Name another file.")
        return real

    def _inside(self, path: str) -> Path:
        try:
            real = (self.roots[0] / path).resolve()
        except (OSError, RuntimeError, ValueError) as cause:  # links in a circle, a null in the name
            raise Refused(f"{path!r} is no path to a file. {self._may_be()}") from cause
        if not any(real.is_relative_to(root) for root in self.roots):
            raise Refused(f"{path} is outside of the folders that this server may use. {self._may_be()}")
        return real

    def _may_be(self) -> str:
        return f"Files may be in {', '.join(map(str, self.roots))}, and below."

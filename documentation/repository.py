"""Links from pages to files of the repository: such files become part of the site, and a link to one that is not there
stays as it is, for MkDocs to complain of."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?P<label>!?\[[^\]]*\])\((?P<target>[^)\s]+)\)")
ELSEWHERE = re.compile(r"[a-z]+:|#|/")
DOCS, REPOSITORY = "docs/", "repository/"


def repository_path(src_uri: str) -> str:
    """Where a page of the site stands in the repository."""
    return src_uri.removeprefix(REPOSITORY) if src_uri.startswith(REPOSITORY) else DOCS + src_uri


def site_path(path: str) -> str:
    """Where a file of the repository stands in the site's sources."""
    return path.removeprefix(DOCS) if path.startswith(DOCS) else REPOSITORY + path


def targets(markdown: str, src_uri: str) -> Iterator[str]:
    """Paths in the repository that a page links to, what is below `docs/` included."""
    for link in LINK.finditer(FENCED.sub("", markdown)):
        if not ELSEWHERE.match(link["target"]):
            yield _resolved(link["target"].partition("#")[0], src_uri)


def with_site_links(markdown: str, src_uri: str) -> str:
    """The page with its links to the repository's files leading to their places in the site. A link to a folder, which
    has none, leaves its words alone."""

    def moved(link: re.Match[str]) -> str:
        if ELSEWHERE.match(link["target"]):
            return link[0]
        path, mark, anchor = link["target"].partition("#")
        resolved = _resolved(path, src_uri)
        if (ROOT / resolved).is_dir():
            return link["label"].strip("![]")
        there = posixpath.relpath(site_path(resolved), posixpath.dirname(src_uri) or ".")
        return f"{link['label']}({there}{mark}{anchor})"

    return _outside_fences(markdown, lambda prose: LINK.sub(moved, prose))


def _resolved(path: str, src_uri: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(repository_path(src_uri)), path))


def _outside_fences(markdown: str, change: Callable[[str], str]) -> str:
    parts, at = [], 0
    for fence in FENCED.finditer(markdown):
        parts += [change(markdown[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*parts, change(markdown[at:])])

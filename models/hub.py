"""The Hugging Face hub, by huggingface_hub's own client: what a repository holds, and its files in the cache's layout.

That client gives the partial file a new name in every process, and so begins a killed download from nothing. Here it
has one name: what has come stays, and the next process goes on behind it. A file takes its place once its digest is
the one that the hub names, and not before. This is the only module that reaches the network.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import httpx2
from filelock import FileLock
from huggingface_hub import HfApi, constants, errors, file_download, get_token, hf_hub_url
from huggingface_hub.utils import build_hf_headers, disable_progress_bars  # type: ignore[attr-defined]

from aural.errors import MissingWeights
from models.weights import repo_folder, sha256_of

PORTION_BYTES = 2**16
"""What is written at a time: a killed download loses less than this."""
RESETS, RESET_PAUSE_S = 5, 1.0
"""So many in a row that bring nothing are the end of it."""
ELSEWHERE = "or set AURAL_WEIGHTS to a hub-cache folder that holds it"
TOKEN = "Check the token in HF_TOKEN, or unset it"
NO_REPOSITORY = "{} has no such repository, or it is a private one"
READER = "Check its name, or set HF_TOKEN to a token that may read it"
Received = Callable[[int], None]
"""Told how many bytes have come; fewer than none where some have to come again."""

disable_progress_bars()  # ours are told of what comes
constants.DOWNLOAD_CHUNK_SIZE = PORTION_BYTES
constants.HF_HUB_DISABLE_TELEMETRY = True


@dataclass(frozen=True)
class RemoteFile:
    """`digest`: by which hub and cache name its content. sha256 of what is `large` (in LFS), else git's sha1."""

    name: str
    size_bytes: int
    digest: str
    large: bool


@dataclass(frozen=True)
class Listing:
    """What a repository holds at a revision (a commit), by name."""

    repo: str
    revision: str
    files: Mapping[str, RemoteFile]


def listing(repo: str, revision: str | None) -> Listing:
    """At a revision, None being the newest. Raises MissingWeights."""
    with _in_one_sentence(repo, revision):
        info = HfApi().model_info(repo, revision=revision, files_metadata=True)
    assert info.sha is not None
    files = {one.rfilename: _remote_file(one) for one in info.siblings or ()}
    return Listing(repo, info.sha, files)


def _remote_file(sibling: Any) -> RemoteFile:
    large = sibling.lfs is not None
    digest = sibling.lfs.sha256 if large else sibling.blob_id
    return RemoteFile(sibling.rfilename, sibling.size, digest, large)


def blob_of(remote: RemoteFile, repo: str, folder: Path) -> Path:
    """Where its content lies in a hub-cache folder."""
    return repo_folder(folder, repo) / "blobs" / remote.digest


def come_bytes(remote: RemoteFile, repo: str, folder: Path) -> int:
    """How much of a file is there already, whole or in part."""
    blob = blob_of(remote, repo, folder)
    return next((path.stat().st_size for path in (blob, _partial(blob)) if path.is_file()), 0)


def bring(listed: Listing, name: str, folder: Path, received: Received) -> Path:
    """One file of a repository into a hub-cache folder, unless it is there. Raises MissingWeights.

    What a broken-off try left is not fetched again. Of several processes that want the same file one fetches it.
    """
    remote, repo = listed.files[name], listed.repo
    home = repo_folder(folder, repo)
    blob, place = blob_of(remote, repo, folder), home / "snapshots" / listed.revision / name
    lock = folder / ".locks" / home.name / f"{remote.digest}.lock"
    with _in_one_sentence(repo, listed.revision, folder):
        for needed in (blob, place, lock):
            needed.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock):
            if not (blob.is_file() and blob.stat().st_size == remote.size_bytes):
                _fetch(remote, hf_hub_url(repo, name, revision=listed.revision), blob, received)
        if not place.exists():
            _link(place, blob)
    return place


def _fetch(remote: RemoteFile, url: str, blob: Path, received: Received) -> None:
    partial = _partial(blob)
    resumed = partial.is_file()
    with partial.open("ab", buffering=0) as file:
        if file.tell() > remote.size_bytes:
            file.truncate(0)
        _get(remote, url, file, received)
    if digest_of(partial, remote) != remote.digest:
        partial.unlink()
        received(-remote.size_bytes)
        if resumed:  # by what an earlier try left: once more from nothing
            return _fetch(remote, url, blob, received)
        raise ConnectionError(
            f"{remote.name} did not arrive as the hub names it (another {'sha256' if remote.large else 'sha1'})"
        )
    return os.replace(partial, blob)


def _get(remote: RemoteFile, url: str, file: BinaryIO, received: Received) -> None:
    """Append what is still to come. Each try begins at the hub, which signs a new address of the store.

    The client itself goes on when a connection ends early or is silent, not when it is reset.
    """
    counted: Any = _Counted(file, received)
    # As it is, not compressed on the way: a range of it is a range of the file then.
    headers = build_hf_headers(headers={"Accept-Encoding": "identity"})
    tries_left = RESETS
    while True:
        came = file.seek(0, os.SEEK_END)
        try:
            return file_download.http_get(
                url, counted, resume_size=came, headers=headers, expected_size=remote.size_bytes
            )
        except httpx2.ReadError:
            tries_left = RESETS if file.seek(0, os.SEEK_END) > came else tries_left - 1
            if not tries_left:
                raise
            time.sleep(RESET_PAUSE_S)


class _Counted:
    """A file that tells how many bytes it holds more than before."""

    def __init__(self, file: BinaryIO, received: Received):
        self._file, self._received = file, received
        self.seek, self.tell = file.seek, file.tell

    def write(self, data: bytes) -> int:
        written = 0
        while written < len(data):  # an unbuffered file may take less
            written += self._file.write(data[written:])
        self._received(written)
        return written

    def truncate(self) -> int:
        """To where it stands: the server began anew."""
        had, kept = os.fstat(self._file.fileno()).st_size, self._file.truncate()
        self._received(kept - had)
        return kept


def digest_of(path: Path, remote: RemoteFile) -> str:
    if remote.large:
        return sha256_of(path)
    content = path.read_bytes()
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


def _partial(blob: Path) -> Path:
    return blob.with_name(f"{blob.name}.incomplete")


def _link(place: Path, blob: Path) -> None:
    """The cache's own form; a copy where the file system has no links."""
    place.unlink(missing_ok=True)  # a link to what is gone
    try:
        place.symlink_to(os.path.relpath(blob, place.parent))
    except OSError:
        shutil.copyfile(blob, place)


@contextlib.contextmanager
def _in_one_sentence(repo: str, revision: str | None, folder: Path | None = None) -> Iterator[None]:
    """Whatever keeps a download from its end, as MissingWeights: the repository, the reason, the remedy."""
    try:
        yield
    except (httpx2.HTTPError, OSError, ValueError) as cause:
        reason, remedy = _why(cause, repo, revision, folder)
        raise MissingWeights(f"{repo} could not be downloaded: {reason}. {remedy}.") from cause


def _why(cause: Exception, repo: str, revision: str | None, folder: Path | None) -> tuple[str, str]:
    hub = constants.ENDPOINT
    match cause:
        case errors.OfflineModeIsEnabled():
            return "HF_HUB_OFFLINE is set, so nothing is fetched", f"Unset it, {ELSEWHERE}"
        case errors.GatedRepoError():
            return "it is gated", f"Accept its terms at {hub}/{repo}, and set HF_TOKEN to a token of that account"
        case errors.RepositoryNotFoundError():
            return NO_REPOSITORY.format(hub), READER
        case errors.RevisionNotFoundError():
            return f"it has no revision {revision}", "Remove its entry from the record to take the newest one"
        case errors.HfHubHTTPError():
            status = cause.response.status_code
            if status == 401 and get_token() is None:  # what the hub answers to strangers, of whatever there is not
                return NO_REPOSITORY.format(hub), READER
            return f"{hub} answered {status}", TOKEN if status in (401, 403) else f"Try again later, {ELSEWHERE}"
        case httpx2.HTTPError():
            why = str(cause) or type(cause).__name__
            return f"{hub} cannot be reached ({why.rstrip('.')})", f"Check the network and its proxy, {ELSEWHERE}"
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return f"{folder} has no room left", "Free some: what has come is kept, and `make weights` goes on there"
        case OSError(errno=errno.EACCES | errno.EPERM | errno.EROFS | errno.ENOTDIR):
            return f"{folder} cannot be written ({cause.strerror})", "Name another folder in AURAL_WEIGHTS"
        case ValueError():
            return f"{hub} does not answer as a hub does", "Check HF_ENDPOINT, and that no proxy answers in its place"
    return str(cause).splitlines()[0].rstrip("."), "Run `make weights` again: it goes on where it stopped"

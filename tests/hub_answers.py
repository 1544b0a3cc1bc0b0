"""What the two servers of tests.hub answer: the hub, and the store of its large files."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import struct
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

if TYPE_CHECKING:
    from tests.hub import Files, Hub

LARGE = (".bin", ".safetensors", ".h5", ".msgpack", ".ot", ".model")
"""What the hub's .gitattributes put into LFS."""
RENAMED = {"t5-base": "google-t5/t5-base"}
PORTION_BYTES = 2**14


@dataclass
class Asked:
    """A request as it came in, and how much of an answer's body went out."""

    host: str
    method: str
    path: str
    token: str | None
    first_byte: int
    sent_bytes: int = 0


def is_large(name: str) -> bool:
    return name.endswith(LARGE)


def git_digest(content: bytes) -> str:
    return hashlib.sha1(f"blob {len(content)}\0".encode() + content).hexdigest()


def xet_hash(content: bytes) -> str:
    """By which the store names a file: another digest than the hub's. (Which one matters to nobody here.)"""
    return hashlib.blake2b(content, digest_size=32).hexdigest()


def lfs_pointer(content: bytes) -> bytes:
    """What git itself keeps of a large file."""
    digest = hashlib.sha256(content).hexdigest()
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n".encode()


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    of: ClassVar[Hub]

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error: `asked` has it."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        span = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or None
        first = int(span[1]) if span else 0
        self.asked = Asked(type(self).__name__, self.command, self.path, token, first)
        self.asked.host = self.headers["Host"]
        self.of.asked.append(self.asked)
        for start, status in self.of.faults.status.items():
            if self.path.startswith(start):
                return self.say(status)
        return self.answer()

    def answer(self) -> None:
        raise AssertionError("each server answers in its own way")

    def say(self, status: int, body: bytes = b"", /, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)
            self.asked.sent_bytes += len(body)

    def refuse(self, status: int, code: str, sentence: str) -> None:
        body = json.dumps({"error": sentence}).encode()
        named = {"X_Error_Code": code} if code else {}
        self.say(status, body, X_Error_Message=sentence, Content_Type="application/json", **named)

    def send_file(self, name: str, content: bytes, **headers: str) -> None:
        """From where the caller wants it, as fast and as far as the faults let it."""
        faults, first = self.of.faults, self.asked.first_byte
        if first >= len(content) > 0:
            return self.say(416, Content_Range=f"bytes */{len(content)}")
        wanted = content[first:]
        self.send_response(206 if "Range" in self.headers else 200)
        if "Range" in self.headers:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        for header, value in {"Content_Length": str(len(wanted)), "Accept_Ranges": "bytes", **headers}.items():
            self.send_header(header.replace("_", "-"), value)
        self.end_headers()
        if self.command == "HEAD":
            return None
        cuts = faults.cut_after.get(name, [])
        end = min(len(wanted), cuts.pop(0)) if cuts else len(wanted)
        try:
            for start in range(0, end, PORTION_BYTES):
                portion = wanted[start : min(end, start + PORTION_BYTES)]
                self.wfile.write(portion)
                self.asked.sent_bytes += len(portion)
                if faults.bytes_per_s:
                    time.sleep(len(portion) / faults.bytes_per_s)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        if end < len(wanted):
            self.close_connection = True
        return None

    def reset(self) -> None:
        """Close as a crash does, not in the ordinary way."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


class HubAnswers(Answers):
    """Repositories: what they hold, small files themselves, and where large ones are to be had."""

    def answer(self) -> None:
        url = urlsplit(self.path)
        for old, new in RENAMED.items():
            start = f"/api/models/{old}"
            if url.path == start or url.path.startswith(f"{start}/"):
                return self.say(307, Location=self.path.replace(old, new, 1))
            if url.path.startswith(f"/{old}/"):  # files of old one-part names are served under them
                url = url._replace(path=url.path.replace(old, new, 1))
        if told := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/([^/]+))?", url.path):
            return self._tell(told[1], unquote(told[2] or "main"), blobs="blobs" in parse_qs(url.query))
        if wanted := re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", url.path):
            return self._resolve(wanted[1], unquote(wanted[2]), unquote(wanted[3]))
        if kept := re.fullmatch(r"/api/resolve-cache/models/([^/]+/[^/]+)/([^/]+)/(.+)", url.path):
            return self._small(kept[1], unquote(kept[2]), unquote(kept[3]))
        return self.refuse(404, "EntryNotFound", "Not found")

    def _files(self, repo: str, revision: str) -> tuple[str, Files] | None:
        """At a commit or at main; None where it was refused."""
        revisions = self.of.repos.get(repo)
        allowed = self.of.faults.token in (None, self.asked.token)
        if self.asked.token is not None and not allowed:
            self.refuse(401, "", "Invalid credentials in Authorization header")
            return None
        if self.asked.token is not None and revisions is None:
            self.refuse(404, "RepoNotFound", "Repository not found")
            return None
        if revisions is None or not allowed:
            self.refuse(401, "", "Invalid username or password.")
            return None
        commit = list(revisions)[-1] if revision == "main" else revision
        if commit not in revisions:
            self.refuse(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return None
        return commit, revisions[commit]

    def _tell(self, repo: str, revision: str, *, blobs: bool) -> None:
        found = self._files(repo, revision)
        if found is None:
            return
        commit, files = found
        siblings = [self._sibling(name, files[name]) if blobs else {"rfilename": name} for name in sorted(files)]
        gated: Any = "auto" if repo in self.of.faults.gated else False
        told = {"_id": "0", "id": repo, "modelId": repo, "sha": commit, "private": False, "gated": gated}
        told |= {"disabled": False, "tags": [], "downloads": 0, "likes": 0, "siblings": siblings}
        self.say(200, json.dumps(told).encode(), Content_Type="application/json; charset=utf-8")

    def _sibling(self, name: str, content: bytes) -> dict[str, Any]:
        size = self.of.faults.oversized.get(name, len(content))
        if not is_large(name):
            return {"rfilename": name, "blobId": git_digest(content), "size": size}
        pointer = lfs_pointer(content)
        lfs = {"sha256": hashlib.sha256(content).hexdigest(), "size": size, "pointerSize": len(pointer)}
        return {"rfilename": name, "blobId": git_digest(pointer), "size": size, "lfs": lfs}

    def _resolve(self, repo: str, revision: str, name: str) -> None:
        found = self._files(repo, revision)
        if found is None:
            return None
        commit, files = found
        if repo in self.of.faults.gated and self.asked.token is None:
            return self.refuse(401, "GatedRepo", f"Access to model {repo} is restricted. Please log in.")
        if name not in files:
            return self.refuse(404, "EntryNotFound", "Entry not found")
        content = files[name]
        if not is_large(name):
            digest = git_digest(content)
            place = f"/api/resolve-cache/models/{repo}/{commit}/{quote(name)}?etag=%22{digest}%22"
            return self.say(307, Location=place, X_Repo_Commit=commit, X_Linked_ETag=f'"{digest}"')
        digest = hashlib.sha256(content).hexdigest()
        place = f"{self.of.store_url}/{repo}/store/{commit}/{quote(name)}?Expires=1&Signature=abc"
        headers = {"Location": place, "X_Repo_Commit": commit, "Accept_Ranges": "bytes"}
        headers |= {"X_Linked_Size": str(len(content)), "X_Linked_ETag": f'"{digest}"', "X_Xet_Hash": xet_hash(content)}
        headers["Link"] = f'<{self.of.url}/api/models/{repo}/xet-read-token/{commit}>; rel="xet-auth"'
        return self.say(302, **headers)

    def _small(self, repo: str, revision: str, name: str) -> None:
        found = self._files(repo, revision)
        if found is not None:
            content = found[1][name]
            self.send_file(name, content, ETag=f'"{git_digest(content)}"', X_Repo_Commit=found[0])


class StoreAnswers(Answers):
    """Where large files are, by addresses that are signed: a token beside the signature is an error there."""

    def answer(self) -> None:
        if self.asked.token is not None:
            return self.say(400, b"Only one auth mechanism allowed")
        stored = re.fullmatch(r"/([^/]+/[^/]+)/store/([^/]+)/(.+)", urlsplit(self.path).path)
        assert stored, f"the hub sends nobody to {self.path}"
        name = unquote(stored[3])
        content = self.of.repos[stored[1]][stored[2]][name]
        if name in self.of.faults.changed:
            content = bytes([content[0] ^ 1]) + content[1:]
        if self.of.faults.resets:
            self.of.faults.resets -= 1
            self.of.faults.cut_after.setdefault(name, []).insert(0, len(content) // 8)
            self.send_file(name, content, ETag=f'"{xet_hash(content)}"')
            return self.reset()
        return self.send_file(name, content, ETag=f'"{xet_hash(content)}"')

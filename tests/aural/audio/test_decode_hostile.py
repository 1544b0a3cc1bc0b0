"""Files that want something else than to be heard: none may open a file or address, crash, or grow without bound."""

from __future__ import annotations

import io
import random
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from aural.audio.decode import decode
from aural.errors import AuralError, NotAudio
from tests.aural.audio.audio_files import FORMATS, by_pyav, by_soundfile, tone

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f6"
    "17385500000000 49454e44ae426082".replace(" ", "")
)


class Listener:
    """A server on this machine that counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._count)
        self._thread.start()

    def _count(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    try:
        yield listener
    finally:
        listener.close()


def hls(target: str) -> str:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{target}\n#EXT-X-ENDLIST\n"


def dash(target: str) -> str:
    return (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        'mediaPresentationDuration="PT10S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
        '<AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1000" codecs="mp4a.40.2">'
        f"<BaseURL>{target}</BaseURL></Representation></AdaptationSet></Period></MPD>"
    )


def sdp(target: str) -> str:
    host, port = target.removeprefix("http://").split("/")[0].split(":")
    return f"v=0\no=- 0 0 IN IP4 {host}\ns=x\nc=IN IP4 {host}\nt=0 0\nm=audio {port} RTP/AVP 0\n"


@pytest.mark.parametrize("playlist", [hls, dash, sdp])
def test_playlists_reach_no_address(playlist: object) -> None:
    with listening() as listener:
        text = playlist(f"http://{listener.address}/x.ts")  # type: ignore[operator]
        with pytest.raises(NotAudio):
            decode(text.encode())
        assert listener.calls == 0


def test_without_our_options_a_playlist_would_reach_the_address() -> None:
    """The test above sees what it should see."""
    with listening() as listener:
        with pytest.raises(av.FFmpegError):
            av.open(io.BytesIO(hls(f"http://{listener.address}/x.ts").encode()), format="hls")
        assert listener.calls > 0


@pytest.mark.parametrize(
    "playlist",
    [
        "ffconcat version 1.0\nfile '{path}'\n",
        "ffconcat version 1.0\nfile 'file:{path}'\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{path}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXTINF:10,\nfile://{path}\n",
        "[playlist]\nFile1={path}\nNumberOfEntries=1\n",
        "{path}\n",
    ],
)
def test_playlists_open_no_file(playlist: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(FORMATS["wav-s16"].file(1.0))
    with pytest.raises(NotAudio):
        decode(playlist.format(path=secret).encode())


def mov_that_refers_to(path: Path) -> bytes:
    """A QuickTime file whose data reference is an alias to another file."""
    data = by_pyav(tone(1.0, 48_000, 1), 48_000, "mov", "pcm_s16le")
    at = data.index(b"dref") - 4
    (size,) = struct.unpack_from(">I", data, at)
    name = str(path).encode()
    target = struct.pack(">HH", 2, len(name)) + name + b"\0" * (len(name) % 2) + struct.pack(">hH", -1, 0)
    alias = bytes(10) + b"\x01v".ljust(28, b"\0") + bytes(12) + b"\x01f".ljust(64, b"\0") + bytes(36) + target
    entry = struct.pack(">I4sI", 12 + len(alias), b"alis", 0) + alias
    dref = struct.pack(">I4sII", 16 + len(entry), b"dref", 0, 1) + entry
    grown = bytearray(data[:at] + dref + data[at + size :])
    for parent in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        head = grown.rindex(parent, 0, at) - 4
        (old,) = struct.unpack_from(">I", grown, head)
        struct.pack_into(">I", grown, head, old + len(dref) - size)
    return bytes(grown)


def test_a_mov_opens_no_file_that_it_refers_to(tmp_path: Path) -> None:
    secret = tmp_path / "secret.raw"
    secret.write_bytes(np.full(48_000, 16_384, "<i2").tobytes())
    data = mov_that_refers_to(secret)
    asked: list[str] = []

    def note(url: str, flags: int, options: dict[str, str]) -> object:
        asked.append(url)
        raise PermissionError

    drefs = {"enable_drefs": "1", "use_absolute_path": "1"}
    with pytest.raises(PermissionError):
        av.open(io.BytesIO(data), container_options=drefs, io_open=note)
    assert asked == [str(secret)], "the file is as hostile as it should be"
    with pytest.raises(NotAudio, match="damaged"):
        decode(data)


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        out.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"hello, this is text\n" * 100,
        b'{"prompt": "calm piano"}',
        b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
        b"1\n00:00:01,000 --> 00:00:02,000\nsubtitle\n",
        b"GIF89a" + bytes(100),
        b"RIFF\x24\x00\x00\x00WAVE",
        b"fLaC",
        b"ID3\x04\x00\x00\x00\x00\x00\x00",
        bytes(100_000),
        PNG,
        zipped("clip.wav", FORMATS["wav-s16"].file(1.0)),
        np.random.default_rng(1).bytes(100_000),
    ],
    ids=lambda data: data[:8].hex(),
)
def test_what_is_not_audio_is_refused(data: bytes) -> None:
    with pytest.raises(NotAudio) as refused:
        decode(data)
    assert refused.value.sentence.endswith(".")


def test_video_without_sound_is_refused() -> None:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as out:
        stream = out.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(25):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))))
        out.mux(stream.encode(None))
    with pytest.raises(NotAudio, match="holds no audio"):
        decode(buffer.getvalue())


def test_the_cover_in_an_mp3_is_ignored() -> None:
    picture = b"\0image/png\0\x03\0" + PNG
    frame = b"APIC" + struct.pack(">I", len(picture)) + b"\0\0" + picture
    size = len(frame)
    header = b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    covered, plain = decode(header + frame + FORMATS["mp3-cbr"].file(1.0)), decode(FORMATS["mp3-cbr"].file(1.0))
    assert covered.codec == "mp3"
    assert np.array_equal(covered.samples, plain.samples)


@pytest.mark.parametrize(
    ("channels", "rate_hz", "sentence"),
    [
        (65_535, 44_100, "holds no audio"),
        (500, 44_100, "has 500 channels; at most 64"),
        (65, 44_100, "has 65 channels; at most 64"),
        (1, 1_000, "Sample rate is 1000 Hz; 4000 to 384000 Hz"),
        (1, 2_000_000_000, "Sample rate is 2000000000 Hz"),
    ],
)
def test_absurd_headers_are_refused_politely(channels: int, rate_hz: int, sentence: str) -> None:
    data = bytearray(by_soundfile(tone(1.0, 8_000), 8_000, "WAV", "PCM_16"))
    frame_bytes = 2 * channels
    byte_rate = rate_hz * frame_bytes & 0xFFFFFFFF
    struct.pack_into("<HIIH", data, 22, channels, rate_hz, byte_rate, frame_bytes & 0xFFFF)
    with pytest.raises(NotAudio, match=sentence):
        decode(bytes(data))


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Cut off, or with a few bytes changed: anywhere, or in the header, where it hurts."""
    if rng.random() < 0.2:
        return data[: rng.randrange(len(data))]
    damaged = bytearray(data)
    reach = rng.choice((64, 256, 4096, len(data)))
    for _ in range(rng.choice((1, 4, 32, 256))):
        at = min(rng.randrange(reach), len(data) - 4)
        if rng.random() < 0.5:
            damaged[at] = rng.randrange(256)
        else:
            damaged[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4), b"\0\0\0\x10"))
    return bytes(damaged)


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_files_are_clips_or_errors_for_the_caller(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    for seed in range(8):
        data = mutated(FORMATS[name].file(1.0), random.Random(seed))
        try:
            clip = decode(data)
        except AuralError:
            continue
        assert np.isfinite(clip.samples).all()
    assert capfd.readouterr() == ("", "")

"""What fuzzing starts from: small files of the formats that are read, bodies with every field, forms around a file."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from aural.gateway.bodies import ComposeBody, GenerateBody
from bench.fuzz.target import BOUNDARY

SECONDS = 0.55  # half a second is the least that is heard
WRITTEN_BY_SOUNDFILE = {
    "WAV": "PCM_U8 PCM_16 PCM_24 PCM_32 FLOAT DOUBLE ALAW ULAW IMA_ADPCM MS_ADPCM GSM610",
    "WAVEX": "PCM_16 PCM_24 FLOAT",
    "RF64": "PCM_16",
    "W64": "PCM_16 FLOAT",
    "AIFF": "PCM_S8 PCM_16 PCM_24 FLOAT ULAW IMA_ADPCM",
    "AU": "PCM_16 ULAW",
    "CAF": "PCM_16 FLOAT ALAC_16",
    "FLAC": "PCM_16 PCM_24",
    "OGG": "VORBIS OPUS",
    "MP3": "MPEG_LAYER_III",
}
WRITTEN_BY_PYAV = {
    "ogg": "flac",
    "mp2": "mp2",
    "ipod": "aac alac",
    "mov": "pcm_s24le",
    "adts": "aac",
    "webm": "libopus",
    "matroska": "flac pcm_s16le",
    "asf": "wmav2",
    "ac3": "ac3",
    "eac3": "eac3",
    "tta": "tta",
    "wv": "wavpack",
    "amr": "libopencore_amrnb",
}


def write_corpus(name: str, folder: Path) -> Path:
    """The folder, with the inputs of the target of that name."""
    folder.mkdir(parents=True)
    for place, data in enumerate({"file": files, "json": json_bodies, "form": forms}[name]()):
        (folder / f"{place:03d}").write_bytes(data)
    return folder


def files() -> Iterator[bytes]:
    for container, subtypes in WRITTEN_BY_SOUNDFILE.items():
        for subtype in subtypes.split():
            yield _by_soundfile(container, subtype)
    for container, codecs in WRITTEN_BY_PYAV.items():
        for codec in codecs.split():
            yield _by_pyav(container, codec)
    yield b"ID3\4\0\0\0\0\0\x0a" + bytes(10) + _by_soundfile("WAV", "PCM_16")
    ogg = _by_soundfile("OGG", "VORBIS")
    yield ogg + ogg


def json_bodies() -> Iterator[bytes]:
    for name, value in _examples(GenerateBody).items():
        yield json.dumps({"prompt": "x", name: value}).encode()
    yield json.dumps(_examples(GenerateBody)).encode()
    yield b'{"prompt": "x", "bpm": 1e2, "seed": 8.0, "loop": true, "bars": 4, "takes": "all", "candidates": 2}'


def forms() -> Iterator[bytes]:
    for name, value in _examples(ComposeBody).items():
        parts = [("file", '; filename="a"', "RIFF"), (name, "", json.dumps(value))]
        body = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"{file}\r\n\r\n{text}\r\n'
            for field, file, text in parts
        )
        yield f"{body}--{BOUNDARY}--\r\n".encode()


def _examples(kind: type[GenerateBody | ComposeBody]) -> dict[str, Any]:
    fields = {name: field for name, field in kind.model_fields.items() if name != "file"}
    return {name: field.examples[0] if field.examples else field.default for name, field in fields.items()} | (
        {"prompt": "x"} if kind is GenerateBody else {}
    )


def _tone(rate_hz: int) -> NDArray[np.float32]:
    time_s = np.arange(round(SECONDS * rate_hz)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32)


def _by_soundfile(container: str, subtype: str) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, _tone(8_000), 8_000, format=container, subtype=subtype)
    return file.getvalue()


def _by_pyav(container: str, codec: str) -> bytes:
    rate_hz = 8_000 if codec == "libopencore_amrnb" else 48_000
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=rate_hz, layout="mono")
        stream.bit_rate = 12_200 if rate_hz == 8_000 else 96_000
        frame = av.AudioFrame.from_ndarray(_tone(rate_hz)[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, 0, Fraction(1, rate_hz)
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    return file.getvalue()

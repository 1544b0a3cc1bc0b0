"""The facts of a take in binary chunks that tools look for in a WAV: LIST INFO, smpl, acid and ID3."""

from __future__ import annotations

import struct

from aural.files.riff import chunk
from aural.files.tags import Tags, facts_json
from aural.theory.keys import Key

MIDI_MIDDLE_C = 60
ONE_SHOT, ROOT_SET, STRETCHES, ROOT_FROM_C4 = 1, 2, 4, 16


def info_chunk(tags: Tags) -> bytes:
    """LIST INFO: standard fields that players show, and all of `tags` as JSON in ICMT."""
    fields = {
        b"INAM": tags.title.encode(),
        b"IGNR": (tags.style_id or "").encode(),
        b"ICOP": tags.licence.encode(),
        b"ISFT": tags.software.encode(),
        b"ICMT": facts_json(tags).encode(),
    }
    entries = [chunk(name, text + b"\0") for name, text in fields.items() if text]
    return chunk(b"LIST", b"INFO" + b"".join(entries))


def smpl_chunk(tags: Tags) -> bytes:
    """One endless forward loop over samples 0 to `loop_end` - 1: the chunk counts the last one in."""
    n_loops, no_sampler_data = 1, 0
    sampler = (0, 0, round(10**9 / tags.rate_hz), _root_note(tags), 0, 0, 0, n_loops, no_sampler_data)
    cue, forward, start, fraction, endless = 0, 0, 0, 0, 0
    return chunk(b"smpl", struct.pack("<15I", *sampler, cue, forward, start, tags.loop_end - 1, fraction, endless))


def acid_chunk(tags: Tags) -> bytes:
    """Tempo, root and beats, as ACID and its followers read them; nothing where no tempo is known.

    Order and names of the fields: libsndfile (wav.c). Tempo and beats belong together (Tracktion Engine: beats are
    tempo x seconds / 60, and the tempo is beats x 60 / seconds), and both are in quarters, as hosts count their tempo:
    a bar of 6/8, two beats of a dotted quarter, has three.
    """
    if tags.bpm is None or tags.beats is None:
        return b""
    metre = tags.counted_in
    quarters = max(1, round(tags.beats * metre.quarters_per_beat))
    flags = (STRETCHES if tags.bars else ONE_SHOT) | (ROOT_SET | ROOT_FROM_C4 if tags.key else 0)
    unknown = 0x8000, 0.0
    figures = metre.denominator, metre.numerator  # the lower one first
    tempo = tags.bpm * metre.quarters_per_beat
    return chunk(b"acid", struct.pack("<IHHfIHHf", flags, _root_note(tags), *unknown, quarters, *figures, tempo))


def id3_chunk(tags: Tags) -> bytes:
    """An ID3v2.4 tag, which is all that some players read in a WAV."""
    named = {"SEED": str(tags.seed), "MODEL": tags.model, "DIGITALSOURCETYPE": tags.source_type}
    return chunk(b"id3 ", id3_tag(tags, named))


def id3_tag(tags: Tags, named: dict[str, str]) -> bytes:
    """The tag itself. `named`: what ID3 has no field for, each in a TXXX, its frame for a text of any name."""
    frames = [
        _id3_text(b"TIT2", tags.title),
        _id3_text(b"TCON", tags.style_id or ""),
        _id3_text(b"TBPM", "" if tags.bpm is None else f"{tags.bpm:.0f}"),
        _id3_text(b"TKEY", short_key(tags.key)),
        _id3_text(b"TCOP", tags.licence),
        _id3_text(b"TSSE", tags.software),
        _id3_frame(b"COMM", b"eng\0" + facts_json(tags).encode()),
        *(_id3_frame(b"TXXX", f"{name}\0{text}".encode(errors="replace")) for name, text in named.items()),
    ]
    body = b"".join(frames)
    return b"ID3\x04\x00\x00" + _syncsafe(len(body)) + body


def short_key(key: str | None) -> str:
    """`Am`, `F#`: as ID3 and DJ programs write it."""
    if key is None:
        return ""
    tonic, mode = str(Key.parse(key)).split()
    return tonic + ("m" if mode == "minor" else "")


def _root_note(tags: Tags) -> int:
    return MIDI_MIDDLE_C + (Key.parse(tags.key).tonic if tags.key else 0)


def _id3_text(name: bytes, text: str) -> bytes:
    return _id3_frame(name, text.encode(errors="replace")) if text else b""


def _id3_frame(name: bytes, utf8: bytes) -> bytes:
    content = b"\x03" + utf8
    return name + _syncsafe(len(content)) + b"\0\0" + content


def _syncsafe(size: int) -> bytes:
    """ID3's numbers: seven bits to a byte."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))

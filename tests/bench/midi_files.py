"""MIDI files of which everything is known, as the composer writes them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import mido

from bench.composer.score import Score, read_score

TICKS = 480
Played = Sequence[tuple[float, float, int]]
"""Notes as (beat, beats, pitch)."""


def score(
    parts: Mapping[str, Played] | None = None,
    *,
    chords: Sequence[tuple[float, str]] = (),
    sections: Sequence[tuple[float, str]] = (),
    tempi: Sequence[tuple[float, float]] = ((0, 120),),
    metres: Sequence[tuple[float, int, int]] = ((0, 4, 4),),
    key: str = "C",
    end: float = 16,
) -> Score:
    """A file whose tracks are named by `parts` ("melody (flute)"), written and read again."""
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS)
    conductor = [
        (0.0, mido.MetaMessage("key_signature", key=key)),
        *((beat, mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm))) for beat, bpm in tempi),
        *(
            (beat, mido.MetaMessage("time_signature", numerator=above, denominator=below))
            for beat, above, below in metres
        ),
        *((beat, mido.MetaMessage("marker", text=name)) for beat, name in sections),
        *((beat, mido.MetaMessage("text", text=name)) for beat, name in chords),
    ]
    file.tracks.append(_track("", conductor, end))
    for name, notes in (parts or {}).items():
        ons = [(beat, mido.Message("note_on", note=pitch, velocity=80)) for beat, _, pitch in notes]
        offs = [(beat + beats, mido.Message("note_off", note=pitch)) for beat, beats, pitch in notes]
        file.tracks.append(_track(name, [*ons, *offs], end))
    written = io.BytesIO()
    file.save(file=written)
    return read_score(written.getvalue())


def _track(name: str, events: Sequence[tuple[float, mido.Message | mido.MetaMessage]], end: float) -> mido.MidiTrack:
    track = mido.MidiTrack([mido.MetaMessage("track_name", name=name)])
    now = 0
    for beat, message in sorted(events, key=lambda event: (event[0], event[1].type == "note_on")):
        message.time, now = round(beat * TICKS) - now, round(beat * TICKS)
        track.append(message)
    track.append(mido.MetaMessage("end_of_track", time=round(end * TICKS) - now))
    return track

"""The written notes as a Standard MIDI File: one track a player, in the tempo and swing that sounded."""

from __future__ import annotations

import io
from dataclasses import dataclass

import mido

from aural.theory.keys import TONICS, Key
from aural.theory.metre import Metre
from aural.types import TAKE_RATE_HZ
from models.sketch.arrange import Arrangement, Part
from models.sketch.band import DRUMS as DRUMMER
from models.sketch.form import Bar
from models.sketch.intent import Intent
from models.sketch.score import Grid, steps_per_beat

TICKS_PER_QUARTER = 960
DRUM_CHANNEL = 9
Event = tuple[int, mido.Message | mido.MetaMessage]
# General MIDI level 1. Programs count from 0.
PROGRAMS = {
    "piano": 0, "felt_piano": 0, "honky_tonk": 3, "epiano": 4, "wurli": 4, "harpsichord": 6, "clavinet": 7,
    "celesta": 8, "glock": 9, "music_box": 10, "vibraphone": 11, "marimba": 12, "xylophone": 13, "bells": 14,
    "tubular_bells": 14, "dulcimer": 15, "organ": 16, "organ_stab": 17, "percussive_organ": 17, "rock_organ": 18,
    "church_organ": 19, "accordion": 21, "melodica": 21, "harmonica": 22, "bandoneon": 23, "nylon": 24, "ukulele": 24,
    "steel": 25, "twelve_string": 25, "mandolin": 25, "jazz_guitar": 26, "clean_guitar": 27, "crunch_guitar": 29,
    "muted_guitar": 28,
    "lead_guitar": 29, "power_guitar": 30, "upright_bass": 32, "finger_bass": 33, "pick_bass": 34, "fretless_bass": 35,
    "slap_bass": 36, "sub_bass": 38, "bass_808": 38, "saw_bass": 38, "acid_bass": 38, "synth_bass": 39, "reese": 39,
    "growl": 39, "violin": 40, "viola": 41, "cello": 42, "cello_low": 42, "contrabass": 43, "tremolo_strings": 44,
    "pizzicato": 45, "contrabass_pizz": 45, "harp": 46, "kora": 46, "strings": 48, "staccato_strings": 48, "choir": 52,
    "voice_ooh": 53, "trumpet": 56, "trombone": 57, "tuba": 58, "muted_trumpet": 59, "horn": 60, "brass": 61,
    "brass_stab": 61, "brass_synth": 62, "soprano_sax": 64, "alto_sax": 65, "sax": 66, "tenor_sax": 66,
    "baritone_sax": 67, "oboe": 68, "english_horn": 69, "bassoon": 70, "clarinet": 71, "piccolo": 72, "flute": 73,
    "recorder": 74, "pan_flute": 75, "shakuhachi": 77, "whistle": 78, "ocarina": 79, "square_lead": 80,
    "chip_triangle": 80, "chip_square": 80, "chip_pulse12": 80, "chip_pulse25": 80, "saw_lead": 81, "supersaw": 81,
    "stab": 81, "pluck_synth": 84, "warm_pad": 89, "glass_pad": 92, "dark_pad": 95, "sitar": 104, "tanpura": 104,
    "banjo": 105, "shamisen": 106, "koto": 107, "kalimba": 108, "bagpipe": 109, "fiddle": 110, "shanai": 111,
    "steel_drums": 114,
}  # fmt: skip
DRUMS = {
    "kick": 36, "snare": 38, "rim": 37, "clap": 39, "hat": 42, "open": 46, "ride": 51, "crash": 49, "cymbal": 57,
    "tom1": 50, "tom2": 47, "tom3": 43, "shaker": 82, "tamb": 54, "conga_hi": 63, "conga_lo": 64, "cowbell": 56,
    "clave": 75, "perc": 77, "brush": 38, "brush_tap": 38, "taiko_hi": 47, "taiko_lo": 41, "timpani": 41,
    "drum_hi": 60, "drum_lo": 61, "castanets": 85, "woodblock": 76, "agogo_hi": 67, "agogo_lo": 68, "timbale_hi": 65,
    "timbale_lo": 66, "bongo_hi": 60, "bongo_lo": 61, "palmas": 39, "sleigh_bells": 83, "maracas": 70, "cabasa": 69,
    "triangle": 81, "conga_slap": 62, "tabla_hi": 60, "tabla_lo": 61, "concert_bass_drum": 35, "snare_roll": 40,
}  # fmt: skip
STROKE_BEATS = 0.125
FEWER_ACCIDENTALS = {"C# major": "Db", "Ab minor": "G#m"}


def midi_bytes(arrangement: Arrangement, bars: tuple[Bar, ...], intent: Intent, grid: Grid, body: int) -> bytes:
    """A file of type 1 whose every track ends with the body, `body` samples long; a note that lasts longer ends there.

    Its first track has the sections as markers and the chords, bar by bar, as text. The players' lateness of a few
    milliseconds is not in it.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER, charset="utf-8")
    clock = _Clock(grid, body)
    file.tracks.append(_conductor(bars, intent, grid, clock))
    channels = [channel for channel in range(16) if channel != DRUM_CHANNEL]
    for number, (name, part) in enumerate(zip(arrangement.names, arrangement.parts, strict=True)):
        if part.notes:
            file.tracks.append(_part(name, part, channels[number % len(channels)], clock))
    if arrangement.hits:
        file.tracks.append(_drums(arrangement, clock))
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue()


class _Clock:
    """Beats as ticks, swung as they sound. Under a fermata the file's tempo gives way: ticks there are as written."""

    def __init__(self, grid: Grid, body: int):
        self._grid = grid
        self._ticks_per_beat = TICKS_PER_QUARTER * grid.metre.quarters_per_beat
        body_s = body / TAKE_RATE_HZ
        if grid.fermata is None:
            self.end = self._unstretched(body_s)
        else:
            held_s = body_s - grid.seconds(grid.fermata.beat)
            self.end = round((grid.fermata.beat + held_s / grid.fermata.beat_s) * self._ticks_per_beat)

    def ticks(self, beat: float) -> int:
        if self._grid.fermata and beat > self._grid.fermata.beat:
            return round(beat * self._ticks_per_beat)
        return self._unstretched(self._grid.seconds(beat))

    def _unstretched(self, seconds: float) -> int:
        return round(seconds / self._grid.beat_s * self._ticks_per_beat)

    def tempo(self, beat_s: float) -> int:
        """Microseconds of a quarter note where a beat lasts so long."""
        return round(1e6 * beat_s / self._grid.metre.quarters_per_beat)


def _conductor(bars: tuple[Bar, ...], intent: Intent, grid: Grid, clock: _Clock) -> mido.MidiTrack:
    events: list[Event] = [
        (0, mido.MetaMessage("track_name", name=f"{intent.style_id}, {intent.emotion}")),
        (0, mido.MetaMessage("set_tempo", tempo=clock.tempo(grid.beat_s))),
        (0, _time_signature(grid.metre)),
        (0, mido.MetaMessage("key_signature", key=key_signature(intent.key))),
    ]
    if grid.fermata:
        at = clock.ticks(grid.fermata.beat)
        events.append((at, mido.MetaMessage("set_tempo", tempo=clock.tempo(grid.fermata.beat_s))))
    for bar in bars:
        if bar.opens or bar.index == 0:
            events.append((clock.ticks(bar.beat), mido.MetaMessage("marker", text=_marker(bar))))
        for place, chord in enumerate(bar.chords):
            at = clock.ticks(bar.beat + place * bar.chord_steps / steps_per_beat(bar.metre))
            events.append((at, mido.MetaMessage("text", text=chord.symbol)))
    return _track([event for event in events if event[0] < clock.end], clock)


def _time_signature(metre: Metre) -> mido.MetaMessage:
    clocks = round(24 * metre.quarters_per_beat)  # of a metronome click, 24 to a quarter
    return mido.MetaMessage(
        "time_signature", numerator=metre.numerator, denominator=metre.denominator, clocks_per_click=clocks
    )


def _marker(bar: Bar) -> str:
    """As producers name sections: "A1", "B2", or what else it is."""
    return f"{bar.section}{bar.round + 1}" if bar.part in ("verse", "chorus") else bar.part


def key_signature(key: Key) -> str:
    """As MIDI writes it, with the fewer accidentals: `Am`, `F#`, `Db`."""
    name = str(key)
    return FEWER_ACCIDENTALS.get(name) or TONICS[key.tonic] + ("m" if key.mode == "minor" else "")


def _part(name: str, part: Part, channel: int, clock: _Clock) -> mido.MidiTrack:
    events: list[Event] = [
        (0, mido.MetaMessage("track_name", name=f"{name} ({part.voice})")),
        (0, mido.Message("program_change", channel=channel, program=PROGRAMS[part.voice])),
    ]
    sounding = [_TickNote.of(clock, note.beat, note.beats, note.midi, note.velocity) for note in part.notes]
    return _track([*events, *_note_messages(sounding, channel, clock)], clock)


def _drums(arrangement: Arrangement, clock: _Clock) -> mido.MidiTrack:
    sounding = [_TickNote.of(clock, hit.beat, STROKE_BEATS, DRUMS[hit.piece], hit.velocity) for hit in arrangement.hits]
    name: Event = (0, mido.MetaMessage("track_name", name=DRUMMER))
    return _track([name, *_note_messages(sounding, DRUM_CHANNEL, clock)], clock)


@dataclass(frozen=True, order=True)
class _TickNote:
    """A note in ticks. `strength`: 1..127."""

    pitch: int
    start: int
    strength: int
    stop: int

    @classmethod
    def of(cls, clock: _Clock, beat: float, beats: float, pitch: int, velocity: float) -> _TickNote:
        strength = max(1, min(127, round(127 * velocity)))
        return cls(pitch, clock.ticks(beat), strength, clock.ticks(beat + beats))


def _note_messages(sounding: list[_TickNote], channel: int, clock: _Clock) -> list[Event]:
    """Messages of what begins before the end. A pitch sounds once at a time on a channel: of two that begin together
    the louder stays, and what still sounds when it begins again ends there."""
    events: list[Event] = []
    notes = sorted(note for note in sounding if note.start < clock.end)
    for note, following in zip(notes, [*notes[1:], None], strict=True):
        stop = min(note.stop, clock.end)
        if following is not None and following.pitch == note.pitch:
            stop = min(stop, following.start)
        if note.start < stop:
            on = mido.Message("note_on", channel=channel, note=note.pitch, velocity=note.strength)
            events += [(note.start, on), (stop, mido.Message("note_off", channel=channel, note=note.pitch))]
    return events


def _track(events: list[Event], clock: _Clock) -> mido.MidiTrack:
    """In order of time: what ends before what begins."""
    track = mido.MidiTrack()
    now = 0
    for at, message in sorted(events, key=lambda event: (event[0], event[1].type == "note_on")):
        message.time, now = at - now, at
        track.append(message)
    track.append(mido.MetaMessage("end_of_track", time=clock.end - now))
    return track

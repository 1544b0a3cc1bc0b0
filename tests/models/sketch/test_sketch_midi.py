"""The written notes: two readers agree on what they are, and they are those that sound."""

from __future__ import annotations

import io
from typing import Any

import mido
import numpy as np
import pretty_midi
import pytest

from aural.theory.keys import ALL_KEYS, Key
from aural.theory.metre import COMMON_TIME, METRES
from aural.types import TAKE_RATE_HZ, MusicRequest, Take
from models.sketch.arrange import Arrangement, Part
from models.sketch.composer import SketchComposer
from models.sketch.form import Plan
from models.sketch.harmony import chord
from models.sketch.intent import Intent
from models.sketch.loop_form import plan_loop
from models.sketch.midi import DRUMS, PROGRAMS, key_signature, midi_bytes
from models.sketch.score import Grid, Hit, Note
from models.sketch.styles import STYLES, Layer
from models.sketch.synth.kits import KITS
from models.sketch.synth.orchestra import VOICES
from tests.models.sketch.takes import with_stems


def take_of(composer: SketchComposer, **fields: Any) -> Take:
    asked = {"prompt": "music", "duration_s": 4.0, "seed": 3, "stems": True, **fields}
    return composer.compose(MusicRequest(**asked), lambda _: None)


def read(midi: bytes) -> tuple[mido.MidiFile, pretty_midi.PrettyMIDI]:
    return mido.MidiFile(file=io.BytesIO(midi)), pretty_midi.PrettyMIDI(io.BytesIO(midi))


def texts(file: mido.MidiFile, kind: str) -> list[str]:
    return [message.text for message in file.tracks[0] if message.type == kind]


@pytest.mark.parametrize(("bpm", "loop"), [(120.0, True), (93.7, False), (174.0, True)])
def test_two_readers_see_tempo_key_metre_and_length(composer: SketchComposer, bpm: float, loop: bool) -> None:
    take = take_of(composer, style_id="pop", bpm=bpm, key="F# minor", loop=loop, ending=None if loop else "cut")
    file, pretty = read(take.midi)
    body_s = take.loop_end / TAKE_RATE_HZ
    assert file.type == 1
    assert [message.tempo for message in file.tracks[0] if message.type == "set_tempo"] == [round(6e7 / bpm)]
    times_s, tempi = pretty.get_tempo_changes()
    assert (len(times_s), tempi[0]) == (1, pytest.approx(bpm, rel=1e-5))
    assert pretty_midi.key_number_to_key_name(pretty.key_signature_changes[0].key_number) == "F# minor"
    assert str(pretty.time_signature_changes[0]).startswith("4/4")
    for track in file.tracks:
        ticks = sum(message.time for message in track)
        assert ticks * 60 / bpm / file.ticks_per_beat == pytest.approx(body_s, abs=60 / bpm / file.ticks_per_beat)
        assert not loop or ticks == take.bars * 4 * file.ticks_per_beat
    assert body_s - 2 < pretty.get_end_time() <= body_s + 0.001


@pytest.mark.parametrize("name", METRES)
def test_a_piece_ends_on_a_bar_line_with_the_file(composer: SketchComposer, name: str) -> None:
    """The last chord is a bar under a fermata: whole bars in ticks, the body's very length in seconds."""
    metre = METRES[name]
    take = take_of(composer, prompt=f"folk in {name}", bpm=101.3, duration_s=11.37)
    file, _ = read(take.midi)
    (signature,) = [message for message in file.tracks[0] if message.type == "time_signature"]
    assert (signature.numerator, signature.denominator) == (metre.numerator, metre.denominator)
    assert file.length == pytest.approx(11.37, abs=0.002)
    bar = file.ticks_per_beat * metre.beats * metre.quarters_per_beat
    assert sum(message.time for message in file.tracks[0]) % bar == 0
    tempi = [message.tempo for message in file.tracks[0] if message.type == "set_tempo"]
    assert tempi[0] == round(6e7 / 101.3 / metre.quarters_per_beat)
    assert len(tempi) == 2
    assert (
        texts(file, "text")[-1]
        == chord("I" if take.key and "major" in take.key else "i", Key.parse(take.key or "")).symbol
    )


@pytest.mark.parametrize("style_id", STYLES)
def test_each_player_has_a_track_and_the_drums_their_channel(style_id: str) -> None:
    take = with_stems(style_id)
    file, pretty = read(take.midi)
    assert [one.is_drum for one in pretty.instruments].count(True) == ("drums" in take.stems)
    assert [one.name.split(" ")[0] for one in pretty.instruments] == list(take.stems)
    starts = [sum(message.type == "note_on" for message in track) for track in file.tracks[1:]]
    assert starts == [len(one.notes) for one in pretty.instruments]
    assert all(0 < note.velocity < 128 and note.end > note.start for one in pretty.instruments for note in one.notes)
    programs = [one.program for one in pretty.instruments if not one.is_drum]
    voices = [one.name.split("(")[1].rstrip(")") for one in pretty.instruments if not one.is_drum]
    assert programs == [PROGRAMS[voice] for voice in voices]


def test_every_voice_and_every_drum_is_written() -> None:
    assert set(PROGRAMS) == set(VOICES)
    assert set(DRUMS) == {piece for kit in KITS.values() for piece in kit}


def test_the_notes_are_where_the_sound_is(composer: SketchComposer) -> None:
    """The kick's notes meet what rises in the drums; the bass's pitch is the one that its stem has."""
    take = take_of(composer, style_id="house", bpm=120.0, loop=True, key="A minor", duration_s=8.0)
    _, pretty = read(take.midi)
    drums = next(one for one in pretty.instruments if one.is_drum)
    power = np.square(take.stems["drums"]).sum(axis=0)
    reach = TAKE_RATE_HZ // 50
    kicks = [round(note.start * TAKE_RATE_HZ) for note in drums.notes if note.pitch == DRUMS["kick"]]
    kicks = [at for at in kicks if at > reach]
    assert len(kicks) >= 12
    rises = [power[at : at + reach].sum() > 2 * power[at - reach : at].sum() for at in kicks]
    assert np.mean(rises) > 0.9
    bass = next(one for one in pretty.instruments if one.name.startswith("bass"))
    note = max(bass.notes, key=lambda note: note.end - note.start)
    sound = take.stems["bass"][0, round(note.start * TAKE_RATE_HZ) : round(note.end * TAKE_RATE_HZ)]
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 17))
    hz = pretty_midi.note_number_to_hz(note.pitch)
    strength = [spectrum[round(hz * 2 ** (step / 12) * (1 << 17) / TAKE_RATE_HZ)] for step in range(-6, 7)]
    assert np.argmax(strength) == 6


def written(notes: list[Note], hits: list[Hit], *, swing: float = 0.5) -> pretty_midi.PrettyMIDI:
    """One bar of a piano and a drummer, at 120."""
    style, key = STYLES["pop"], Key(0, "major")
    bars = plan_loop(Plan(style, key, COMMON_TIME, 1, 2.0, False, False), np.random.default_rng(0))
    arrangement = Arrangement((Part(Layer("chords", ("piano",)), "piano", notes),), hits)
    intent = Intent("pop", "neutral", 120.0, key)
    midi = midi_bytes(arrangement, bars, intent, Grid(120.0, TAKE_RATE_HZ, swing), 2 * TAKE_RATE_HZ)
    return pretty_midi.PrettyMIDI(io.BytesIO(midi))


def test_swing_and_velocity_are_those_of_the_score() -> None:
    pretty = written([Note(0.5, 0.5, 60, 0.5), Note(1.0, 1.0, 62, 1.0)], [Hit(3.5, "kick", 0.01)], swing=2 / 3)
    first, second = pretty.instruments[0].notes
    assert (first.start, first.end, second.start) == tuple(pytest.approx(beat / 2, abs=1e-3) for beat in (2 / 3, 1, 1))
    assert (first.velocity, second.velocity) == (64, 127)
    (kick,) = pretty.instruments[1].notes
    assert (kick.start, kick.velocity) == (pytest.approx((3 + 2 / 3) / 2, abs=1e-3), 1)


def test_a_pitch_sounds_once_at_a_time_and_ends_with_the_loop() -> None:
    overlapping = [Note(0.0, 2.0, 60, 0.5), Note(1.0, 8.0, 60, 0.5), Note(1.0, 8.0, 64, 0.5), Note(4.0, 1.0, 67, 0.5)]
    pretty = written(overlapping, [Hit(0.0, "snare", 0.3), Hit(0.0, "brush", 0.9)])
    lengths = [(note.pitch, note.start, note.end) for note in pretty.instruments[0].notes]
    assert sorted(lengths) == [(60, 0.0, 0.5), (60, 0.5, 2.0), (64, 0.5, 2.0)]
    assert [note.velocity for note in pretty.instruments[1].notes] == [round(0.9 * 127)]


def test_sections_are_markers_and_chords_are_text(composer: SketchComposer) -> None:
    file, _ = read(take_of(composer, style_id="pop", bpm=120.0, loop=True, bars=8, key="C major").midi)
    assert texts(file, "marker") == ["A1", "B1"]
    chords = texts(file, "text")
    assert len(chords) >= 8
    assert len(set(chords)) >= 4
    assert chords[-1] == "G"


def test_chords_are_written_as_musicians_do() -> None:
    minor = ("i7", "VImaj7", "iv9", "V7sus4", "V7", "iim7b5", "iio7", "i/3", "V7/7", "iv/1")
    named = [chord(one, Key(5, "minor")).symbol for one in minor]
    assert named == ["Fm7", "Dbmaj7", "Bbm9", "C7sus4", "C7", "Gm7b5", "Gdim7", "Fm/Ab", "C7/Bb", "Bbm/F"]
    assert chord("bVII", Key(0, "major")).symbol == "Bb"
    assert [chord("III", Key(4, "major")).symbol, chord("vi", Key(6, "major")).symbol] == ["G#", "D#m"]


def test_every_key_has_a_signature_that_readers_know() -> None:
    for key in ALL_KEYS:
        mido.MetaMessage("key_signature", key=key_signature(key))
    assert [key_signature(ALL_KEYS[place]) for place in (1, 6, 20)] == ["Db", "F#", "G#m"]


def test_the_same_request_gives_the_same_file(composer: SketchComposer) -> None:
    first, second = (take_of(composer, style_id="jazz") for _ in range(2))
    assert first.midi == second.midi

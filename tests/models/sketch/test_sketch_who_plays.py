"""Who plays is who was named: alone, beside the band, or not at all; louder, or softer."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from models.sketch.prompt.families import FAMILIES
from models.sketch.prompt.interpreter import PromptInterpreter
from tests.models.sketch.asking import DRUMS, VOCALS, band, decided, written


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("only drums", {DRUMS}),
        ("drums only", {DRUMS}),
        ("just a beat", {DRUMS}),
        ("drum solo", {DRUMS}),
        ("percussion only, no melody", {DRUMS}),
        ("solo cello", {"cello"}),
        ("just a cello", {"cello"}),
        ("a lone trumpet at dusk", {"trumpet"}),
        ("unaccompanied flute", {"flute"}),
        ("solo piano", {"piano"}),
        ("piano only", {"piano"}),
        ("nothing but piano", {"piano"}),
        ("piano and nothing else", {"piano"}),
        ("piano, no other instruments", {"piano"}),
        ("jazz piano solo", {"piano"}),
        ("piano sonata", {"piano"}),
        ("calm piano music for reading", {"piano"}),
        ("for harp alone", {"harp"}),
        ("acoustic guitar only", {"steel"}),
        ("classical guitar solo", {"nylon"}),
        ("piano and strings only", {"piano", "strings"}),
        ("violin and piano", {"violin", "piano"}),
        ("duet for flute and guitar", {"flute", "nylon"}),
        ("cello sonata", {"cello", "piano"}),
        ("string quartet", {"violin", "viola", "cello"}),
        ("piano trio", {"piano", "violin", "cello"}),
        ("jazz trio", {"piano", "upright_bass", DRUMS}),
        ("a sax solo over a piano trio", {"sax", "piano", "upright_bass", DRUMS}),
        ("brass quintet", {"trumpet", "horn", "trombone", "tuba"}),
        ("woodwind quintet", {"flute", "oboe", "clarinet", "horn", "bassoon"}),
        ("power trio", {"power_guitar", "lead_guitar", "pick_bass", DRUMS}),
        ("a cappella choir", set(VOCALS)),
    ],
)
def test_exactly_who_was_named(interpreter: PromptInterpreter, prompt: str, expected: set[str]) -> None:
    assert band(written(interpreter, prompt)) == expected


def test_bass_and_drums_are_one_bass_and_drums(interpreter: PromptInterpreter) -> None:
    arrangement = written(interpreter, "only bass and drums")
    assert [part.layer.role for part in arrangement.parts] == ["bass"]
    assert arrangement.hits


def test_a_soloist_has_a_line_in_his_register_and_a_quartet_four(interpreter: PromptInterpreter) -> None:
    (line,) = written(interpreter, "solo cello").parts
    assert line.layer.role == "melody"
    assert {note.midi for note in line.notes} <= set(range(36, 73))
    onsets = [note.beat for note in line.notes]
    assert len(set(onsets)) == len(onsets)  # one note at a time
    quartet = written(interpreter, "string quartet").parts
    assert sorted(part.voice for part in quartet) == ["cello", "viola", "violin", "violin"]
    piano = {part.layer.role for part in written(interpreter, "solo piano").parts}
    assert piano == {"chords", "melody"}


@pytest.mark.parametrize(
    ("prompt", "added", "beside"),
    [
        ("rock with a guitar solo", {"lead_guitar"}, {DRUMS, "pick_bass"}),
        ("big band swing with a trumpet solo", {"trumpet"}, {DRUMS, "upright_bass"}),
        ("hip hop with a string quartet", {"violin", "cello"}, {DRUMS}),
        ("techno featuring solo violin", {"violin"}, {DRUMS}),
        ("not only piano but a whole jazz band", {"piano"}, {DRUMS}),
        ("música alegre de verano con guitarra", {"clean_guitar"}, {DRUMS}),
    ],
)
def test_what_is_added_does_not_silence_the_band(
    interpreter: PromptInterpreter, prompt: str, added: set[str], beside: set[str]
) -> None:
    assert band(written(interpreter, prompt)) >= added | beside


@pytest.mark.parametrize(
    "prompt",
    [
        "lofi beat no drums", "ambient without any percussion", "beatless techno", "drumless jazz", "drum-free funk",
        "do not use drums, rock", "I don't want any drums in this house track", "techno, exclude drums",
        "pop, drums: none", "pop, leave out the drums", "disco minus drums", "rock lacking drums", "avoid drums, latin",
        "everything except drums, funk", "funk w/o drums", "rock, no bass or drums",
        "rock without bass, piano or drums", "rock sin batería", "Rock ohne Schlagzeug",
        "du rock sans batterie", "rock senza batteria", "rock sem bateria",
        "рок без ударных", "ロック、ドラムなし", "没有鼓的摇滚", "nur Klavier, kein Schlagzeug",
    ],
)  # fmt: skip
def test_no_drums(interpreter: PromptInterpreter, prompt: str) -> None:
    assert DRUMS not in band(written(interpreter, prompt))


@pytest.mark.parametrize(
    ("prompt", "absent"),
    [
        ("latin, no trumpet", FAMILIES["trumpet"]),
        ("rock, no electric guitar", FAMILIES["electric guitar"]),
        ("house, no synthesizers", FAMILIES["synth"]),
        ("electronic without synths or piano", (*FAMILIES["synth"], *FAMILIES["piano"])),
        ("jazz trio without piano", FAMILIES["piano"]),
        ("rnb, instrumental", VOCALS),
        ("wordless pop", VOCALS),
        ("soul without vocals", VOCALS),
        ("cinematic without strings and brass", (*FAMILIES["strings"], *FAMILIES["brass"])),
        ("country lacking fiddle and banjo", ("fiddle", "banjo")),
        ("string quartet with no piano", FAMILIES["piano"]),
        ("весёлая музыка без гитары", FAMILIES["guitar"]),
        ("musica allegra senza chitarra", FAMILIES["guitar"]),
    ],
)
def test_what_is_negated_does_not_play(interpreter: PromptInterpreter, prompt: str, absent: Iterable[str]) -> None:
    playing = band(written(interpreter, prompt))
    assert playing
    assert not playing & set(absent)


@pytest.mark.parametrize(("prompt", "role"), [("techno with no melody", "melody"), ("rock without bass", "bass")])
def test_a_role_is_left_out(interpreter: PromptInterpreter, prompt: str, role: str) -> None:
    roles = {part.layer.role for part in written(interpreter, prompt).parts}
    assert roles
    assert role not in roles


def test_a_negation_reaches_no_farther_than_its_clause(interpreter: PromptInterpreter) -> None:
    playing = band(written(interpreter, "ambient, no drums, but with a violin and piano"))
    assert DRUMS not in playing
    assert {"violin", "piano"} <= playing
    assert {"sax", DRUMS} <= band(written(interpreter, "house without bass, with a saxophone and drums"))
    assert decided(interpreter, "not too slow jazz").style_id == "jazz"
    assert decided(interpreter, "dark but not scary ambient").emotion == "dark"
    assert decided(interpreter, "I do not like jazz, make it rock").style_id == "rock"


def test_no_guitar_solo_keeps_the_guitars(interpreter: PromptInterpreter) -> None:
    arrangement = written(interpreter, "rock instrumental, no vocals, no guitar solo")
    guitars = {part.layer.role for part in arrangement.parts if part.voice in FAMILIES["guitar"]}
    assert "chords" in guitars
    assert not guitars & {"melody", "counter"}


def test_no_kick_drum_leaves_the_other_drums(interpreter: PromptInterpreter) -> None:
    pieces = {hit.piece for hit in written(interpreter, "house, no kick drum").hits}
    assert pieces
    assert "kick" not in pieces


def test_what_it_should_not_feel_like(interpreter: PromptInterpreter) -> None:
    lively = decided(interpreter, "not sad, not slow")
    assert lively.emotion in ("joyful", "neutral", "energetic")
    assert lively.bpm >= 100
    assert decided(interpreter, "anything but happy").emotion != "joyful"
    assert decided(interpreter, "techno, not too fast").bpm < decided(interpreter, "techno").bpm


def test_more_and_less(interpreter: PromptInterpreter) -> None:
    asked = decided(interpreter, "less drums more bass")
    assert asked.balance == (("drums", -6.0), ("bass", 4.0))
    assert asked.style_id == "pop"  # nothing in it names a genre
    louder = {p.layer.role: p.layer.level_db for p in written(interpreter, "house, more bass").parts}
    plain = {p.layer.role: p.layer.level_db for p in written(interpreter, "house").parts}
    assert louder == {**plain, "bass": plain["bass"] + 4}
    assert len(plain) > 2


def test_a_negative_prompt_is_a_negation(interpreter: PromptInterpreter) -> None:
    arrangement = written(interpreter, "sad rock", negative_prompt="drums, electric guitar, vocals")
    assert not band(arrangement) & {DRUMS, *FAMILIES["electric guitar"], *VOCALS}
    asked = decided(interpreter, "music", negative_prompt="pop, sad, slow")
    assert asked.style_id != "pop"
    assert asked.emotion != "sad"
    assert decided(interpreter, "sad piano", negative_prompt="sad").emotion != "sad"

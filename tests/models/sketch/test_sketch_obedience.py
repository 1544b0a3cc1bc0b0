"""What a prompt asks for is what is written: who plays, who does not, how fast, in which metre, in any language."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from aural.errors import BadField
from aural.types import MusicRequest
from models.sketch.arrange import Arrangement
from models.sketch.composer import _compose_piece
from models.sketch.encoder import SentenceEncoder
from models.sketch.intent import Intent
from models.sketch.prompt.families import FAMILIES
from models.sketch.prompt.interpreter import PromptInterpreter
from models.sketch.prompt.languages import translated
from tests.models.sketch.conftest import Compose

DRUMS = "drums"
VOCALS = ("voice_ooh", "choir")


@pytest.fixture(scope="module")
def interpreter() -> PromptInterpreter:
    return PromptInterpreter(SentenceEncoder.load())


def decided(interpreter: PromptInterpreter, prompt: str, **fields: object) -> Intent:
    return interpreter.intent(MusicRequest(prompt, duration_s=30.0, seed=1, **fields))  # type: ignore[arg-type]


def written(interpreter: PromptInterpreter, prompt: str, **fields: object) -> Arrangement:
    request = MusicRequest(prompt, duration_s=30.0, seed=1, **fields)  # type: ignore[arg-type]
    return _compose_piece(request, interpreter.intent(request), lambda: None).arrangement


def band(arrangement: Arrangement) -> set[str]:
    """Who plays at least a note, the drummer among them."""
    return {part.voice for part in arrangement.parts if part.notes} | ({DRUMS} if arrangement.hits else set())


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
    assert louder["bass"] == plain["bass"] + 4
    assert louder["pad"] == plain["pad"]


def test_a_negative_prompt_is_a_negation(interpreter: PromptInterpreter) -> None:
    arrangement = written(interpreter, "sad rock", negative_prompt="drums, electric guitar, vocals")
    assert not band(arrangement) & {DRUMS, *FAMILIES["electric guitar"], *VOCALS}
    asked = decided(interpreter, "music", negative_prompt="pop, sad, slow")
    assert asked.style_id != "pop"
    assert asked.emotion != "sad"
    assert decided(interpreter, "sad piano", negative_prompt="sad").emotion != "sad"


@pytest.mark.parametrize(
    ("prompt", "low", "high"),
    [
        ("largo for organ", 40, 60), ("adagio for strings", 55, 76), ("andante piano", 76, 108),
        ("moderato", 98, 112), ("allegretto", 106, 120), ("allegro string quartet", 116, 168), ("vivace", 150, 176),
        ("presto violin and piano", 168, 200), ("prestissimo", 190, 220), ("grave", 30, 50), ("larghetto", 56, 68),
        ("slow blues in E", 40, 76), ("very fast punk rock", 150, 240), ("slow techno", 60, 100),
        ("very slow ambient", 36, 58), ("fast jazz", 132, 220), ("uptempo soul", 110, 150),
        ("a crawling doom riff", 36, 60),
        ("laid back house", 60, 100), ("brisk walk", 110, 150), ("slow but happy at 133 bpm", 133, 133),
        ("piano lento y triste", 40, 66), ("langsame traurige Musik", 40, 80), ("медленная музыка", 40, 80),
        ("ゆっくりした音楽", 40, 80), ("慢节奏的音乐", 40, 80), ("música rápida", 116, 190),
    ],
)  # fmt: skip
def test_tempo_words(interpreter: PromptInterpreter, prompt: str, low: float, high: float) -> None:
    assert low <= decided(interpreter, prompt).bpm <= high


@pytest.mark.parametrize(
    ("prompt", "metre"),
    [
        ("Viennese waltz", "3/4"), ("jazz waltz", "3/4"), ("irish jig", "6/8"), ("barcarolle", "6/8"),
        ("slow blues in 12/8", "12/8"), ("slow blues shuffle", "4/4"), ("prog rock in an odd meter", "5/4"),
        ("marching band", "4/4"), ("polka", "4/4"), ("rock, not a waltz", "4/4"), ("valzer lento", "3/4"),
        ("techno", "4/4"), ("doo wop", "12/8"),
    ],
)  # fmt: skip
def test_metre(interpreter: PromptInterpreter, prompt: str, metre: str) -> None:
    assert decided(interpreter, prompt).metre.name == metre


def test_the_field_goes_before_the_prompts_metre(interpreter: PromptInterpreter) -> None:
    assert decided(interpreter, "waltz", metre="5/4").metre.name == "5/4"


@pytest.mark.parametrize(
    ("prompt", "styles", "players", "bpm"),
    [
        ("mariachi band", {"latin"}, {"trumpet", "violin"}, (90, 150)),
        ("flamenco guitar", {"latin", "world"}, {"nylon"}, (80, 150)),
        ("dubstep with wobble bass", {"electronic"}, {"growl"}, (136, 146)),
        ("trance anthem", {"electronic", "techno"}, {"supersaw"}, (128, 145)),
        ("hardstyle", {"techno", "electronic"}, set(), (145, 160)),
        ("gabber", {"techno"}, set(), (165, 195)),
        ("bagpipes marching", {"folk", "world"}, {"bagpipe"}, (80, 130)),
        ("afrobeats party", {"world", "latin", "house"}, {DRUMS}, (90, 125)),
        ("bollywood dance song", {"world"}, {DRUMS}, (90, 140)),
        ("gospel choir", {"rnb_soul"}, {"choir"}, (60, 110)),
        ("opera aria soprano", {"classical"}, {"voice_ooh"}, (50, 120)),
        ("marching band", {"classical"}, {"trumpet", DRUMS}, (100, 130)),
        ("tango", {"latin"}, {"bandoneon"}, (100, 140)),
        ("klezmer", {"folk"}, {"clarinet"}, (90, 170)),
        ("dixieland", {"jazz"}, {"banjo", "trumpet"}, (140, 220)),
        ("gypsy jazz", {"jazz"}, {"violin", "steel"}, (150, 230)),
        ("ragtime", {"jazz"}, {"honky_tonk"}, (80, 130)),
        ("gregorian chant", {"ambient"}, {"choir"}, (40, 80)),
        ("surf rock", {"rock"}, {DRUMS}, (130, 180)),
        ("black metal", {"metal"}, {"power_guitar"}, (150, 200)),
        ("doom metal", {"metal"}, {"power_guitar"}, (40, 80)),
        ("trip hop", {"hiphop"}, {DRUMS}, (70, 100)),
        ("vaporwave", {"synthwave"}, set(), (55, 90)),
        ("k-pop", {"pop"}, set(), (100, 135)),
        ("bluegrass", {"country"}, {"banjo", "fiddle"}, (120, 170)),
        ("zydeco", {"country"}, {"accordion"}, (110, 170)),
        ("calypso", {"latin"}, {"steel_drums"}, (90, 130)),
        ("hawaiian", {"folk"}, {"ukulele"}, (70, 120)),
        ("gamelan", {"world"}, {"marimba"}, (70, 130)),
        ("raga", {"world"}, {"sitar"}, (50, 100)),
        ("japanese garden", {"world"}, {"koto"}, (60, 100)),
        ("musette", {"folk"}, {"accordion"}, (140, 190)),
        ("lullaby", {"classical"}, {"music_box"}, (50, 80)),
        ("christmas carol with sleigh bells", {"classical", "pop", "folk"}, {"bells"}, (70, 120)),
        ("scary halloween music", {"cinematic", "ambient", "classical"}, set(), (60, 120)),
        ("music for a car chase", {"cinematic", "electronic"}, {DRUMS}, (120, 170)),
        ("spa", {"ambient"}, set(), (50, 80)),
        ("film noir detective", {"jazz"}, {"muted_trumpet"}, (60, 100)),
    ],
)
def test_genres_bring_their_players_and_tempo(
    interpreter: PromptInterpreter, prompt: str, styles: set[str], players: set[str], bpm: tuple[float, float]
) -> None:
    asked = decided(interpreter, prompt)
    assert asked.style_id in styles
    assert bpm[0] <= asked.bpm <= bpm[1]
    assert players <= band(written(interpreter, prompt))


@pytest.mark.parametrize(
    ("prompt", "emotion", "voices"),
    [
        ("piano triste et lent", "sad", {"piano"}),
        ("música alegre de verano con guitarra", "joyful", {"clean_guitar"}),
        ("ruhige Klaviermusik zum Einschlafen", "calm", {"piano"}),
        ("грустная музыка на пианино", "sad", {"piano"}),
        ("悲しいピアノ", "sad", {"piano"}),
        ("triste bolero con chitarra", "sad", {"nylon"}),
        ("快乐的吉他", "joyful", {"steel"}),
        ("samba alegre com violão", "joyful", {"nylon"}),
        ("düstere Orgel", "dark", {"organ"}),
        ("violon mélancolique", "sad", {"violin"}),
        ("весёлая скрипка", "joyful", {"violin"}),
        ("楽しいウクレレ", "joyful", {"ukulele"}),
        ("Entspannende Gitarrenmusik", "calm", {"steel"}),
        ("violoncello malinconico", "sad", {"cello"}),
    ],
)
def test_other_languages(interpreter: PromptInterpreter, prompt: str, emotion: str, voices: set[str]) -> None:
    assert decided(interpreter, prompt).emotion == emotion
    assert voices <= band(written(interpreter, prompt))


@pytest.mark.parametrize(
    "prompt",
    [
        "a sombre song about the sea", "the die is cast, an epic trailer", "real estate video", "alto sax in a bar",
        "no more living in sin, rock", "hell bent metal", "plus a solo", "chords and chorus, pop", "so sad",
    ],
)  # fmt: skip
def test_english_stays_english(prompt: str) -> None:
    assert translated(prompt) == prompt.lower()


@pytest.mark.parametrize(
    ("prompt", "styles"),
    [
        ("like Hans Zimmer", {"cinematic"}),
        ("something like Daft Punk", {"house", "electronic", "disco_funk"}),
        ("in the style of Miles Davis", {"jazz"}),
        ("Metallica", {"metal"}),
        ("a song that Taylor Swift could sing", {"pop"}),
        ("jazz like Metallica", {"jazz"}),
    ],
)
def test_a_name_is_a_broad_style(interpreter: PromptInterpreter, prompt: str, styles: set[str]) -> None:
    asked = decided(interpreter, prompt)
    assert asked.style_id in styles
    assert asked.instruments == ()


def test_chords_of_a_prompt_and_of_the_field(interpreter: PromptInterpreter) -> None:
    asked = decided(interpreter, "pop with Am F C G")
    assert [chord.text for chord in asked.chords] == ["Am", "F", "C", "G"]
    assert str(asked.key) == "A minor"
    numerals = decided(interpreter, "I-V-vi-IV ballad in D major")
    assert [chord.root for chord in numerals.chords] == [2, 9, 11, 7]
    assert decided(interpreter, "pop", chords="i VI III VII").key.mode == "minor"
    field = decided(interpreter, "Am F C G", chords="Dm7 G7 | Cmaj7")
    assert [chord.root for chord in field.chords] == [2, 7, 0]
    assert decided(interpreter, "pop in C minor").chords == ()
    assert [c.bars for c in decided(interpreter, "chords: C F G | Am").chords] == [1, 1, 1, 1]
    with pytest.raises(BadField, match=r"^chords: "):
        decided(interpreter, "pop", chords="Am hello")


@pytest.mark.parametrize(
    ("prompt", "heard"),
    [
        ("slow sad jazz waltz in C minor with trumpet, no drums",
         ("style: jazz (jazz waltz)", "mood: sad", "tempo: slow", "key: C minor", "metre: 3/4", "with: trumpet",
          "no drums")),
        ("solo cello", ("only: cello",)),
        ("something like Daft Punk", ("name: daft punk -> house",)),
        ("pop, Am F C G", ("style: pop", "chords: Am F C G")),
        ("smoky basement with a saxophone player", ("like: jazz", "with: saxophone")),
        ("less drums more bass", ("with: bass", "less: drums", "more: bass")),
        ("грустное пианино", ("mood: sad", "only: piano")),
        ("xqzv blorp", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_what_was_heard_is_said(interpreter: PromptInterpreter, prompt: str, heard: tuple[str, ...]) -> None:
    said = decided(interpreter, prompt).heard
    assert said == heard
    assert all(phrase.isascii() for phrase in said)


@pytest.mark.parametrize("prompt", ["only drums", "only bass and drums", "solo piano", "solo cello", "jazz, no bass"])
def test_few_players_sound(compose: Compose, prompt: str) -> None:
    """Whoever plays is heard: nothing fails for want of a part."""
    take = compose(prompt, 3.0)
    assert np.isfinite(take.samples).all()
    assert np.abs(take.samples).max() > 0.01
    assert take.heard

"""Tempo words, metres and genres of a prompt, and what genres bring along."""

from __future__ import annotations

import pytest

from models.sketch.prompt.interpreter import PromptInterpreter
from tests.models.sketch.asking import DRUMS, band, decided, written


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

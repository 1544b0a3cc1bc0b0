"""What a prompt, its fields and its likeness to known phrasings decide."""

from __future__ import annotations

import numpy as np
import pytest

from aural.types import MusicRequest
from aural.wording.emotion import EMOTIONS
from aural.wording.style import WORDS
from models.sketch.encoder import WIDTH, SentenceEncoder
from models.sketch.intent import Intent
from models.sketch.prompt.drums import PIECES
from models.sketch.prompt.ensembles import ENSEMBLES
from models.sketch.prompt.families import FAMILIES
from models.sketch.prompt.genres_band import BAND_GENRES
from models.sketch.prompt.genres_club import CLUB
from models.sketch.prompt.genres_stage import STAGE_GENRES
from models.sketch.prompt.genres_world import WORLD_GENRES
from models.sketch.prompt.instruments import GUITARS, HOMES, INSTRUMENTS
from models.sketch.prompt.interpreter import DEFAULT_STYLE, PromptInterpreter
from models.sketch.prompt.moods import EMOTION_WORDS, OPPOSITES
from models.sketch.prompt.names import NAMES
from models.sketch.prompt.phrasings import EMOTION_PHRASINGS, STYLE_PHRASINGS
from models.sketch.prompt.reading import read
from models.sketch.prompt.situations import SITUATIONS
from models.sketch.styles import STYLES
from models.sketch.synth.kits import KITS
from models.sketch.synth.orchestra import VOICES
from tests.spellings import SPELLINGS


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load()


def intent(interpreter: PromptInterpreter, prompt: str, seed: int = 1, **fields: object) -> Intent:
    return interpreter.intent(MusicRequest(prompt, duration_s=10.0, seed=seed, **fields))  # type: ignore[arg-type]


def test_vocabularies_are_complete() -> None:
    assert set(STYLES) == set(WORDS) == set(STYLE_PHRASINGS)
    assert set(EMOTION_WORDS) == set(EMOTIONS) == {*EMOTION_PHRASINGS, "neutral"}
    assert {voice for style in STYLES.values() for layer in style.layers for voice in layer.voices} <= set(VOICES)


def test_tables_name_voices_styles_and_drums_that_there_are() -> None:
    genres = {**CLUB, **BAND_GENRES, **WORLD_GENRES, **STAGE_GENRES, **SITUATIONS}
    named = [*INSTRUMENTS.values(), *(asked for genre in genres.values() for asked in genre.players)]
    named += [asked for ensemble in ENSEMBLES.values() for asked in (*ensemble.members, *ensemble.instead)]
    voices = {asked.voice for asked in named} | {voice for family in FAMILIES.values() for voice in family}
    assert voices - {"guitar", "bass"} <= set(VOICES)
    assert all(asked.roles for asked in named)
    pieces = {piece for genre in genres.values() for piece in genre.pieces}
    assert pieces | set(PIECES.values()) <= {piece for kit in KITS.values() for piece in kit}
    styles = {genre.style_id for genre in genres.values()} | {*HOMES.values(), *GUITARS, *NAMES.values()}
    assert styles - {None} <= set(STYLES)
    assert {emotion for genre in genres.values() if (emotion := genre.emotion)} <= set(EMOTIONS)
    assert set(OPPOSITES) == set(EMOTIONS)


@pytest.mark.parametrize("style_id", WORDS)
def test_every_word_of_a_style_names_it(style_id: str) -> None:
    for word in WORDS[style_id]:
        assert read(f"some {word} music").style_id == style_id, word


def test_words_of_emotion_and_tempo() -> None:
    for emotion, words in EMOTION_WORDS.items():
        for word in words:
            assert read(f"a {word} tune").emotion == emotion, word
    assert read("music").emotion is None


@pytest.mark.parametrize(("prompt", "bpm", "key"), SPELLINGS)
def test_tempo_and_key_are_those_that_every_composer_reads(prompt: str, bpm: float | None, key: str | None) -> None:
    reading = read(prompt)
    assert (reading.bpm, str(reading.key) if reading.key else None) == (bpm, key)


def test_caption_of_musicgen(interpreter: PromptInterpreter) -> None:
    caption = "A gentle piece for a cafe. bpm: 97.5. key: f# minor. genre: hip hop. moods: uplifting. instrument: flute"
    decided = intent(interpreter, caption)
    assert (decided.style_id, decided.emotion, decided.bpm) == ("hiphop", "joyful", 97.5)
    assert str(decided.key) == "F# minor"
    assert [wish.voice for wish in decided.instruments] == ["flute"]


def test_instruments_left_out_or_alone() -> None:
    reading = read("driving house, no drums or bass, with a saxophone")
    assert reading.without == {"drums", "bass"}
    assert [wish.voice for wish in reading.instruments] == ["sax"]
    assert read("drumless ambient").without == {"drums"}
    alone = read("solo electric piano")
    assert alone.exclusive
    assert [wish.voice for wish in alone.instruments] == ["epiano"]


def test_the_special_style_wins_over_the_general_one() -> None:
    assert read("lofi hip hop").style_id == "lofi"
    assert read("electronic drum and bass").style_id == "drum_and_bass"
    assert read("jazzy house").style_id == "house"
    assert read("orchestral metal").style_id == "metal"
    assert read("the house at the end of the world").style_id is None


@pytest.mark.parametrize(
    ("prompt", "styles", "emotions"),
    [
        ("lonely heartbreak ballad", set(STYLES), {"sad"}),
        ("my dog died and I miss him", set(STYLES), {"sad"}),
        ("rave at 4 am in a warehouse", {"techno", "house"}, set(EMOTIONS)),
        ("cowboys riding into the sunset", {"country"}, set(EMOTIONS)),
        ("mosh pit with screaming and double kick", {"metal"}, {"aggressive", "energetic", "neutral"}),
        ("studying late at night while it rains", {"lofi", "ambient"}, set(EMOTIONS)),
        ("pixel plumber jumps over mushrooms on a console", {"chiptune"}, set(EMOTIONS)),
        ("walking through a haunted graveyard", set(STYLES), {"dark"}),
        ("dancing with congas in Havana", {"latin"}, {"joyful", "energetic", "neutral"}),
        ("neon city night drive 1985", {"synthwave"}, set(EMOTIONS)),
    ],
)
def test_free_wording_finds_its_kin(
    interpreter: PromptInterpreter, prompt: str, styles: set[str], emotions: set[str]
) -> None:
    decided = intent(interpreter, prompt)
    assert decided.style_id in styles
    assert decided.emotion in emotions


def test_what_is_like_nothing_gets_the_default(interpreter: PromptInterpreter) -> None:
    for prompt in ("", "xqzv blorp"):
        decided = intent(interpreter, prompt)
        assert (decided.style_id, decided.emotion) == (DEFAULT_STYLE, "neutral")


def test_fields_win_over_words(interpreter: PromptInterpreter) -> None:
    prompt = "happy techno at 130 bpm in C major"
    decided = intent(interpreter, prompt, bpm=77.25, key="G minor", style_id="folk", emotion="dark")
    assert (decided.style_id, decided.emotion, decided.bpm, str(decided.key)) == ("folk", "dark", 77.25, "G minor")


def test_what_nobody_asked_is_the_styles_own(interpreter: PromptInterpreter) -> None:
    for style_id, style in STYLES.items():
        decided = intent(interpreter, "", seed=7, style_id=style_id)
        assert style.bpm[0] <= decided.bpm <= style.bpm[1]
        modes = [intent(interpreter, "", seed, style_id=style_id).key.mode for seed in range(24)]
        assert 12 < modes.count(style.mode or "major") < 24, "mostly the usual one"
    assert len({intent(interpreter, "", seed, style_id="pop").key.tonic for seed in range(20)}) > 6


def test_emotion_chooses_mode_and_tempo(interpreter: PromptInterpreter) -> None:
    for style_id in STYLES:
        sad, joyful = (intent(interpreter, "", style_id=style_id, emotion=e) for e in ("sad", "joyful"))
        assert (sad.key.mode, joyful.key.mode) == ("minor", "major")
        assert sad.bpm < joyful.bpm


def test_encoder_is_a_function_of_the_sentence_alone(encoder: SentenceEncoder) -> None:
    first = encoder.embed("a quiet evening")
    encoder.embed("something else entirely, and much longer than the sentence before it")
    assert first.shape == (WIDTH,)
    assert np.array_equal(first, encoder.embed("a quiet evening"))
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-5)
    near, far = encoder.embed("a calm night"), encoder.embed("tax return form")
    assert first @ near > first @ far + 0.2

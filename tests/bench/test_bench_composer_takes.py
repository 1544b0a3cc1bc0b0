"""`python -m bench.composer`: what it keeps of takes and clips is what they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from aural.types import Floats
from bench.composer import hearing
from bench.composer.likeness import real_clips
from bench.composer.obeying import faults_of
from bench.composer.orders import LONG_S, PLAIN_S, Plan
from bench.composer.rendering import Order, composer, render
from bench.composer.written import write

ORDER = Order("jazz", 3, 4.0)
TONE = np.asarray(0.3 * np.sin(np.arange(16_000 * 6) / 8), np.float32)


def test_the_notes_are_those_of_the_take() -> None:
    take = composer().compose(replace(ORDER.request, stems=True), lambda _: None)
    kept = render(ORDER)
    assert kept.midi == take.midi
    assert kept.body_s == ORDER.duration_s
    assert kept.score.seconds(kept.score.end) == pytest.approx(ORDER.duration_s, abs=1e-3)


def test_without_notes_the_chords_stay() -> None:
    with_notes, without = (write(composer(), ORDER.request, notes=notes).score for notes in (True, False))
    assert with_notes.parts
    assert replace(with_notes, parts=()) == without


def test_a_prompt_that_names_what_the_fields_have_is_obeyed() -> None:
    assert faults_of("120 bpm house in F# minor") == ()


def test_patches_are_what_the_tagger_averages() -> None:
    whole = hearing.tagger().embed(TONE).embedding
    np.testing.assert_allclose(hearing.patch_embeddings(TONE).mean(axis=0), whole[:200], atol=1e-5)


def test_embeddings_are_kept_by_what_is_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Floats] = []

    def listening(samples: Floats) -> Floats:
        heard.append(samples)
        return samples[:1, None]

    monkeypatch.setattr(hearing, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(hearing, "patch_embeddings", listening)
    one, again, other = (tmp_path / f"{name}.wav" for name in ("one", "again", "other"))
    for path, level in ((one, 1.0), (again, 1.0), (other, 0.5)):
        soundfile.write(path, level * TONE, 16_000)
    results = [hearing.real_patch_embeddings(path) for path in (one, again, other, other)]
    assert len(heard) == 2
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[2], results[3])


def test_only_recorded_music_is_real(tmp_path: Path) -> None:
    lines = ("path,source,style_id", "audio/a.ogg,Emotify,jazz", "audio/b.ogg,EMOPIA,pop", "audio/c.ogg,4QAED,pop_rock")
    (tmp_path / "manifest.csv").write_text("\n".join(lines))
    clips = real_clips(tmp_path)
    assert [(clip.name, clip.style_id) for clip in clips] == [("audio/a.ogg", "jazz"), ("audio/c.ogg", "pop_rock")]
    assert clips[0].path == tmp_path / "audio/a.ogg"
    with pytest.raises(SystemExit, match="no"):
        real_clips(tmp_path / "elsewhere")


def test_a_quick_look_embeds_nothing_and_a_whole_one_only_what_is_compared(tmp_path: Path) -> None:
    quick, whole = (list(Plan(("jazz", "house"), seeds, seeds == 3, tmp_path).orders()) for seeds in (3, 12))
    assert not [order for order in quick if order.embeds or order.names]
    assert {(order.style, order.seed) for order in whole if order.embeds} == {("jazz", seed) for seed in (1, 2, 3, 4)}
    plain = [order for order in whole if order.duration_s == PLAIN_S and not order.metre]
    assert len(plain) == 24
    assert all(order.request.loop is False for order in whole)
    assert [order.style for order in quick if order.duration_s == LONG_S] == ["jazz", "house"]

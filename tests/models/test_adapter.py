"""The adapter: what it says, what it is refused for, and that every subset of features is enough."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from aural.audio.clip import Clip
from aural.errors import MissingWeights
from aural.listening.descriptors import describe
from aural.types import ClipFeatures, Floats
from aural.wording.descriptors import DESCRIPTORS
from aural.wording.emotion import ANCHORS, EMOTIONS, nearest_emotion
from aural.wording.style import STYLES
from aural.wording.tags import TAGS
from models.adapter import CLAP_LOGIT_SCALE, ENSEMBLE_WEIGHTS, SHIPPED, Adapter, combined

RATE_HZ = 16_000
WIDTH = 512


@pytest.fixture(scope="module")
def adapter() -> Adapter:
    return Adapter.load()


@pytest.fixture(scope="module")
def average(adapter: Adapter) -> Floats:
    """Tags of the song that is average in every tag."""
    assert adapter.words is not None
    return torch.sigmoid(adapter.words.mean).numpy().astype(np.float32)


def tagged(average: Floats, **odds: float) -> ClipFeatures:
    """The average song with the log odds of some tags ("msd_metal") raised."""
    logits = np.log(average / (1 - average))
    for name, more in odds.items():
        logits[TAGS.index(name.replace("_", ":", 1))] += more
    return ClipFeatures("tagger", np.zeros(400, np.float32), (1 / (1 + np.exp(-logits))).astype(np.float32))


def row_of(samples: Any, bpm: float | None = None) -> Floats:
    return describe(Clip(np.asarray(samples, np.float32), RATE_HZ, RATE_HZ, 1, "synthesised"), bpm=bpm)


def busy_and_bright() -> Floats:
    """A band: saw chords that change every half second, eighths of a bass, drums four times a second."""
    t = np.arange(8 * RATE_HZ) / RATE_HZ
    root = 2 ** (np.array([0, 5, 7, 3])[(t / 0.5).astype(int) % 4] / 12)
    saws = sum((hz / RATE_HZ * np.cumsum(root)) % 1 - 0.5 for hz in (65.41, 65.41, 261.63, 329.63, 392.0))
    drums = np.random.default_rng(0).standard_normal(len(t)) * np.exp(-(t % 0.25) / 0.03)
    return row_of(saws * (0.4 + np.exp(-(t % 0.25) / 0.1)) + 0.7 * drums)


def slow_and_soft() -> Floats:
    """A low minor chord of sines every two seconds."""
    t = np.arange(8 * RATE_HZ) / RATE_HZ
    return row_of(sum(np.sin(2 * np.pi * hz * t) for hz in (130.81, 155.56, 196.0)) * np.exp(-(t % 2.0) / 1.0))


def test_tags_speak_for_the_styles_that_they_name(adapter: Adapter, average: Floats) -> None:
    nothing = np.zeros(len(DESCRIPTORS), np.float32)
    spoken_for = {
        "msd_jazz": "jazz", "msd_metal": "metal", "msd_hip_hop": "hiphop", "msd_country": "country",
        "msd_ambient": "ambient", "msd_blues": "blues", "msd_house": "house", "mtt_techno": "techno",
        "mtt_indian": "world", "msd_folk": "folk", "mtt_classical": "classical", "msd_funk": "disco_funk",
    }  # fmt: skip
    for tag, style in spoken_for.items():
        assert adapter.label(tagged(average, **{tag: 5.0}), nothing).style_id == style


def test_styles_are_a_distribution_over_the_vocabulary(adapter: Adapter, average: Floats) -> None:
    feeling = adapter.label(tagged(average, msd_pop=1.0), busy_and_bright())
    assert sorted(name for name, _ in feeling.styles) == sorted(STYLES)
    probabilities = [p for _, p in feeling.styles]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) == pytest.approx(1)


def test_moods_in_tags_move_valence_and_arousal(adapter: Adapter, average: Floats) -> None:
    def point(**odds: float) -> tuple[float, float]:
        feeling = adapter.label(tagged(average, **odds), np.zeros(len(DESCRIPTORS), np.float32))
        return feeling.valence, feeling.arousal

    happy, sad = point(msd_happy=4, msd_party=4), point(msd_sad=4, mtt_slow=4)
    metal, calm = point(msd_metal=4, msd_hard_rock=4, mtt_loud=3), point(msd_easy_listening=4, mtt_soft=3, mtt_quiet=3)
    assert happy[0] > 0 > sad[0]
    assert metal[1] > 0 > calm[1]
    assert metal[0] < 0


def test_arousal_from_the_descriptors_alone(adapter: Adapter) -> None:
    """A busy, bright, percussive sound is more aroused than slow soft low chords; rendered here, never trained on."""
    nobody = ClipFeatures("tagger", np.zeros(400, np.float32), None)
    busy, slow = adapter.label(nobody, busy_and_bright()), adapter.label(nobody, slow_and_soft())
    assert busy.arousal > 0 > slow.arousal
    assert busy.arousal - slow.arousal > 0.5


def test_any_subset_of_evidence_is_enough(adapter: Adapter, average: Floats) -> None:
    rng = np.random.default_rng(0)
    seeing = adapter.with_prototypes(
        rng.standard_normal((len(STYLES), WIDTH)).astype(np.float32),
        rng.standard_normal((len(EMOTIONS), WIDTH)).astype(np.float32),
    )
    ears = (
        ClipFeatures("tagger", np.zeros(400, np.float32), None),
        tagged(average, msd_rock=2.0),
        ClipFeatures("clap", rng.standard_normal(WIDTH).astype(np.float32)),
    )
    for ear, row in itertools.product(ears, (np.zeros(len(DESCRIPTORS), np.float32), busy_and_bright())):
        feeling = seeing.label(ear, row)
        assert -1 <= feeling.valence <= 1
        assert -1 <= feeling.arousal <= 1
        assert feeling.emotion in EMOTIONS
        assert len(feeling.styles) == 23
    silent = seeing.label(ears[0], np.zeros(len(DESCRIPTORS), np.float32))
    assert (silent.emotion, silent.valence, silent.arousal) == ("neutral", 0.0, 0.0)


def test_opinions_are_averaged_with_their_stated_say(adapter: Adapter, average: Floats) -> None:
    head_predictions = adapter.head_predictions(tagged(average, msd_sad=3.0), busy_and_bright())
    assert head_predictions.keys() == {"descriptors", "tags", "words"}
    expected = sum(ENSEMBLE_WEIGHTS[name] * opinion for name, opinion in head_predictions.items()) / sum(
        ENSEMBLE_WEIGHTS[name] for name in head_predictions
    )
    torch.testing.assert_close(combined(head_predictions), expected)
    feeling = adapter.label(tagged(average, msd_sad=3.0), busy_and_bright())
    assert feeling.emotion == nearest_emotion(feeling.valence, feeling.arousal)[0]


def test_clap_is_likened_to_the_prototypes(adapter: Adapter) -> None:
    """An embedding that equals a label's prototype is that label, as far as CLAP has a say."""
    styles, emotions = np.split(np.eye(len(STYLES) + len(EMOTIONS), WIDTH, dtype=np.float32), [len(STYLES)])
    seeing = adapter.with_prototypes(3.0 * styles, 0.5 * emotions)
    nothing = np.zeros(len(DESCRIPTORS), np.float32)
    for style, emotion in itertools.product(("jazz", "world"), ("joyful", "aggressive", "sad", "calm")):
        heard = ClipFeatures("clap", styles[STYLES.index(style)] + emotions[EMOTIONS.index(emotion)])
        feeling = seeing.label(heard, nothing)
        assert feeling.style_id == style
        anchor = np.array(ANCHORS[emotion])
        opinion = seeing.head_predictions(heard, nothing)["clap"].numpy()
        np.testing.assert_allclose(opinion, anchor, atol=0.01)
        assert np.sign([feeling.valence, feeling.arousal]).tolist() == np.sign(anchor).tolist()
    heard = ClipFeatures("clap", styles[STYLES.index("jazz")])
    assert seeing.head_predictions(heard, busy_and_bright()).keys() == {"descriptors", "clap"}


def test_clap_without_prototypes_is_our_own_bug(adapter: Adapter) -> None:
    with pytest.raises(AssertionError, match="with_prototypes"):
        adapter.label(ClipFeatures("clap", np.ones(WIDTH, np.float32)), busy_and_bright())


def test_a_tempo_window_speaks_for_its_style(adapter: Adapter, average: Floats) -> None:
    features = tagged(average, msd_electronic=2.0)

    def probability(bpm: float | None) -> float:
        row = busy_and_bright().copy()
        row[DESCRIPTORS.index("rhythm.tempo_octaves")] = np.log2(bpm / 120) if bpm else 0.0
        return dict(adapter.label(features, row).styles)["drum_and_bass"]

    assert probability(174) == probability(87) > 2 * probability(128)
    assert probability(None) == probability(120) == probability(128)


def test_gain_of_the_clip_changes_nothing(adapter: Adapter, average: Floats) -> None:
    t = np.arange(4 * RATE_HZ) / RATE_HZ
    music = np.sin(2 * np.pi * 220 * t) * np.exp(-(t % 0.5) / 0.2)
    loud, soft = (adapter.label(tagged(average), row_of(gain * music)) for gain in (0.5, 0.005))
    assert loud.arousal == pytest.approx(soft.arousal, abs=1e-3)
    assert loud.valence == pytest.approx(soft.valence, abs=1e-3)


def test_saved_and_loaded_it_says_the_same(adapter: Adapter, average: Floats, tmp_path: Path) -> None:
    adapter.save(tmp_path / "adapter.pt")
    again = Adapter.load(tmp_path / "adapter.pt")
    features = tagged(average, msd_soul=2.0)
    assert again.label(features, slow_and_soft()).to_wire() == adapter.label(features, slow_and_soft()).to_wire()
    assert again.report() == adapter.report()


def test_the_shipped_file_says_where_it_comes_from(adapter: Adapter) -> None:
    assert SHIPPED.stat().st_size < 1_000_000
    said = adapter.report()
    assert "EMOPIA" in said["trained_on"]
    assert said["licence"] == "CC-BY-NC-SA-4.0"
    assert said["command"].startswith("python -m training.adapter")
    assert (Path(__file__).parents[2] / said["card"]).is_file()


@pytest.mark.parametrize("name", ["descriptors", "tags", "styles", "emotions"])
def test_an_adapter_for_other_names_is_refused(name: str, tmp_path: Path) -> None:
    saved = torch.load(SHIPPED, weights_only=True)
    saved["vocabulary"][name][0] = "something_else"
    torch.save(saved, tmp_path / "adapter.pt")
    with pytest.raises(MissingWeights, match=f"made for other {name} .*something_else.* Train it anew"):
        Adapter.load(tmp_path / "adapter.pt")


def test_broken_files_are_refused_with_a_sentence(tmp_path: Path, adapter: Adapter) -> None:
    path = tmp_path / "adapter.pt"
    with pytest.raises(MissingWeights, match="There is no"):
        Adapter.load(path)
    path.write_bytes(b"not a file of torch")
    with pytest.raises(MissingWeights, match="not an adapter that can be read"):
        Adapter.load(path)
    path.write_bytes(SHIPPED.read_bytes()[:1000])
    with pytest.raises(MissingWeights, match="not an adapter that can be read"):
        Adapter.load(path)
    torch.save({"format": 99}, path)
    with pytest.raises(MissingWeights, match="format 99"):
        Adapter.load(path)
    torch.save(replace(adapter), path)  # a pickled object, which weights_only refuses to run
    with pytest.raises(MissingWeights, match="not an adapter that can be read"):
        Adapter.load(path)


def test_a_piano_is_heard_as_less_than_the_tags_alone_would_say(adapter: Adapter, average: Floats) -> None:
    """The offset was fitted on piano clips, which the tagger over-rates: it is taken off by how much piano there is."""
    assert (adapter.piano_offset != 0).any()
    plain, silent = tagged(average), np.zeros(len(DESCRIPTORS), np.float32)
    for loud in (0.2, 0.9):
        tags = np.array(plain.tags, copy=True)
        tags[TAGS.index("mtt:piano")] = loud
        features = ClipFeatures("tagger", plain.embedding, tags)
        said = combined(adapter.head_predictions(features, silent))
        np.testing.assert_allclose(adapter.feel(features, silent), said - adapter.piano_offset * loud, atol=1e-6)


def test_no_head_has_more_say_than_another_and_claps_scale_is_its_own() -> None:
    assert set(ENSEMBLE_WEIGHTS.values()) == {1.0}
    assert pytest.approx(14.2857, abs=1e-3) == CLAP_LOGIT_SCALE

"""MusicGen through audiocraft, over a small random checkpoint in the real layout."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from aural.errors import DeadlineExceeded, MissingWeights
from aural.wire import TAKE_RATE_HZ, MusicRequest
from models.cards import MUSICGEN
from models.musicgen.composer import TAIL, MusicGenComposer, plan_for
from models.musicgen.load import load_musicgen
from models.musicgen.sampler import AudiocraftSampler, Plan, seconds_for
from models.weights import repo_folder

CPU = torch.device("cpu")
REQUEST = MusicRequest(prompt="calm piano. bpm: 96. key: e minor", duration_s=0.5, seed=5)
PLAN = Plan(text="rock drums and bass", frames=30, seed=7)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Two threads take longer over so small a model than one: they mostly wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def composer(hub_cache: Path, no_record: Path) -> MusicGenComposer:
    return MusicGenComposer.load(MUSICGEN["musicgen-small"], hub_cache, CPU, record=no_record)


def ignore(_progress: float) -> None:
    return None


def audiocraft_generates(sampler: AudiocraftSampler, plan: Plan, stride_s: float = 18) -> torch.Tensor:
    """audiocraft's public way to the same: seed, parameters, generate."""
    torch.manual_seed(plan.seed)
    sampler.model.set_generation_params(
        duration=seconds_for(plan.frames, 50),
        cfg_coef=plan.guidance,
        temperature=plan.temperature,
        top_k=plan.top_k,
        top_p=plan.top_p,
        extend_stride=stride_s,
    )
    _audio, tokens = sampler.model.generate([plan.text], return_tokens=True)
    assert isinstance(tokens, torch.Tensor)
    return tokens


@pytest.mark.parametrize(
    "plan",
    [PLAN, replace(PLAN, guidance=1.5, temperature=0.7, top_k=20), replace(PLAN, top_k=0, top_p=0.9)],
    ids=["defaults", "guidance, temperature, top-k", "top-p"],
)
def test_tokens_are_those_that_audiocraft_generates_from_that_seed(composer: MusicGenComposer, plan: Plan) -> None:
    sampler = composer.sampler
    assert torch.equal(sampler.sample(plan, lambda _done: None), audiocraft_generates(sampler, plan))


def test_past_the_trained_length_windows_slide_as_audiocrafts_do(
    composer: MusicGenComposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composer.sampler.model, "max_duration", 0.5)  # 30 in earnest: the same arithmetic
    sampler = replace(composer.sampler, stride_s=0.3)
    plan = replace(PLAN, frames=62)
    steps: list[int] = []
    tokens = sampler.sample(plan, steps.append)
    assert tokens.shape == (1, 4, 62)
    assert torch.equal(tokens, audiocraft_generates(sampler, plan, stride_s=0.3))
    assert steps == sorted(steps)
    assert steps[-1] == plan.frames


@pytest.mark.parametrize("frames", [1, 28, 29])
def test_as_many_frames_as_planned(composer: MusicGenComposer, frames: int) -> None:
    tokens = composer.sampler.sample(replace(PLAN, frames=frames), lambda _done: None)
    assert tokens.shape == (1, 4, frames)


def test_no_number_of_frames_is_lost_to_rounding() -> None:
    assert [int(seconds_for(frames, 50.0) * 50.0) for frames in range(1, 6100)] == list(range(1, 6100))


@pytest.mark.parametrize("duration_s", [1.0, 1.2345, 10 / 3, 29.7, 30.0, 119.99])
def test_frames_cover_body_and_tail_and_no_more(duration_s: float) -> None:
    samples = round(duration_s * TAKE_RATE_HZ) + TAIL
    plan = plan_for(replace(REQUEST, duration_s=duration_s), samples, 50.0)
    assert 0 <= plan.frames * 640 - samples < 640


@pytest.mark.parametrize("duration_s", [0.5, 0.61234])
def test_a_take_is_exact_to_the_sample_and_its_tail_goes_on(composer: MusicGenComposer, duration_s: float) -> None:
    request = replace(REQUEST, duration_s=duration_s, bpm=96.0, key="E minor")
    take = composer.compose(request, ignore)
    assert take.loop_end == round(duration_s * TAKE_RATE_HZ)
    assert take.samples.shape == (2, take.loop_end + TAIL)
    assert take.samples.dtype == np.float32
    assert np.isfinite(take.samples).all()
    assert take.samples[:, take.loop_end :].std() > 0.1 * take.samples.std()
    assert (take.seed, take.model, take.bpm, take.key) == (5, "musicgen-small", 96.0, "E minor")


def test_a_take_is_the_decoded_tokens_on_both_sides(composer: MusicGenComposer) -> None:
    take = composer.compose(REQUEST, ignore)
    plan = plan_for(REQUEST, take.samples.shape[1], 50.0)
    audio = composer.sampler.model.generate_audio(audiocraft_generates(composer.sampler, plan))[0, 0].numpy()
    np.testing.assert_array_equal(take.samples[0], audio[: take.samples.shape[1]])
    np.testing.assert_array_equal(take.samples[1], take.samples[0])


def test_the_same_seed_gives_the_same_samples_and_another_other_ones(composer: MusicGenComposer) -> None:
    once, again, other = (composer.compose(replace(REQUEST, seed=seed), ignore).samples for seed in (5, 5, 6))
    np.testing.assert_array_equal(once, again)
    assert abs(np.corrcoef(once[0], other[0])[0, 1]) < 0.9


def test_the_text_steers(composer: MusicGenComposer) -> None:
    other = replace(REQUEST, prompt="jazz guitar")
    assert not np.array_equal(composer.compose(REQUEST, ignore).samples, composer.compose(other, ignore).samples)


def test_requests_at_once_get_what_each_gets_alone(composer: MusicGenComposer) -> None:
    requests = [replace(REQUEST, seed=seed, duration_s=0.1 * (1 + seed)) for seed in range(4)]
    alone = [composer.compose(request, ignore).samples for request in requests]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda request: composer.compose(request, ignore).samples, requests))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)


def test_torchs_own_generator_is_left_as_it_was(composer: MusicGenComposer) -> None:
    before = torch.get_rng_state()
    composer.compose(REQUEST, ignore)
    assert torch.equal(before, torch.get_rng_state())


def test_progress_rises_to_one_a_step_at_a_time(composer: MusicGenComposer) -> None:
    fractions: list[float] = []
    composer.compose(REQUEST, fractions.append)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(fractions) >= 0.8 * 50


def test_what_progress_raises_stops_the_work_at_that_step_and_harms_nothing(
    composer: MusicGenComposer,
) -> None:
    before = composer.compose(REQUEST, ignore).samples
    calls: list[float] = []

    def until_the_tenth(fraction: float) -> None:
        calls.append(fraction)
        if len(calls) == 10:
            raise DeadlineExceeded("Time is up.")

    with pytest.raises(DeadlineExceeded):
        composer.compose(REQUEST, until_the_tenth)
    assert len(calls) == 10
    np.testing.assert_array_equal(before, composer.compose(REQUEST, ignore).samples)


def test_stereo_checkpoints_keep_their_two_sides(hub_cache: Path, no_record: Path) -> None:
    stereo = MusicGenComposer.load(MUSICGEN["musicgen-stereo-small"], hub_cache, CPU, record=no_record)
    take = stereo.compose(replace(REQUEST, duration_s=0.4), ignore)
    assert take.samples.shape == (2, round(0.4 * TAKE_RATE_HZ) + TAIL)
    assert not np.array_equal(take.samples[0], take.samples[1])
    assert stereo.sampler.sample(replace(PLAN, frames=10), lambda _done: None).shape == (1, 8, 10)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(MissingWeights, match=r"facebook/musicgen-large, facebook/encodec_32khz, t5-base"):
        MusicGenComposer.load(MUSICGEN["musicgen-large"], tmp_path, CPU)


class Intruder:
    """Unpickled by an unrestricted reader, it leaves a file behind."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.trace,))


def test_code_in_a_checkpoint_is_not_run(hub_cache: Path, tmp_path: Path) -> None:
    card = MUSICGEN["musicgen-medium"]
    repo = repo_folder(hub_cache, card.repo)
    snapshot = repo / "snapshots" / ("0" * 40)
    snapshot.mkdir(parents=True)
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text(snapshot.name)
    trace = tmp_path / "trace"
    for name in card.files:
        torch.save({"best_state": Intruder(trace)}, snapshot / name)
    with pytest.raises(pickle.UnpicklingError, match="weights_only"):
        load_musicgen(card, hub_cache, CPU)
    assert not trace.exists()

"""A MusicGen that is ready to compose: weights, the step for the device, slots as memory allows, and its estimator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from models.cards import Card
from models.devices import MissingDevice, check_fits, device_facts
from models.musicgen.codec import Codec
from models.musicgen.codec_encoder import Encoder
from models.musicgen.composer import MusicGenComposer
from models.musicgen.engine import Engine
from models.musicgen.latency import BatchLatencyEstimator, StepCost
from models.musicgen.load import LoadedModel, load_musicgen
from models.musicgen.precision import TORCH, Precision, calibrate_cache_scales, choose_precision
from models.musicgen.scheduler import Scheduler, StepStats
from models.musicgen.shape import CODEBOOK_SIZE, FRAMES_PER_S, WINDOW_FRAMES, Shape
from models.musicgen.step import OutOfCacheMemory, Step
from models.musicgen.windows import OPENING_S, STRIDE_S
from models.weights import RECORD, obtain, with_record

SLOTS = {"cpu": 8, "cuda": 32, "mps": 8}
# A cache beyond this share of what is free would leave nothing for the rest of the machine.
SHARE_OF_FREE = 0.5
CALIBRATION_TEXTS = (
    "calm piano. bpm: 80.0. key: c major",
    "fast heavy metal with drums and distorted guitars. bpm: 160.0. key: e minor",
)


@dataclass(frozen=True)
class AssembledComposer:
    composer: MusicGenComposer
    estimator: BatchLatencyEstimator
    slots: int


@dataclass(frozen=True)
class EngineOptions:
    """What the operator decides. None: as many slots as are usual for the device, half its free memory for caches."""

    device: torch.device
    precision: str = "auto"
    slots: int | None = None
    cache_mb: int | None = None
    threads: int = 2
    window_frames: int = WINDOW_FRAMES


def assemble(
    card: Card,
    weights_dir: Path | None,
    options: EngineOptions,
    *,
    record: Path = RECORD,
    stepped: Callable[[StepStats], None] | None = None,
) -> AssembledComposer:
    """Load and warm up. `weights_dir`: a hub-cache folder; None is the hub's own.

    Raises MissingWeights when files are not there or not those recorded, MissingDevice when they don't fit.
    """
    folder = obtain([card], weights_dir, record)
    precision = choose_precision(options.precision, options.device)
    parts = load_musicgen(card, folder)
    shape = parts.weights.shape
    check_fits(options.device, memory_needed(shape, precision, options.window_frames), card.name)
    step, bytes_per_frame, kv_cache_bytes = _build_step(parts, precision, options)
    # Admission reckons with as many slots as there is room for when all play long pieces.
    long_ones = max(1, kv_cache_bytes // (bytes_per_frame * options.window_frames))
    slots = min(step.slots, long_ones)
    codec = Codec.load(parts.codec, device=options.device, channels=shape.channels, threads=options.threads)
    encoder = Encoder.load(parts.codec, device=options.device, channels=shape.channels)
    cost, delay_frames = StepCost.measured(step, shape), shape.longest_delay
    estimator = BatchLatencyEstimator(
        cost, slots=slots, delay_frames=delay_frames, encoding=encoder.measure_encoding_s()
    )
    stride_frames, opening_frames = (
        options.window_frames * of_window_s * FRAMES_PER_S // WINDOW_FRAMES for of_window_s in (STRIDE_S, OPENING_S)
    )
    engine = Engine(step, shape, window_frames=options.window_frames, stride_frames=stride_frames)
    hear = [estimator.observe] if stepped is None else [estimator.observe, stepped]
    scheduler = Scheduler(engine, bytes_per_frame=bytes_per_frame, kv_cache_bytes=kv_cache_bytes, stepped=hear)
    composer = MusicGenComposer(
        card=with_record(card, record),
        text=parts.text.to_device(options.device),
        scheduler=scheduler,
        codec=codec,
        encoder=encoder,
        opening_frames=opening_frames,
        device=options.device,
        precision=precision,
        observe_overhead=estimator.observe_overhead,
    )
    return AssembledComposer(composer, estimator, step.slots)


def _build_step(parts: LoadedModel, precision: Precision, options: EngineOptions) -> tuple[Step, int, int]:
    """The step, what a frame in its cache takes, and what all of the cache may take, in bytes."""
    shape, device = parts.weights.shape, options.device
    positions = options.window_frames + shape.longest_delay
    bytes_per_frame = shape.cached_numbers * BYTES[precision]
    if device.type == "cpu":
        slots = options.slots or SLOTS["cpu"]
        kv_cache_bytes = _capacity_bytes(options, parameter_count(shape) * BYTES[precision])
        return _onnx_step(parts, precision, options, slots=slots, positions=positions), bytes_per_frame, kv_cache_bytes
    from models.musicgen.step_torch import TorchStep, set_full_precision_sums

    slots = slots_that_fit(shape, precision, options)
    set_full_precision_sums()
    try:
        step = TorchStep(parts.weights, device, TORCH[precision], slots=slots, positions=positions)
        step.warm_up()
    except OutOfCacheMemory as error:
        raise MissingDevice(f"{error} AURAL_SLOTS and AURAL_CACHE_MB bound them.") from error
    return step, bytes_per_frame, slots * positions * bytes_per_frame


def _onnx_step(parts: LoadedModel, precision: Precision, options: EngineOptions, *, slots: int, positions: int) -> Step:
    from models.musicgen.step_onnx import OnnxStep

    if precision != "int8":
        return OnnxStep(parts.weights, slots=slots, positions=positions, threads=options.threads)
    texts = [parts.text.encode(text) for text in CALIBRATION_TEXTS]
    scales = calibrate_cache_scales(parts.weights, texts, threads=options.threads)
    return OnnxStep(
        parts.weights, slots=slots, positions=positions, threads=options.threads, precision="int8", scales=scales
    )


def slots_that_fit(shape: Shape, precision: Precision, options: EngineOptions) -> int:
    """On a GPU, where all of the cache is there from the start."""
    kv_cache_bytes = _capacity_bytes(options, parameter_count(shape) * BYTES[precision])
    slot_bytes = (options.window_frames + shape.longest_delay) * shape.cached_numbers * BYTES[precision]
    return min(options.slots or SLOTS[options.device.type], max(1, kv_cache_bytes // slot_bytes))


def _capacity_bytes(options: EngineOptions, weights_bytes: int) -> int:
    """For caches, beside the weights."""
    if options.cache_mb is not None:
        return options.cache_mb * 2**20
    return max(0, round(SHARE_OF_FREE * (device_facts(options.device).free_bytes - weights_bytes)))


BYTES: dict[str, int] = {"fp32": 4, "bf16": 2, "fp16": 2, "int8": 1}


def parameter_count(shape: Shape) -> int:
    """Numbers in the decoder's matrices."""
    per_layer = 8 * shape.width**2 + 2 * shape.width * shape.feedforward
    return shape.layers * per_layer + shape.codebooks * (2 * CODEBOOK_SIZE + 1) * shape.width


def memory_needed(shape: Shape, precision: Precision, window_frames: int) -> int:
    """Bytes at the worst moment, beside the weights as loaded: those of the step twice (as its graph takes them and as
    ONNX Runtime packs them), and the cache of one whole window."""
    return BYTES[precision] * (2 * parameter_count(shape) + window_frames * shape.cached_numbers)

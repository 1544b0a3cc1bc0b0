"""In which numbers the decoder computes: fixed by the kind of device unless the operator decides, never by a probe.

A probe at start-up could choose differently after a restart, and the same request would give other bytes.
`python -m bench.precision` measures what each choice costs and gains on a machine.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.devices import MissingDevice
from models.musicgen.engine import Engine, GenerationRequest
from models.musicgen.graph import INT8_RANGE
from models.musicgen.shape import WINDOW_FRAMES, Weights
from models.musicgen.step_onnx import OnnxStep

Precision = Literal["fp32", "bf16", "fp16", "int8"]
TORCH: dict[str, torch.dtype] = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
# On a CPU the step is an ONNX graph, and ONNX Runtime's kernels there know fp32 and int8.
ON: dict[str, tuple[Precision, ...]] = {
    "cpu": ("fp32", "int8"),
    "cuda": ("fp16", "bf16", "fp32"),
    "mps": ("fp32", "fp16"),
}
CALIBRATION_FRAMES = 100
HEADROOM = 1.5
"""An int8 cache reaches so far beyond the greatest key or value that was seen; what is greater still is cut off."""


def choose_precision(setting: str, device: torch.device) -> Precision:
    """What AURAL_PRECISION says; "auto" is fp16 on an NVIDIA GPU, else fp32. Raises MissingDevice.

    MusicGen is published in fp16 and its authors compute in it on a GPU. bf16 keeps three bits less of each number:
    the distance from fp32 is what `python -m bench.precision` shows.
    """
    allowed = ON[device.type]
    if setting == "auto":
        return allowed[0]
    for precision in allowed:
        if setting == precision:
            return precision
    raise MissingDevice(f"AURAL_PRECISION is {setting!r}; on {device.type} it must be auto or {', '.join(allowed)}.")


def calibrate_cache_scales(weights: Weights, texts: list[Tensor], *, threads: int) -> NDArray[np.float32]:
    """Scales (2, layers, width) for an int8 cache: of keys and of values, per channel.

    Measured while music is made for some texts.
    """
    step = OnnxStep(weights, slots=len(texts), positions=CALIBRATION_FRAMES + 8, threads=threads, precision="int8")
    engine = Engine(step, weights.shape, window_frames=min(CALIBRATION_FRAMES, WINDOW_FRAMES))
    for seed, text in enumerate(texts):
        engine.add(GenerationRequest(text, CALIBRATION_FRAMES, seed))
    while (
        engine.sequences[0].done < CALIBRATION_FRAMES - 1
    ):  # with the last frame they leave, and their cache with them
        engine.advance()
    return np.maximum(step.cache_abs_max() * HEADROOM / INT8_RANGE, np.float32(1e-6))

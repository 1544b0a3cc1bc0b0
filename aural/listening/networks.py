"""The small networks of our own, as ONNX files beside this code: how they were trained is in training/listening."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from aural.types import Floats

HERE = Path(__file__).parent
KEY_FRAMES = 4
"""The key network speaks of this many frames of the pitchgram at a time: half a second."""


def tempo_scores(rows: Floats) -> Floats:
    """(candidates,) what `aural.listening.candidates.candidate_features` of each comes to."""
    return np.asarray(_onnx_session("tempo").run(None, {"rows": rows})[0])


def key_scores(notes: Floats) -> tuple[Floats, Floats]:
    """Of the pitchgram of a clip, (frames, 84): scores of the clip, (24,), in the order of
    `aural.theory.keys.ALL_KEYS`, and of every `KEY_FRAMES` frames, (frames / KEY_FRAMES, 24)."""
    scores, local = _onnx_session("key").run(None, {"notes": notes[None]})
    return np.asarray(scores[0]), np.asarray(local[0].T)


def beat_activations(rises: Floats) -> Floats:
    """(frames, 2), 0..1: a beat, a bar's first beat, for `aural.listening.beatnet.beatnet_features`."""
    return np.asarray(_onnx_session("beatnet").run(None, {"rises": rises[None]})[0][0])


def downbeat_logits(beats: Floats) -> Floats:
    """(beats,) log odds that a bar opens, for `aural.listening.time_signature.beat_features`."""
    return np.asarray(_onnx_session("metre").run(None, {"beats": beats[None]})[0][0])


@cache
def _onnx_session(name: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a worker listens to one clip on one core
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(HERE / f"{name}.onnx"), options, providers=["CPUExecutionProvider"])

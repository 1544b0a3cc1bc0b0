"""MusicGen as a composer: text in, frames from the scheduler, sound from the codec while they come."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from torch import Tensor

from aural.errors import BadField
from aural.finishing.stereo import MonoToStereo
from aural.types import TAIL_S, TAKE_RATE_HZ, TRAINED, Floats, MusicRequest, Take
from models.cards import Card
from models.composer import Emit, Progress
from models.musicgen.codec import Codec
from models.musicgen.codec_encoder import Encoder
from models.musicgen.engine import GenerationRequest
from models.musicgen.precision import Precision
from models.musicgen.sampling import SamplingParams
from models.musicgen.scheduler import Scheduler
from models.musicgen.shape import FRAMES_PER_S
from models.musicgen.step import Ints
from models.musicgen.text import TextEncoder
from models.report import runtime_report

SAMPLES_PER_FRAME = TAKE_RATE_HZ // FRAMES_PER_S
TAIL = round(TAIL_S * TAKE_RATE_HZ)
MAX_TEXT_TOKENS = 512
"""What T5 was trained on."""
PATIENCE_S = 0.05
"""How long a request that waits for the codec may not notice that nobody waits for it."""


@dataclass(frozen=True)
class MusicGenComposer:
    """Thread-safe: calls share the scheduler's steps, and take turns at the codec chunk by chunk.

    `opening_frames`: how many are heard of what a take goes on from; `observe_overhead` is told the seconds that a
    take needed beside its steps and its opening.
    """

    card: Card
    text: TextEncoder
    scheduler: Scheduler
    codec: Codec
    encoder: Encoder
    opening_frames: int
    device: Any
    precision: Precision
    observe_overhead: Callable[[float], None]
    decoding: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        return self.card.name

    def report(self) -> dict[str, Any]:
        """For /info. Raises NotReady when nothing can be composed any more, so that /health says so."""
        self.scheduler.check()
        able = {"exact": False, "origin": TRAINED, "stems": False, "continues": True}
        holds = {"metres": [], "endings": ["cut", "fade"], "chords": False}
        return {**runtime_report(self.card, self.device, precision=self.precision), **able, **holds}

    def step_count(self, request: MusicRequest) -> int:
        """Frames of new music; a step makes one."""
        return _frames_of(round(request.duration_s * TAKE_RATE_HZ) + TAIL)

    def compose(self, request: MusicRequest, progress: Progress, emit: Emit | None = None) -> Take:
        """The body lasts exactly `request.duration_s`, rounded to a sample; the tail of TAIL_S continues it.

        `progress` is called at every step (a fiftieth of a second of music), in the scheduler's thread; what it raises
        ends the work there. `request.prompt` is the whole text: tempo, key, metre and style steer only by being in it.
        What `request.negative_prompt` says is what guidance leads away from. With an opening the first sample follows
        its last one. The same request gives the same samples, whatever else is
        composed at the time. Raises BadField for a text that is too long, Internal, NotReady.
        """
        loop_end = round(request.duration_s * TAKE_RATE_HZ)
        samples = np.zeros((2, loop_end + TAIL), np.float32)
        polish = MonoToStereo(samples.shape[1], fade_in=not self._opening_length(request.opening))
        filled = 0
        for block in self._stream_audio(request, samples.shape[1], progress):
            end = min(filled + block.shape[1], samples.shape[1])  # the last frame may be longer than what is wanted
            samples[:, filled:end] = polish.push(block[:, : end - filled])
            if emit is not None and end > filled:
                emit(samples[:, filled:end])
            filled = end
        return Take(
            samples=samples,
            loop_end=loop_end,
            seed=request.seed,
            model=self.name,
            bpm=request.bpm,
            key=request.key,
            licence=self.card.licence,
            exact=False,
            origin=TRAINED,
        )

    def _stream_audio(self, request: MusicRequest, samples: int, progress: Progress) -> Iterator[Floats]:
        """Blocks (1 or 2, n) as they become final; mono is meant for both sides."""
        began = time.monotonic()
        generation = self.to_generation(request, samples)
        text_s = time.monotonic() - began
        opening = self._encode_opening(request.opening, lambda: progress(0.0))
        generation = generation if opening is None else generation.with_opening(opening)
        here = CancellationToken(progress)
        stream = self.codec.start(generation.frames, skipped=generation.prompt_length)
        for tokens in self.scheduler.generate(generation, here.step):
            arrived = time.monotonic()
            with self._codec_turn(here.check):
                block = stream.push(tokens)
            yield block
        self.observe_overhead(text_s + time.monotonic() - arrived)

    def _encode_opening(self, samples: Floats | None, check: Callable[[], None]) -> Ints | None:
        """Tokens of the last whole frames of (time,), ending with its last sample; less than a frame is no opening."""
        frames = self._opening_length(samples)
        if samples is None or not frames:
            return None
        return self.encoder.encode(samples[-frames * SAMPLES_PER_FRAME :], lambda: self._codec_turn(check))

    def _opening_length(self, opening: Floats | None) -> int:
        return 0 if opening is None else min(len(opening) // SAMPLES_PER_FRAME, self.opening_frames)

    @contextmanager
    def _codec_turn(self, check: Callable[[], None]) -> Iterator[None]:
        """`check` is asked while others are at the codec; what it raises comes out."""
        check()
        while not self.decoding.acquire(timeout=PATIENCE_S):
            check()
        try:
            yield
        finally:
            self.decoding.release()

    def to_generation(self, request: MusicRequest, samples: int) -> GenerationRequest:
        """As many codec frames as cover the samples: the decoded sound is cut to length, never padded. No opening."""
        negative = request.negative_prompt
        return GenerationRequest(
            text=self._encode_text(request.prompt, "prompt"),
            frames=_frames_of(samples),
            seed=request.seed,
            params=SamplingParams(request.guidance, request.temperature, request.top_k, request.top_p),
            negative=None if negative is None else self._encode_text(negative, "negative_prompt"),
        )

    def _encode_text(self, text: str, field: str) -> Tensor:
        encoded = self.text.encode(text)
        if len(encoded) > MAX_TEXT_TOKENS:
            raise BadField(
                f"{field}: is {len(encoded)} tokens long as MusicGen's text encoder counts; at most {MAX_TEXT_TOKENS}."
                " Shorten it."
            )
        return encoded


def _frames_of(samples: int) -> int:
    return math.ceil(samples * FRAMES_PER_S / TAKE_RATE_HZ)


class CancellationToken:
    """Whether the one who asked is still there, as his `progress` says in the scheduler's thread at every step."""

    def __init__(self, progress: Progress):
        self._progress = progress
        self._gone: BaseException | None = None
        self._steps_done = False

    def step(self, fraction_done: float) -> None:
        try:
            self._progress(fraction_done)
        except BaseException as gone:
            self._gone = gone
            raise
        self._steps_done = fraction_done == 1

    def check(self) -> None:
        """Raises what `progress` raised; asks it where no step does so any more but sound is still to be decoded."""
        if self._gone is not None:
            raise self._gone
        if self._steps_done:
            self._progress(1.0)

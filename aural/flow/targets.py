"""What a request wants of its finished take, and how much music the composer must make for that."""

from __future__ import annotations

from aural.errors import BadField, NotOffered
from aural.flow.ports import Capabilities
from aural.settings import MAX_DURATION_S
from aural.theory.metre import COMMON_METRE, METRES
from aural.types import MOST_STRETCH, Controls, PostprocessOptions, Target

MUSICGEN_LUFS = -14.0
"""What streaming services play at. A trained composer's own level tells nothing; a written one's is in its music."""
SPARE_BARS, SPARE_S = 2, 0.5
UNKNOWN_BAR_S = 60 / 80 * 4  # of a tempo that only the music will tell: few are slower


def validate_request(controls: Controls, capabilities: Capabilities) -> None:
    """Raises NotOffered for what this composer cannot, BadField for bars that are longer than may be asked."""
    if controls.stems and not capabilities.stems:
        raise NotOffered(
            f"Accept: {capabilities.model} has no stems and no notes to put into a ZIP. Ask for WAV, FLAC or OGG, or a"
            " service that runs with AURAL_MODELS=builtin."
        )
    if controls.continues and not capabilities.continues:
        raise NotOffered(
            f"mode: 'continue' needs MusicGen, and this service composes with {capabilities.model}. Leave it out, or"
            " ask a service that runs with AURAL_MODELS=pretrained."
        )
    if controls.ending is not None and controls.ending not in capabilities.endings:
        raise NotOffered(
            f"ending: {capabilities.model} cannot end with {controls.ending!r}: its music goes on until it is cut or"
            f" faded out. Ask for {' or '.join(map(repr, capabilities.endings))}, or a service that runs with"
            " AURAL_MODELS=builtin."
        )
    if controls.chords is not None and not capabilities.chords:
        raise NotOffered(
            f"chords: the sketch composer plays them, and this service composes with {capabilities.model}. Leave them"
            " out, or ask a service that runs with AURAL_MODELS=builtin."
        )
    if controls.bars and controls.bpm:
        asked_s = controls.bars * _bar_s(controls, controls.bpm)
        if asked_s > MAX_DURATION_S:
            raise BadField(
                f"bars: {controls.bars} bars at {controls.bpm:g} bpm are {asked_s:.0f} s; at most {MAX_DURATION_S:g} s."
                " Ask for fewer."
            )


def target_of(controls: Controls, postprocess: PostprocessOptions, capabilities: Capabilities) -> Target:
    """What goes on from a clip is neither bent nor levelled: it would not join its end any more.

    A composer that is exact writes its own end; into another's a fade-out is written here.
    """
    ending = "cut" if controls.loop else controls.ending or capabilities.endings[0]
    fades = ending == "fade" and not capabilities.exact
    if controls.continues:
        lufs = postprocess.loudness_lufs
        return Target(controls.duration_s, loudness_lufs=lufs, fades=fades, ends_softly=ending != "cut")
    lufs = postprocess.loudness_lufs if capabilities.exact or postprocess.loudness_lufs is not None else MUSICGEN_LUFS
    return Target(
        controls.duration_s,
        controls.bpm,
        controls.key,
        controls.loop,
        controls.bars,
        lufs,
        controls.metre,
        fades=fades,
        ends_softly=ending != "cut",
    )


def render_duration_s(controls: Controls, target: Target, capabilities: Capabilities) -> float:
    """What to ask the composer for: more than the body where it may have to be stretched, and bars to choose from.

    A body of bars in a tempo that nobody knows yet is no longer than may be asked: the composer refuses one that turns
    out to be (BadField), and what can never be made is not refused for its time.
    """
    bar_s = _bar_s(controls, controls.bpm) if controls.bpm else UNKNOWN_BAR_S
    body_s = min(controls.bars * bar_s, MAX_DURATION_S) if controls.bars else controls.duration_s
    if capabilities.exact:
        return body_s
    if target.loop:
        return (body_s + SPARE_BARS * bar_s) * (1 + MOST_STRETCH) + SPARE_S
    return body_s * (1 + MOST_STRETCH) if target.bpm is not None else body_s


def _bar_s(controls: Controls, bpm: float) -> float:
    """Seconds of a bar, of common time where no metre is asked for."""
    return METRES[controls.metre or COMMON_METRE].beats * 60 / bpm

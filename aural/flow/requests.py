"""What is asked of the composer: what was heard, where the controls leave it open, and all of it in words."""

from __future__ import annotations

from dataclasses import replace

from aural.flow.analysis import Analysis, TempoDetails
from aural.flow.ports import Capabilities
from aural.theory.metre import MetreName, heard_metre
from aural.types import Controls, MusicRequest
from aural.wording.prompt import complete_prompt


def request_from_analysis(analysis: Analysis, controls: Controls) -> MusicRequest:
    """The clip's own tempo, key, metre, energy, style and emotion, wherever `controls` leaves them open.

    The seed picks one of the clip's wordings, in which the controls do not show yet.
    """
    prompts = analysis.details.prompts
    filled = replace(
        controls,
        bpm=controls.bpm or analysis.bpm,
        key=controls.key or analysis.key,
        energy_curve=controls.energy_curve or tuple(analysis.energy_curve),
        style_id=controls.style_id or analysis.style_id,
        emotion=controls.emotion or analysis.emotion,
        metre=controls.metre or _metre_of(analysis.details.tempo),
    )
    return MusicRequest.of(filled, prompts[controls.seed % len(prompts)])


def _metre_of(tempo: TempoDetails) -> MetreName | None:
    return heard_metre(tempo.beats_per_bar, tempo.bars_confidence)


def whole_prompt(request: MusicRequest, capabilities: Capabilities) -> str:
    """What a composer keeps by itself is not put into its words."""
    return complete_prompt(
        request.prompt,
        bpm=request.bpm,
        key=request.key,
        style_id=request.style_id,
        emotion=request.emotion,
        metre=None if request.metre in capabilities.metres else request.metre,
    )

"""Whether the composer does what a prompt says, by what it writes."""

from __future__ import annotations

from dataclasses import dataclass

from aural.types import MusicRequest
from bench.composer.prompts import PROMPTS, Wish
from bench.composer.rendering import composer
from bench.composer.written import Written, write

DURATION_S, SEED = 30.0, 1


@dataclass(frozen=True)
class Outcome:
    """What was written. `voices`: the drums apart; `drum_strength`: 0 where none play."""

    style: str
    emotion: str
    bpm: float
    mode: str
    metre: str
    voices: tuple[str, ...]
    drum_strength: float

    @classmethod
    def of(cls, written: Written) -> Outcome:
        told = written.intent
        metre = written.score.metre
        return cls(told.style_id, told.emotion, told.bpm, told.key.mode, metre, written.voices, written.drum_strength)


def faults_of(prompt: str) -> tuple[str, ...]:
    """What of a prompt of PROMPTS is not obeyed; empty where all is."""
    outcome = _composed(MusicRequest(prompt=prompt, duration_s=DURATION_S, seed=SEED))
    plain = MusicRequest(
        prompt="", duration_s=DURATION_S, seed=SEED, style_id=outcome.style, emotion=outcome.emotion, bpm=outcome.bpm
    )
    return tuple(faults(PROMPTS[prompt], outcome, _composed(plain)))


def faults(wish: Wish, outcome: Outcome, plain: Outcome) -> list[str]:
    """What of the wish is not so, in a few words each. `plain`: what is written in that style without a prompt."""
    voices, drums = set(outcome.voices), outcome.drum_strength > 0
    low, high = wish.bpm or (0.0, float("inf"))
    of_drums = {
        "alone": drums and not voices,
        "none": not drums,
        "less": outcome.drum_strength < plain.drum_strength,
        None: True,
    }
    held = {
        f"style {outcome.style}": not wish.styles or outcome.style in wish.styles,
        f"emotion {outcome.emotion}": outcome.emotion not in wish.not_emotions
        and (not wish.emotions or outcome.emotion in wish.emotions),
        f"{outcome.bpm:g} bpm": low <= outcome.bpm <= high,
        outcome.mode: wish.mode in (None, outcome.mode),
        outcome.metre: wish.metre in (None, outcome.metre),
        f"also {', '.join(sorted(voices - set(wish.only)) + ['drums'] * drums)}": not wish.only
        or (bool(voices) and voices <= set(wish.only) and not drums),
        f"no {' or '.join(wish.some_of)}": not wish.some_of or bool(voices & set(wish.some_of)),
        f"with {', '.join(sorted(voices & set(wish.none_of)))}": not voices & set(wish.none_of),
        f"drums are not {wish.drums}": of_drums[wish.drums],
    }
    return [what for what, true in held.items() if not true]


def _composed(request: MusicRequest) -> Outcome:
    return Outcome.of(write(composer(), request))

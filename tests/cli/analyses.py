"""Analyses made up by hand: what is not said is as plain as can be."""

from __future__ import annotations

from aural.theory.keys import Key
from aural_client.analysis import Analysis
from cli.summary import Window


def analysis(
    bpm: float | None = 120.0,
    key: str | None = "A minor",
    *,
    tempo_confidence: float = 1.0,
    probabilities: dict[str, float] | None = None,
    emotion: str = "calm",
    emotion_confidence: float = 1.0,
    valence: float = 0.0,
    arousal: float = 0.0,
    styles: dict[str, float] | None = None,
    lufs: tuple[float | None, ...] = (-20.0, -20.0),
    integrated_lufs: float | None = -20.0,
    energy: tuple[float, ...] = (0.5, 0.5),
    prompt: str = "a prompt",
) -> Analysis:
    probabilities = probabilities if probabilities is not None else ({key: 1.0} if key else {})
    styles = styles or {"ambient": 1.0}
    nothing: list[float | None] = []
    return Analysis.model_validate({
        "bpm": bpm,
        "key": key,
        "emotion": emotion,
        "energy_curve": list(energy),
        "style_id": max(styles, key=lambda one: styles[one]),
        "prompt": prompt,
        "details": {
            "duration_s": len(energy) / 2,
            "source": {"rate_hz": 48_000, "channels": 1, "codec": "pcm_f32le"},
            "tempo": {
                "confidence": tempo_confidence,
                "alternatives": [],
                "beats_s": [],
                "downbeats_s": [],
                "beats_per_bar": None,
                "bars_confidence": 0.0,
                "drift": None,
                "steady": None,
            },
            "key": {
                "confidence": max(probabilities.values(), default=0.0),
                "second": None,
                "second_confidence": 0.0,
                "probabilities": probabilities,
                "modulates": False,
                "parts": [],
                "camelot": Key.parse(key).camelot if key else None,
                "open_key": Key.parse(key).open_key if key else None,
                "tuning_cents": 0.0,
            },
            "energy": {"lufs": list(lufs), "onsets_per_s": nothing, "brightness_hz": nothing},
            "loudness": {"integrated_lufs": integrated_lufs, "range_lu": None},
            "emotion": {"valence": valence, "arousal": arousal, "confidence": emotion_confidence},
            "styles": [{"style_id": name, "probability": share} for name, share in styles.items()],
            "prompts": [prompt],
            "energy_step_s": 0.5,
            "pitch": {"low_hz": None, "median_hz": None, "high_hz": None, "voiced_share": 0.0},
            "models": {},
        },
    })  # fmt: skip


def windows(*analyses: Analysis, lengths_s: tuple[float, ...] = ()) -> list[Window]:
    """One after the other; each 20 s where no length is said."""
    lengths_s = lengths_s or (20.0,) * len(analyses)
    starts_s = [sum(lengths_s[:place]) for place in range(len(analyses))]
    return [
        Window(start_s, start_s + length_s, one)
        for start_s, length_s, one in zip(starts_s, lengths_s, analyses, strict=True)
    ]

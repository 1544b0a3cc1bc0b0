"""From takes to figures. What real music has was measured with the same definitions where the notes or clips were at
hand: POP909 (Wang et al. 2020) and the Nottingham tunes for melodies, POP909's piano for accompaniments, the Groove
MIDI data set (Gillick et al. 2019) for drums, and 1139 recorded clips for sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from aural.types import Floats
from bench.composer.accompaniment import ACCOMPANIMENT, out_of_range, rhythms_by_role
from bench.composer.endings import HELD_BEATS, ON_LINE_BEATS, QUIETER_DB, beats_from_bar_line, held_tonic_beats
from bench.composer.form import Form, measure_form
from bench.composer.likeness import CORE, RealMusic, share_named
from bench.composer.melody import Melody, measure_melody
from bench.composer.metres import accents_at_bar
from bench.composer.minute import Cost
from bench.composer.rendering import Rendered
from bench.composer.score import EARLY
from bench.composer.table import Figure, Goal
from bench.composer.variety import Progression, main_drum_bar, mean_jaccard

MOST_OUTSIDE = Goal(most=0.01)
NEEDS_DATA = "not measured: it needs DATA, and not --quick"


def ending_figures(takes: Sequence[Rendered]) -> Iterator[Figure]:
    """Of pieces without `loop`."""
    goal = Goal(least=0.95)
    held = ((take.order.style, held_tonic_beats(take.score, take.body_s) >= HELD_BEATS - EARLY) for take in takes)
    yield Figure.mean("ends on the tonic, held for 2 beats or more", held, goal, "nearly all")
    quiet = ((take.order.style, take.end_drop_db >= QUIETER_DB) for take in takes)
    yield Figure.mean("last half second 12 dB or more under the median", quiet, goal, "nearly all")
    on_line = (
        (take.order.style, beats_from_bar_line(take.score, take.body_s) <= ON_LINE_BEATS + EARLY) for take in takes
    )
    yield Figure.mean("ends within a quarter beat of a bar line", on_line, Goal(least=1.0))


def variety_figures(
    written: Mapping[str, Sequence[tuple[str, tuple[Progression, ...]]]], takes: Sequence[Rendered]
) -> Iterator[Figure]:
    """`written`: by style, the progressions of its seeds."""
    distinct = ((style, len(set(found))) for style, found in written.items())
    seeds = max((len(found) for found in written.values()), default=0)
    yield Figure.mean(f"distinct chord progressions in {seeds} seeds of a style", distinct, Goal(least=20))
    bars = {style: [main_drum_bar(take.score) for take in of_style] for style, of_style in by_style(takes).items()}
    alike = ((style, mean_jaccard([bar for bar in drummed if bar is not None])) for style, drummed in bars.items())
    known = ((style, likeness) for style, likeness in alike if likeness is not None)
    yield Figure.mean("main drum bars of two seeds, Jaccard", known, Goal(most=0.5), ".32 Groove MIDI")


def note_figures(takes: Sequence[Rendered]) -> Iterator[Figure]:
    """Accompaniment and melody."""
    found = [
        (take.order.style, one)
        for take in takes
        for role, parts in rhythms_by_role(take.score).items()
        for one in parts
        if role in ACCOMPANIMENT
    ]
    yield Figure.mean(
        "accompaniment bars that repeat a rhythm",
        ((style, one.repeated) for style, one in found),
        Goal(most=0.5),
        ".46 POP909",
    )
    yield Figure.mean(
        "distinct rhythms of a part in a piece",
        ((style, one.distinct) for style, one in found),
        Goal(least=6),
        "7.5 in 14 bars POP909",
    )
    melodies = [(take.order.style, heard) for take in takes if (heard := measure_melody(take.score)) is not None]
    for name, field, goal, real in MELODY_ROWS:
        yield Figure.mean(name, ((style, getattr(one, field)) for style, one in melodies), goal, real)


MELODY_ROWS = (
    ("melody bars that repeat an earlier rhythm", "repeated_rhythms", Goal(0.35, 0.6), ".28 POP909 to .78"),
    ("chord tones on beats", "chord_tones", Goal(0.7, 0.82), ".72 to .79"),
    ("time on non-chord tones", "non_chord_time", Goal(least=0.2), ".21 to .30"),
    ("steps", "steps", Goal(least=0.5), ".5"),
    ("leaps of 5 semitones or more", "leaps", Goal(most=0.15), ".14"),
    ("clashes: held notes a semitone over a chord tone", "clashes", Goal(most=0.04), ".037 to .048"),
)
assert {row[1] for row in MELODY_ROWS} == set(Melody.__dataclass_fields__)

FORM_ROWS = (
    ("long pieces: bars that are exact copies but for the melody", "copies", Goal(most=0.25)),
    ("long pieces: players leave as well as enter", "leaves", Goal(least=0.9)),
    ("long pieces: an intro with fewer players", "intro", Goal(least=0.9)),
    ("long pieces: the last bar comes to rest", "comes_to_rest", Goal(least=0.9)),
)
assert {row[1] for row in FORM_ROWS} == set(Form.__dataclass_fields__)


def form_figures(takes: Sequence[Rendered]) -> Iterator[Figure]:
    forms = [(take.order.style, measure_form(take.score)) for take in takes]
    for name, field, goal in FORM_ROWS:
        yield Figure.mean(name, ((style, getattr(form, field)) for style, form in forms), goal)


def likeness_figures(takes: Sequence[Rendered], real: RealMusic | None) -> Iterator[Figure]:
    """By embeddings; and by the names that the adapter gives."""
    spread, distance = "spread of embeddings within a style", "kernel distance to real clips"
    heard: dict[str, list[Floats]] = {}
    for take in takes:
        if take.patches is not None and take.order.style in CORE:
            heard.setdefault(take.order.style, []).append(take.patches)
    if real is None or not heard:
        yield Figure(spread, None, Goal(least=5), "8.2", note=NEEDS_DATA)
        yield Figure(distance, None, Goal(most=125), note=NEEDS_DATA)
    else:
        spreads = ((style, real.spread(patches)) for style, patches in heard.items() if len(patches) > 1)
        yield Figure.mean(spread, spreads, Goal(least=5), "8.2")
        everything = [patches for of_style in heard.values() for patches in of_style]
        yield Figure(distance, real.kernel_distance(everything), Goal(most=125))
    rankings = {style: [take.styles for take in of_style if take.styles] for style, of_style in by_style(takes).items()}
    for name, among, least, known in (("first", 1, 0.45, ".43"), ("among three", 3, 0.75, ".73")):
        named = share_named({style: ranked for style, ranked in rankings.items() if ranked}, among)
        title, goal = f"style by the adapter that ships: {name}", Goal(least=least)
        if named:
            yield Figure.mean(title, named.items(), goal, known)
        else:
            yield Figure(title, None, goal, known, note="not measured with --quick")


def range_figures(takes: Sequence[Rendered]) -> Iterator[Figure]:
    counts = out_of_range(take.score for take in takes)
    shares = {voice: outside / total for voice, (outside, total) in counts.items()}
    worst = max(shares, key=lambda voice: shares[voice])
    outside, total = np.sum(list(counts.values()), axis=0)
    yield Figure(f"notes out of range, worst voice ({worst})", shares[worst], MOST_OUTSIDE, parts=shares)
    yield Figure("notes out of range, all", float(outside / total), MOST_OUTSIDE)


def metre_figures(takes: Sequence[Rendered]) -> Iterator[Figure]:
    """Of pieces for which a metre was asked."""
    notated: list[tuple[str, float]] = []
    heard: list[tuple[str, float]] = []
    others: set[str] = set()
    for take in takes:
        asked = take.order.metre
        assert asked is not None
        assert take.onset_curve is not None
        right = take.score.metre == asked
        others |= set() if right else {take.score.metre}
        notated.append((asked, right))
        heard.append((asked, right and accents_at_bar(take.onset_curve, take.score, asked)))
    note = f"not yet: MIDI says {', '.join(sorted(others))}" if others else ""
    for name, values in (("the MIDI time signature", notated), ("the accents, and the signature", heard)):
        figure = Figure.mean(f"metre asked is that of {name}", values, Goal(least=1.0))
        yield Figure(figure.name, figure.value, figure.goal, parts=figure.parts, note=note)


def cost_figures(cost: Cost) -> Iterator[Figure]:
    median_s = float(np.median(list(cost.cpu_s.values())))
    yield Figure("CPU seconds a minute of music, one thread, median", median_s, Goal(most=2.5), parts=cost.cpu_s)
    note = "" if cost.peak_mb else "this system does not tell"
    yield Figure("peak memory of the composing process, MB", cost.peak_mb, Goal(most=700), note=note)


def by_style(takes: Sequence[Rendered]) -> dict[str, list[Rendered]]:
    told: dict[str, list[Rendered]] = {}
    for take in takes:
        told.setdefault(take.order.style, []).append(take)
    return told

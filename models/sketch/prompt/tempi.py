"""Words of tempo: the bpm that each means, in English and in the Italian of scores."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TempoWord:
    """`low`, `high`: bpm. Italian words say one pulse in every style (`absolute`); everyday ones mean a slow or a fast
    piece of its style: slow techno is faster than a slow ballad."""

    low: float
    high: float
    absolute: bool = False


SLOW, VERY_SLOW = TempoWord(52, 76), TempoWord(40, 56)
FAST, VERY_FAST = TempoWord(132, 168), TempoWord(160, 190)
MODERATE, QUICK, RELAXED = TempoWord(92, 116), TempoWord(122, 148), TempoWord(60, 92)

TEMPO_WORDS: dict[str, TempoWord] = {
    # As scores have them. The ranges are those of common metronomes.
    "larghissimo": TempoWord(30, 40, True), "grave": TempoWord(34, 48, True), "largo": TempoWord(40, 60, True),
    "larghetto": TempoWord(58, 66, True), "lento": TempoWord(45, 60, True), "adagio": TempoWord(55, 76, True),
    "adagietto": TempoWord(65, 76, True), "andante": TempoWord(76, 108, True), "andantino": TempoWord(80, 108, True),
    "moderato": TempoWord(98, 112, True), "allegretto": TempoWord(106, 120, True),
    "allegro": TempoWord(120, 160, True), "allegro moderato": TempoWord(116, 124, True),
    "allegro ma non troppo": TempoWord(116, 132, True), "allegro con brio": TempoWord(130, 160, True),
    "molto allegro": TempoWord(132, 164, True), "vivace": TempoWord(152, 172, True),
    "vivacissimo": TempoWord(168, 180, True), "presto": TempoWord(168, 200, True),
    "prestissimo": TempoWord(192, 220, True),
    # As people say it.
    **dict.fromkeys(("very slow", "very slowly", "extremely slow", "super slow", "really slow", "so slow", "crawling",
                     "glacial", "sluggish", "plodding", "slow as possible"), VERY_SLOW),
    **dict.fromkeys(("slow", "slowly", "slower", "slow tempo", "low tempo", "unhurried", "slow paced", "slow burning",
                     "dragging", "slow motion"), SLOW),
    **dict.fromkeys(("ballad", "power ballad"), TempoWord(56, 84)),
    **dict.fromkeys(("laid back", "laidback", "leisurely", "easy tempo", "relaxed tempo", "half time", "downtempo",
                     "down tempo", "half tempo"), RELAXED),
    **dict.fromkeys(("mid tempo", "midtempo", "moderate", "moderately", "medium tempo", "moderate tempo", "medium",
                     "walking pace", "strolling"), MODERATE),
    **dict.fromkeys(("uptempo", "up tempo", "quick", "quickly", "brisk", "briskly", "fast paced", "galloping",
                     "swift"), QUICK),
    **dict.fromkeys(("fast", "faster", "high tempo", "fast tempo", "rapid", "speedy", "double time", "racing",
                     "high speed"), FAST),
    **dict.fromkeys(("very fast", "very quick", "extremely fast", "super fast", "really fast", "frantic", "frenzied",
                     "breakneck", "lightning fast", "insanely fast", "blazing", "hyper"), VERY_FAST),
}  # fmt: skip

# Everyday words keep some of the style. Styles that begin at this tempo are slow above all others' slow, and those
# that end at that one are fast below all others' fast.
DANCES_FROM, DANCE_SLOW = 108.0, (76.0, 94.0)
STROLLS_TO, STROLL_FAST = 100.0, (118.0, 138.0)


def tempo_range(word: TempoWord, style_range: tuple[float, float]) -> tuple[float, float]:
    """The bpm that `word` means in a style: of its range the part that the style has too, where they meet."""
    low, high = word.low, word.high
    if not word.absolute and high <= SLOW.high and style_range[0] >= DANCES_FROM:
        low, high = DANCE_SLOW
    elif not word.absolute and (low, high) == (FAST.low, FAST.high) and style_range[1] <= STROLLS_TO:
        low, high = STROLL_FAST
    shared = max(low, style_range[0]), min(high, style_range[1])
    return shared if shared[1] - shared[0] >= 4 else (low, high)


def range_unlike(word: TempoWord, style_range: tuple[float, float]) -> tuple[float, float]:
    """The bpm of a style that should not be `word`: the side of its range that is farther from it."""
    low, high = style_range
    middle = (low + high) / 2
    if word.high <= MODERATE.low:
        return (max(middle, 104.0), max(high, 120.0))
    if word.low >= MODERATE.high:
        return (min(low, 84.0), min(middle, 100.0))
    return style_range

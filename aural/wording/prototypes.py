"""Phrasings of each label for zero-shot comparison with CLAP: several per label, their embeddings are averaged.

CLAP was trained on captions, so these are captions. The orders are those of `STYLES` and `EMOTIONS`.
"""

from __future__ import annotations

from aural.wording.emotion import EMOTIONS
from aural.wording.style import STYLES

_STYLE_TEMPLATES = ("This audio is a {} song.", "{} music", "an instrumental {} track")
_STYLE_NAMES: dict[str, tuple[str, ...]] = {
    "classical": ("classical", "orchestral classical"),
    "jazz": ("jazz", "swing jazz"),
    "rock": ("rock", "guitar rock"),
    "pop": ("pop", "catchy pop"),
    "electronic": ("electronic", "electronica"),
    "country": ("country", "bluegrass country"),
    "hiphop": ("hip hop", "rap"),
    "reggae": ("reggae", "dub reggae"),
    "blues": ("blues", "electric blues"),
    "rnb_soul": ("soul", "rhythm and blues"),
    "disco_funk": ("funk", "disco"),
    "latin": ("Latin", "salsa and bossa nova"),
    "metal": ("heavy metal", "metal"),
    "cinematic": ("cinematic film score", "epic soundtrack"),
    "ambient": ("ambient", "atmospheric drone"),
    "folk": ("folk", "acoustic folk"),
    "lofi": ("lo-fi hip hop", "chill lo-fi"),
    "house": ("house", "deep house dance"),
    "techno": ("techno", "minimal techno"),
    "drum_and_bass": ("drum and bass", "jungle breakbeat"),
    "synthwave": ("synthwave", "retro eighties synthesizer"),
    "chiptune": ("chiptune", "8-bit video game"),
    "world": ("world", "traditional non-Western"),
}
_EMOTION_TEMPLATES = ("This music sounds {}.", "{} music", "a {} piece of music")
_EMOTION_NAMES: dict[str, tuple[str, ...]] = {
    "joyful": ("joyful", "happy"),
    "energetic": ("energetic", "exciting"),
    "aggressive": ("aggressive", "angry"),
    "tense": ("tense", "suspenseful"),
    "dark": ("dark", "gloomy"),
    "sad": ("sad", "melancholic"),
    "calm": ("calm", "relaxing"),
    "tender": ("tender", "warm and gentle"),
    "dreamy": ("dreamy", "ethereal"),
    "neutral": ("neutral", "emotionally plain"),
}


def _phrasings(names: dict[str, tuple[str, ...]], templates: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {
        label: tuple(template.format(name) for template in templates for name in words)
        for label, words in names.items()
    }


STYLE_PHRASINGS = _phrasings(_STYLE_NAMES, _STYLE_TEMPLATES)
EMOTION_PHRASINGS = _phrasings(_EMOTION_NAMES, _EMOTION_TEMPLATES)
assert tuple(STYLE_PHRASINGS) == STYLES
assert tuple(EMOTION_PHRASINGS) == EMOTIONS

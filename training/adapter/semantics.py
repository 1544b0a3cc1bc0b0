"""What the tagger's words mean: a hand-made reading of each tag as styles, and as valence and arousal.

No clip was used to set these numbers. A style's evidence is the weighted mean of its tags' standardised logits
(0 is the average song of the tagger's training set); `doubt` is taken off where no tag of the vocabulary names the
style itself, so that such a style needs more than its neighbours' tags.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """Tags for and against a style with their weights, and how far the sum of them is to be doubted."""

    tags: dict[str, float]
    doubt: float = 0.0


STYLE_READINGS: dict[str, Reading] = {
    "classical": Reading(
        {"mtt:classical": 2, "mtt:classic": 1, "mtt:strings": 1, "mtt:violin": 1, "mtt:opera": 0.5,
         "mtt:harpsichord": 0.5, "mtt:cello": 0.5, "mtt:piano": 0.5, "mtt:drums": -1, "msd:rock": -0.5,
         "msd:electronic": -1}
    ),
    "jazz": Reading({"msd:jazz": 4, "msd:instrumental": 0.5, "msd:rock": -0.5, "msd:electronic": -0.5}),
    "rock": Reading(
        {"msd:rock": 2, "mtt:rock": 1, "msd:classic_rock": 1, "msd:alternative_rock": 1, "msd:hard_rock": 0.5,
         "msd:indie_rock": 0.5, "msd:punk": 0.5, "msd:electronic": -0.5}
    ),
    "pop": Reading({"msd:pop": 2, "mtt:pop": 1, "msd:catchy": 1, "msd:indie_pop": 0.5, "msd:female_vocalists": 0.5}),
    "electronic": Reading(
        {"msd:electronic": 2, "msd:electronica": 1, "msd:electro": 0.5, "mtt:electronic": 1, "mtt:synth": 0.5}
    ),
    "country": Reading({"msd:country": 3, "mtt:country": 1}),
    "hiphop": Reading({"msd:hip_hop": 4}),
    "reggae": Reading(
        {"msd:soul": 1, "msd:happy": 1, "msd:hip_hop": 1, "msd:chill": 1, "msd:funk": 1, "msd:electronic": -0.5},
        doubt=1.0,
    ),
    "blues": Reading({"msd:blues": 4, "mtt:guitar": 0.5}),
    "rnb_soul": Reading({"msd:soul": 2, "msd:rnb": 2}),
    "disco_funk": Reading({"msd:funk": 2, "msd:party": 0.5, "msd:70s": 0.5, "msd:dance": 0.5, "msd:soul": 0.5}),
    "latin": Reading({"msd:jazz": 1, "msd:party": 1, "msd:happy": 1, "msd:oldies": 1, "mtt:drums": 1}, doubt=1.0),
    "metal": Reading({"msd:metal": 2, "msd:heavy_metal": 2, "mtt:metal": 1}),
    "cinematic": Reading(
        {"msd:instrumental": 1, "msd:ambient": 1, "mtt:strings": 1, "mtt:choir": 1, "msd:beautiful": 0.5}, doubt=2.0
    ),
    "ambient": Reading({"msd:ambient": 3, "mtt:ambient": 2, "mtt:new_age": 1, "mtt:drums": -0.5}),
    "folk": Reading({"msd:folk": 3, "msd:acoustic": 2}),
    "lofi": Reading(
        {"msd:chillout": 1, "msd:chill": 1, "msd:hip_hop": 1, "msd:instrumental": 1, "mtt:beat": 1},
        doubt=1.0,
    ),
    "house": Reading({"msd:house": 3, "msd:dance": 1, "mtt:dance": 1}),
    "techno": Reading({"mtt:techno": 3, "msd:electro": 1, "msd:electronic": 1, "msd:hip_hop": -1}),
    "drum_and_bass": Reading(
        {"msd:electronic": 1, "msd:electronica": 1, "mtt:techno": 1, "mtt:fast": 1, "mtt:beats": 1},
        doubt=2.0,
    ),
    "synthwave": Reading({"msd:80s": 2, "msd:electronic": 1, "mtt:synth": 2}, doubt=1.0),
    "chiptune": Reading(
        {"msd:electronic": 1, "msd:electro": 1, "mtt:weird": 1, "mtt:fast": 1, "mtt:synth": 1},
        doubt=2.0,
    ),
    "world": Reading({"mtt:indian": 2, "mtt:sitar": 2, "msd:experimental": 0.5}),
}  # fmt: skip

# style -> lowest bpm, highest bpm, bonus: where a tempo says what no tag does.
TEMPO_WINDOWS: dict[str, tuple[float, float, float]] = {"drum_and_bass": (160.0, 180.0, 1.5)}

VALENCE: dict[str, float] = {
    **dict.fromkeys(("msd:happy", "msd:party", "msd:funk", "msd:catchy", "msd:soul", "msd:oldies", "msd:60s",
                     "msd:country"), 1.0),
    **dict.fromkeys(("msd:dance", "msd:pop", "msd:easy_listening", "msd:sexy", "msd:rnb", "msd:jazz", "msd:70s",
                     "msd:house", "msd:blues", "mtt:country", "mtt:dance", "mtt:pop"), 0.5),
    **dict.fromkeys(("msd:hard_rock", "msd:alternative_rock", "msd:experimental", "msd:progressive_rock",
                     "msd:ambient", "msd:punk", "mtt:weird", "mtt:loud", "mtt:cello", "mtt:slow"), -0.5),
    **dict.fromkeys(("msd:sad", "msd:metal", "msd:heavy_metal", "mtt:metal"), -1.0),
}  # fmt: skip
AROUSAL: dict[str, float] = {
    **dict.fromkeys(("msd:metal", "msd:hard_rock", "msd:punk", "msd:heavy_metal", "msd:party", "msd:dance",
                     "mtt:loud", "mtt:fast", "mtt:techno", "mtt:dance", "mtt:metal"), 1.0),
    **dict.fromkeys(("msd:rock", "msd:electro", "msd:house", "msd:hip_hop", "msd:funk", "msd:alternative_rock",
                     "msd:classic_rock", "msd:catchy", "mtt:rock", "mtt:drums", "mtt:beat", "mtt:beats",
                     "mtt:electronic"), 0.5),
    **dict.fromkeys(("msd:easy_listening", "msd:beautiful", "msd:sad", "msd:jazz", "msd:instrumental", "msd:folk",
                     "mtt:classical", "mtt:piano", "mtt:solo", "mtt:new_age", "mtt:harp", "mtt:flute",
                     "mtt:cello"), -0.5),
    **dict.fromkeys(("msd:mellow", "msd:chillout", "msd:chill", "msd:ambient", "msd:acoustic", "mtt:slow",
                     "mtt:quiet", "mtt:soft", "mtt:ambient"), -1.0),
}  # fmt: skip

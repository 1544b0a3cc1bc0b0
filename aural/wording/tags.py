"""The tags that the built-in ear gives: `msd:` genres, eras and moods, `mtt:` instruments and voices.

In the order of the two networks' outputs, as musicnn's authors list them (musicnn 0.1.0, configuration.py).
"""

from __future__ import annotations

_MSD = (
    "rock pop alternative indie electronic female_vocalists dance 00s alternative_rock jazz beautiful metal chillout "
    "male_vocalists classic_rock soul indie_rock mellow electronica 80s folk 90s chill instrumental punk oldies blues "
    "hard_rock ambient acoustic experimental female_vocalist guitar hip_hop 70s party country easy_listening sexy "
    "catchy funk electro heavy_metal progressive_rock 60s rnb indie_pop sad house happy"
)
_MTT = (
    "guitar classical slow techno strings drums electronic rock fast piano ambient beat violin vocal synth female "
    "indian opera male singing vocals no_vocals harpsichord loud quiet flute woman male_vocal no_vocal pop soft sitar "
    "solo man classic choir voice new_age dance male_voice female_vocal beats harp cello no_voice weird country metal "
    "female_voice choral"
)
MSD_TAGS = tuple(_MSD.split())
MTT_TAGS = tuple(_MTT.split())
TAGS = (*(f"msd:{tag}" for tag in MSD_TAGS), *(f"mtt:{tag}" for tag in MTT_TAGS))

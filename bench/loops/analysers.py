"""Two analysers that are not ours, in an environment of their own. Run by that environment's Python; stands alone.

For each line on standard input, the path of a float32 .npy of mono sound at 44.1 kHz, writes a line of JSON:
{"keys": {analyser: key}, "beats_s": [...]}.
"""

from __future__ import annotations

import json
import sys
import tempfile
from typing import Any

import numpy as np

RATE_HZ = 44_100


def main() -> None:
    import essentia
    import essentia.standard as es
    import mixxx_analyzer
    import soundfile

    essentia.log.infoActive = essentia.log.warningActive = False
    rhythm = es.RhythmExtractor2013(method="multifeature")
    key, other = (es.KeyExtractor(profileType=profile) for profile in ("temperley2005", "bgate"))

    def listen(sound: Any) -> dict[str, Any]:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            soundfile.write(file.name, sound / max(1.0, float(np.abs(sound).max())), RATE_HZ)
            queen_mary = mixxx_analyzer.analyze(file.name).key
        return {
            "keys": {
                "essentia": " ".join(key(sound)[:2]),
                "queen mary": queen_mary,
                "essentia bgate": " ".join(other(sound)[:2]),
            },
            "beats_s": [float(at) for at in rhythm(sound)[1]],
        }

    answers, sys.stdout = sys.stdout, sys.stderr
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(listen(np.load(line.strip()))), file=answers, flush=True)


if __name__ == "__main__":
    main()

"""Other analysers, in a process and an environment of their own. Run by that environment's Python; stands alone.

For each line on standard input, the path of a float32 .npy of mono sound at 44.1 kHz, writes a line of JSON:
{peer: {"bpm": .., "key": .., "cpu_s": ..}}. What cannot be imported is left out and said on standard error.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

RATE_HZ = 44_100


def essentia_peers() -> dict[str, Any]:
    import essentia
    import essentia.standard as es

    essentia.log.infoActive = essentia.log.warningActive = False

    def rhythm(method: str) -> Any:
        extract = es.RhythmExtractor2013(method=method)
        return lambda sound: {"bpm": float(extract(sound)[0])}

    def percival() -> Any:  # it keeps what it has heard: one for each clip
        return lambda sound: {"bpm": float(es.PercivalBpmEstimator()(sound))}

    def key(profile: str) -> Any:
        extract = es.KeyExtractor(profileType=profile)
        return lambda sound: {"key": " ".join(extract(sound)[:2])}

    peers = {f"essentia {method}": rhythm(method) for method in ("multifeature", "degara")}
    peers["essentia percival"] = percival()
    return peers | {
        f"essentia key {profile}": key(profile) for profile in ("temperley2005", "shaath", "bgate", "krumhansl")
    }


def aubio_peers() -> dict[str, Any]:
    import aubio

    def tempo(sound: Any) -> dict[str, float]:
        hop = 512
        tracker = aubio.tempo("default", 1024, hop, RATE_HZ)
        for start in range(0, len(sound) - hop, hop):
            tracker(sound[start : start + hop])
        return {"bpm": float(tracker.get_bpm())}

    return {"aubio": tempo}


def librosa_peers() -> dict[str, Any]:
    import librosa

    def tempo(sound: Any) -> dict[str, float]:
        return {"bpm": float(np.atleast_1d(librosa.feature.tempo(y=sound, sr=RATE_HZ))[0])}

    return {"librosa": tempo}


def main() -> None:
    peers: dict[str, Any] = {}
    for make in (essentia_peers, aubio_peers, librosa_peers):
        try:
            peers |= make()
        except Exception as error:
            print(f"left out: {make.__name__}: {error}", file=sys.stderr)
    print(json.dumps(sorted(peers)), flush=True)
    for line in sys.stdin:
        sound = np.load(line.strip())
        told = {}
        for name, listen in peers.items():
            began_s = time.process_time()
            try:
                answer = listen(sound)
            except Exception as error:  # a peer that fails at a clip has no answer to it, which is a wrong one
                print(f"{name}: {error}", file=sys.stderr)
                answer = {}
            told[name] = {**answer, "cpu_s": time.process_time() - began_s}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()

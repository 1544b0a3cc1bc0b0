"""Other analysers, in a process and an environment of their own. Run by that environment's Python; stands alone.

For each line on standard input, the path of a float32 .npy of mono sound at 44.1 kHz, writes a line of JSON:
{peer: {"bpm": .., "key": .., "lufs": .., "lra": .., "cpu_s": ..}}. What cannot be imported is left out and said on
standard error, where peers may talk as they like.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np
import soundfile

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


def tempocnn_peers() -> dict[str, Any]:
    import tensorflow
    from tempocnn.classifier import TempoClassifier
    from tempocnn.feature import read_features

    tensorflow.config.threading.set_intra_op_parallelism_threads(1)

    def tempo(model: str) -> Any:
        classifier = TempoClassifier(model)

        def estimate(sound: Any) -> dict[str, float]:
            with tempfile.NamedTemporaryFile(suffix=".wav") as file:
                soundfile.write(file.name, sound, RATE_HZ)
                features = read_features(file.name, zero_pad=True)
            return {"bpm": float(classifier.estimate_tempo(features, interpolate=False))}

        return estimate

    return {f"tempo-cnn {model}": tempo(model) for model in ("cnn", "fcn")}


def loudness_peers() -> dict[str, Any]:
    import pyloudnorm

    meter = pyloudnorm.Meter(RATE_HZ)
    return {"pyloudnorm": lambda sound: {"lufs": float(meter.integrated_loudness(sound))}}


def ffmpeg_peers() -> dict[str, Any]:
    import imageio_ffmpeg

    binary = shutil.which("ffmpeg") or imageio_ffmpeg.get_ffmpeg_exe()
    filters = ["-hide_banner", "-nostats", "-af", "ebur128", "-f", "null", "-"]

    def measure(sound: Any) -> dict[str, float]:
        with tempfile.NamedTemporaryFile(suffix=".wav") as file:
            soundfile.write(file.name, sound, RATE_HZ, subtype="FLOAT")
            done = subprocess.run([binary, "-i", file.name, *filters], capture_output=True, text=True, check=True)
        summary = done.stderr[done.stderr.rindex("Summary:") :]
        found = {name: re.search(rf"{name}:\s+(-?[\d.]+)", summary) for name in ("I", "LRA")}
        return {key: float(hit[1]) for key, hit in zip(("lufs", "lra"), found.values(), strict=True) if hit}

    return {"ffmpeg ebur128": measure}


def main() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr
    peers: dict[str, Any] = {}
    for make in (essentia_peers, aubio_peers, librosa_peers, tempocnn_peers, loudness_peers, ffmpeg_peers):
        try:
            peers |= make()
        except Exception as error:
            print(f"left out: {make.__name__}: {error}", file=sys.stderr)
    print(json.dumps(sorted(peers)), file=answers, flush=True)
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
        print(json.dumps(told), file=answers, flush=True)


if __name__ == "__main__":
    main()

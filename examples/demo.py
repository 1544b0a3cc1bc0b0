"""`make demo`: serve the built-in models, send them a real clip, show what comes back."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bentoml

from aural.audio.decode import decode
from aural.listening import listen
from examples.clip import CLIP
from examples.picture import draw
from examples.serving import DidNotStart, served

PORT = int(os.environ.get("PORT", "8123"))
OUT = Path("out")
BLOCKS = "▁▂▃▄▅▆▇█"
DURATION_S = 20


def main() -> None:
    """Exit status 1 where the analysis or the music is not what the clip's truth says."""
    with serving() as url:
        listen_and_compose(url)
    print("\nTo hear and see it, and to shape it: `make serve`, and the page is at http://localhost:8000/")


def listen_and_compose(url: str) -> None:
    truth = json.loads(CLIP.with_suffix(".json").read_text())
    with bentoml.SyncHTTPClient(url, timeout=70) as client:
        with patience(f"Listening to {CLIP} (POST /analyze)"):
            analysis = client.analyze(file=CLIP)
        print_analysis(analysis)
        with patience(f"Composing {DURATION_S} s that follow it (POST /compose)"):
            wav = client.compose(file=CLIP, duration=DURATION_S, seed=42)
    OUT.mkdir(exist_ok=True)
    wav_path, png_path = OUT / "composed.wav", OUT / "composed.png"
    wav_path.write_bytes(wav)
    take = decode(wav)
    heard = listen(take)
    draw(take, analysis["energy_curve"], heard.energy_curve, loop_end_s=DURATION_S, path=png_path)
    print(f"\n  the WAV    {wav_path} ({take.duration_s:.1f} s: {DURATION_S} s and a 0.3 s tail)")
    print(f"  a picture  {png_path} (waveform, both energy curves, loop points)\n")
    rows = [
        ("the clip, as written", truth["bpm"], truth["key"]),
        ("the clip, as heard", analysis["bpm"], analysis["key"]),
    ]
    rows.append(("the music, as heard", heard.tempo.bpm, heard.key.key))
    for name, bpm, key in rows:
        print(f"  {name:<22} {bpm} bpm   {key}")
    if any(not same(row, rows[0]) for row in rows[1:]):
        raise SystemExit("\nThey differ: that is a bug.")
    print("\nAll three agree.")


def same(row: tuple[str, float | None, str | None], truth: tuple[str, float, str]) -> bool:
    """Tempo within 0.2 %, the same key."""
    _, bpm, key = row
    return bpm is not None and abs(bpm / truth[1] - 1) < 0.002 and key == truth[2]


def print_analysis(analysis: dict[str, Any]) -> None:
    details = analysis["details"]
    feeling = details["emotion"]
    styles = ", ".join(f"{style['style_id']} {style['probability']:.0%}" for style in details["styles"][:3])
    curve = "".join(BLOCKS[min(7, int(value * 8))] for value in analysis["energy_curve"])
    print(f"""
  tempo    {analysis["bpm"]} bpm (confidence {details["tempo"]["confidence"]:.2f})
  key      {analysis["key"]} (confidence {details["key"]["confidence"]:.2f}, then {details["key"]["second"]})
  emotion  {analysis["emotion"]} (valence {feeling["valence"]:+.2f}, arousal {feeling["arousal"]:+.2f})
  style    {styles}
  energy   {curve}
  prompt   {analysis["prompt"]}
""")


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """The service with the built-in models; its log is shown when it does not start."""
    environment = {**os.environ, "AURAL_MODELS": "builtin"}
    with tempfile.TemporaryFile() as log, contextlib.ExitStack() as stack:
        with patience("Starting the service with the built-in models"):
            try:
                stack.enter_context(served("service:AuralArchitect", PORT, log, environment=environment))
            except DidNotStart as error:
                raise SystemExit(f"The service did not start. Its log ends:\n{error}") from None
        yield f"http://127.0.0.1:{PORT}"


@contextlib.contextmanager
def patience(doing: str) -> Iterator[None]:
    """One line that counts the seconds until the work is done."""
    done = threading.Event()
    started = time.monotonic()

    def count() -> None:
        while sys.stdout.isatty() and not done.wait(0.5):
            print(f"\r{doing} ... {time.monotonic() - started:.0f} s", end="", flush=True)

    print(f"{doing} ...", end="", flush=True)
    counter = threading.Thread(target=count, daemon=True)
    counter.start()
    try:
        yield
    finally:
        done.set()
        counter.join()
        again = f"\r{doing} ..." if sys.stdout.isatty() else ""
        print(f"{again} {time.monotonic() - started:.1f} s", flush=True)


if __name__ == "__main__":
    main()

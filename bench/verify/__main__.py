"""What the weights at hand do here. `make verify-pretrained` (AURAL_WEIGHTS=hub-cache folder, AURAL_MUSICGEN=model)

Hashes against the record and against what public sources say; text, greedy tokens in fp32 and sound against
audiocraft's and transformers' own, each where the checkpoint is there in its layout; how far other precisions are from
fp32; and a listening round trip: tempo and key that were asked for, and what `aural.listening` hears, kept as WAV and
picture. All of it goes to OUT/receipt.json, which holds no path and no name: send it to us. Exit status 1 where
something differs.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import torch

from aural.settings import Settings
from bench.verify.equality import on_loaded_weights
from bench.verify.hashes import hashes
from bench.verify.receipt import Receipt
from models.cards import CLAP, musicgen_card
from models.weights import RECORD, find, hub_folder, use_hub_cache

OUT = Path("out") / "verify"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.verify", description=__doc__)
    parser.add_argument("--frames", type=int, default=250, help="of greedy decoding; 50 are a second")
    parser.add_argument("--trip-s", type=float, default=10.0, help="of music for each listening round trip")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for receipt, music and picture")
    asked = parser.parse_args()
    settings = Settings.from_env({**os.environ, "AURAL_MODELS": "pretrained"})  # as the service reads it
    folder = settings.weights_dir or hub_folder()
    use_hub_cache(folder)
    card = musicgen_card(settings.musicgen)
    if find(card, folder) is None:
        sys.exit(f"{card.repo} is not in {folder}. Run `make weights`, or set AURAL_WEIGHTS.")
    threads = settings.composer_threads
    receipt = Receipt(asked.out / "receipt.json", model=card.repo, threads=threads, device=torch.device("cpu"))
    present = [card, *([CLAP] if find(CLAP, folder) else [])]
    checks, files = hashes(present, folder, settings.weights_record or RECORD)
    receipt.add(*checks, files=files)
    if receipt.failed:
        sys.exit("These are not the weights that they should be, so nothing else was tried.")
    torch.set_num_threads(threads)
    for check in on_loaded_weights(card, folder, threads, asked.frames):
        receipt.add(check)
    from bench.verify.trips import round_trips  # loads what reads the folder

    receipt.add(*round_trips(settings, asked.trip_s, asked.out))
    print(f"\n{asked.out / 'receipt.json'} has it all; nothing in it says whose machine this is. Send it to us.")
    sys.exit(1 if receipt.failed else 0)


if __name__ == "__main__":
    main()

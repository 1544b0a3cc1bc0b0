#!/bin/sh
# Runs in the image after requirements.txt: audiocraft's own pins (torch 2.1, av 11) do not resolve, its code runs on ours.
set -eu
uv pip install --no-deps audiocraft==1.3.0

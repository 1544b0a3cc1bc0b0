"""MusicGen's engine against audiocraft and transformers: `python -m bench.generate`."""

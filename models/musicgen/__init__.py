"""MusicGen: `composer` turns requests into takes, `sampler` text into codec frames, `load` builds it."""

"""The craft itself: hearing, wording, finishing and serving music. No torch, no bentoml."""

from aural.telemetry import switch_off

switch_off()

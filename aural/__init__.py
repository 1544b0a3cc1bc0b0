"""The craft itself: hearing, wording, finishing and serving music. No torch, no bentoml."""

from aural.telemetry import switch_off
from aural.threads import wait_asleep

switch_off()
wait_asleep()

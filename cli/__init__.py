"""The command `aural`."""

import aural  # noqa: F401  # switches telemetry off before anything that has some is imported

"""One BentoML service per accelerator role: load, warm up, batch, report."""

import aural  # noqa: F401  # switches telemetry off before anything that has some is imported

"""What the runners load. Importable and testable without bentoml."""

import aural  # noqa: F401  # switches telemetry off before anything that has some is imported

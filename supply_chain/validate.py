"""Whether a bill of materials is CycloneDX 1.6. `PYTHON supply_chain/validate.py FILE`, with cyclonedx-py's own Python.

It ends with 1, and the first fault, where it is not. Nothing of ours is imported: it runs in another environment.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

if __name__ == "__main__":
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text())
    sys.exit(f"{sys.argv[1]} is not CycloneDX 1.6: {fault}" if fault else 0)

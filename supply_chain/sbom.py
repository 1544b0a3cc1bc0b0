"""The bill of materials of what runs, in CycloneDX. `python -m supply_chain.sbom CYCLONEDX_PY OUTPUT`

cyclonedx-py describes the whole environment, tests and documentation with it, and says where on this machine things
lie. Of that stays what requirements.txt pins; what it pins for other systems is added without a licence. The weights
that ship are added with their SHA-256. `make sbom` then has cyclonedx-py's own library validate the result.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from aural.settings import VERSION
from models.cards import BEATNET, CREPE_FULL, CREPE_TINY, SAMPLES, SENTENCE_NETWORK, SENTENCE_TOKENIZER, TAGGER, Card
from supply_chain.requirements import ROOT, Pin, pins

SHIPPED = (CREPE_TINY, CREPE_FULL, TAGGER, BEATNET, SAMPLES, SENTENCE_NETWORK, SENTENCE_TOKENIZER)
"""The weights whose SHA-256 are known and that come with the service or with its packages."""
ELSEWHERE = ("https", "http")
LOCAL = ("localhost", "127.0.0.1", "")


def environment(cyclonedx: Path, python: Path) -> dict[str, Any]:
    """What cyclonedx-py says of the environment of `python`. Raises CalledProcessError."""
    command = [str(cyclonedx), "environment", str(python), "--pyproject", str(ROOT / "pyproject.toml")]
    told = subprocess.run([*command, "--output-reproducible"], capture_output=True, text=True, check=True).stdout
    document: dict[str, Any] = json.loads(told)
    return document


def of_the_service(document: dict[str, Any], needed: list[Pin]) -> dict[str, Any]:
    """The document without what is not pinned and without addresses of this machine, with pins that it lacks."""
    versions = {pin.name: pin.version for pin in needed}
    kept = [one for one in document["components"] if versions.get(canonicalize_name(one["name"])) == one["version"]]
    seen = {(canonicalize_name(one["name"]), one["version"]) for one in kept}
    lacking = [_component(pin) for pin in needed if (pin.name, pin.version) not in seen]
    components = sorted([*map(_public, kept), *lacking], key=lambda one: str(one["bom-ref"]))
    root = {**_public(document["metadata"]["component"]), "version": VERSION}
    refs = {root["bom-ref"], *(one["bom-ref"] for one in components)}
    dependencies = [
        {"ref": one["ref"], "dependsOn": [ref for ref in one.get("dependsOn", ()) if ref in refs]}
        for one in document["dependencies"]
        if one["ref"] in refs
    ]
    return {
        **document,
        "metadata": {**document["metadata"], "component": root},
        "components": [*components, *weights()],
        "dependencies": dependencies,
    }


def weights() -> Iterator[dict[str, Any]]:
    """A component for every file of the weights that ship."""
    for card in SHIPPED:
        for name, sha256 in sorted(card.sha256.items()):
            yield _weights(card, name, sha256)


def _weights(card: Card, name: str, sha256: str) -> dict[str, Any]:
    return {
        "type": "machine-learning-model" if card.rate_hz or name.endswith(("onnx", "json")) else "data",
        "bom-ref": f"{card.name}/{name}",
        "name": f"{card.name}/{name}",
        "version": card.revision,
        "description": card.source,
        "licenses": [{"license": {"id": card.licence}}],
        "hashes": [{"alg": "SHA-256", "content": sha256}],
    }


def _component(pin: Pin) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": f"{pin.name}=={pin.version}",
        "name": pin.name,
        "version": pin.version,
        "purl": f"pkg:pypi/{pin.name}@{pin.version}",
    }


def _public(component: dict[str, Any]) -> dict[str, Any]:
    """A component with those of its addresses that are not of this machine."""
    references = [one for one in component.get("externalReferences", ()) if _is_public(one["url"])]
    return {**component, "externalReferences": references}


def _is_public(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ELSEWHERE and parts.hostname not in LOCAL and "@" not in parts.netloc


def main() -> None:
    cyclonedx, output = map(Path, sys.argv[1:3])
    document = of_the_service(environment(cyclonedx, Path(sys.executable)), pins())
    output.write_text(json.dumps(document, indent=1) + "\n")
    libraries = [one for one in document["components"] if one["type"] == "library"]
    print(f"{output}: {len(libraries)} packages, {len(document['components']) - len(libraries)} files of weights.")


if __name__ == "__main__":
    main()

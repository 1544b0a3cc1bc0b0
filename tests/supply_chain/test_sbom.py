"""The bill of materials: what is pinned and the weights that ship, and nothing about the machine that made it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aural.settings import VERSION
from models.sketch.samples import bank
from models.weights import sha256_of
from supply_chain.requirements import ROOT, Pin, pins
from supply_chain.sbom import of_the_service, weights


def component(name: str, version: str, *urls: str) -> dict[str, Any]:
    references = [{"type": "distribution", "url": url} for url in urls]
    return {
        "type": "library",
        "bom-ref": f"{name}=={version}",
        "name": name,
        "version": version,
        "externalReferences": references,
    }


MADE = {
    "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "aural-architect"}},
    "components": [
        component("Jinja2", "3.1.6", "https://palletsprojects.com/", "file:///opt/somewhere/jinja2.whl"),
        component("torch", "2.10.0", "http://localhost:3141/torch.whl", "https://user:word@example.com/torch.whl"),
        component("pytest", "9.2.0"),
        component("attrs", "25.0.0"),
    ],
    "dependencies": [
        {"ref": "root", "dependsOn": ["Jinja2==3.1.6", "pytest==9.2.0"]},
        {"ref": "pytest==9.2.0", "dependsOn": ["Jinja2==3.1.6"]},
        {"ref": "Jinja2==3.1.6"},
    ],
}
NEEDED = [Pin("jinja2", "3.1.6", True), Pin("torch", "2.10.0", True), Pin("attrs", "26.1.0", True)]


def test_it_holds_what_is_pinned_and_nothing_else() -> None:
    libraries = [one for one in of_the_service(MADE, NEEDED)["components"] if one["type"] == "library"]
    assert {(one["name"], one["version"]) for one in libraries} == {
        ("Jinja2", "3.1.6"),
        ("torch", "2.10.0"),
        ("attrs", "26.1.0"),
    }


def test_dependencies_lead_to_components_that_are_there() -> None:
    made = of_the_service(MADE, NEEDED)
    assert made["dependencies"] == [
        {"ref": "root", "dependsOn": ["Jinja2==3.1.6"]},
        {"ref": "Jinja2==3.1.6", "dependsOn": []},
    ]
    assert made["metadata"]["component"]["version"] == VERSION


def test_addresses_of_this_machine_and_passwords_stay_here() -> None:
    text = json.dumps(of_the_service(MADE, NEEDED))
    assert "https://palletsprojects.com/" in text
    for private in ("file:", "localhost", "user:word", "/opt/"):
        assert private not in text


def test_every_pin_of_the_service_is_a_component() -> None:
    made = of_the_service(MADE, pins())
    refs = [one["bom-ref"] for one in made["components"]]
    assert len(refs) == len(set(refs))
    assert len(refs) == len(pins()) + len(list(weights()))


def test_the_weights_are_those_that_ship() -> None:
    told = {one["name"]: one["hashes"][0]["content"] for one in weights()}
    assert told["musicnn-msd+mtt/tagger_msd.safetensors"] == sha256_of(ROOT / "models" / "tagger_msd.safetensors")
    assert told["fluidr3mono-gm/drums.ogg"] == sha256_of(Path(bank.__file__).with_name("drums.ogg"))
    assert all(one["licenses"] and one["version"] for one in weights())

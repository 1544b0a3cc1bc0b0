"""What the reference says is what the code has: a sentence for every setting, a remedy for every error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

import pytest

from aural.errors import BY_CODE, AuralError
from aural.gateway.openapi import openapi
from aural.settings import Settings
from documentation import code_pages, openapi_pages
from documentation.client_docs import with_sections
from documentation.openapi_pages import values_of


class Noted(Mapping[str, str]):
    """An empty environment that notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def test_every_setting_has_its_variable_and_a_sentence() -> None:
    environment = Noted()
    Settings.from_env(environment)
    told = {field.metadata.get("variable"): field.metadata.get("sentence") for field in fields(Settings)}
    assert set(told) == environment.asked
    for variable, sentence in told.items():
        assert sentence, variable
        assert sentence.endswith("."), variable
        assert f"`{variable}`" in code_pages.settings()


def test_what_depends_on_the_machine_or_elsewhere_is_told_in_words() -> None:
    """A default that is None says nothing, but where None means none."""
    unsaid = {field.name for field in fields(Settings) if field.default is None and not field.metadata["default"]}
    assert unsaid <= {"api_key"}
    assert "cores" in {field.name: field.metadata["default"] for field in fields(Settings)}["workers"]


@pytest.mark.parametrize("kind", BY_CODE.values(), ids=BY_CODE)
def test_every_error_has_one_sentence_and_a_remedy(kind: type[AuralError]) -> None:
    assert "remedy" in vars(kind)
    for sentence in (kind.__doc__ or "", kind.remedy):
        assert sentence.endswith(".")
        assert "\n" not in sentence
    assert kind.__doc__ != AuralError.__doc__
    assert f"| `{kind.code}` | {kind.__doc__} | {kind.remedy} |" in code_pages.errors()


def test_every_field_and_header_of_the_document_is_in_the_reference() -> None:
    document = openapi()
    schemas = document["components"]["schemas"]
    pages = openapi_pages.operations() + openapi_pages.controls()
    for body in ("AnalyzeBody", "GenerateBody", "ComposeBody"):
        for name, field in schemas[body]["properties"].items():
            assert f"| `{name}` |" in pages
            assert field["description"].replace("|", "\\|") in pages
    for name in document["paths"]["/generate"]["post"]["responses"]["200"]["headers"]:
        assert f"`{name}`" in openapi_pages.headers()
    for name in ("details.tempo.alternatives[].bpm", "details.key.parts[].from_s", "energy_curve"):
        assert f"| `{name}` |" in openapi_pages.analysis()
    assert "`pcm`" in openapi_pages.events()
    for name, field in schemas["AudioFeatures"]["properties"].items():
        assert f"| `{name}` | {openapi_pages.values_of(field)} | {field['description']} |" in openapi_pages.features()


def test_a_field_that_both_calls_have_is_told_once() -> None:
    operations = openapi_pages.operations()
    assert "`energy_curve` | list" not in operations.split("## GET /info")[0].split("## POST /generate")[1]
    assert "| `energy_curve` | list of 2 to 1000" in openapi_pages.controls()
    assert operations.count("| `prompt` |") == 1


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 64}, "whole number, 1 to 64"),
        ({"anyOf": [{"type": "number", "minimum": 30, "maximum": 300}, {"type": "null"}]}, "number, 30 to 300 or null"),
        ({"enum": ["3/4", "4/4"]}, "`3/4`, `4/4`"),
        ({"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 9}, "list of 2 to 9: number"),
        ({"type": "string", "minLength": 1, "maxLength": 500}, "text, 1 to 500 characters"),
        ({"type": "string"}, "text"),
        ({"anyOf": [{"const": 16, "type": "integer"}, {"const": "32f", "type": "string"}]}, "`16` or `32f`"),
        ({"type": "boolean"}, "`true`, `false`"),
    ],
)
def test_values_are_told_in_words(schema: dict[str, object], words: str) -> None:
    assert values_of(schema) == words


def test_every_metric_that_the_code_makes_is_told() -> None:
    names = {metric.name for metric in code_pages.metrics_of_the_code()}
    assert {"aural_batch_size", "aural_takes_total", "aural_composing", "aural_records_lost_total"} <= names
    assert "`aural_takes_total{outcome}`" in code_pages.metrics()
    assert "`aural_batch_size{runner}`" in code_pages.metrics()


def test_parameters_of_a_docstring_become_a_section() -> None:
    text = "Music.\n\nprompt: what it should be.\n    1 to 2000.\nlow, high: limits.\n\nRaises: nothing.\nother: prose."
    assert with_sections(text, {"prompt", "low", "high"}) == (
        "Music.\n\nArgs:\n    prompt: what it should be.\n        1 to 2000.\n    low: limits.\n    high: limits.\n\n"
        "Raises: nothing.\nother: prose."
    )

"""The document of the calls and the service say the same: what one allows the other takes, and nothing else.

AURAL_SCHEMATHESIS_EXAMPLES: how many requests of each call are drawn, beside those at the edges of each field.
"""

from __future__ import annotations

import os
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from aural.gateway.openapi import openapi
from aural.theory.keys import ALL_KEYS
from tests.serving import Served, band, wav_of

EXAMPLES = int(os.environ.get("AURAL_SCHEMATHESIS_EXAMPLES", "10"))
CLIP = wav_of(band(1.0))
MARK = "(a clip)"
"""What sound is a schema cannot say: where a file is wanted this stands, and CLIP is sent."""
schemathesis.openapi.format("binary", st.just(MARK))
schemathesis.openapi.format("chord-progression", st.sampled_from(("Am F C G", "Dm7 | G7 | Cmaj7", "I V vi IV")))
schemathesis.openapi.format("musical-key", st.sampled_from((*map(str, ALL_KEYS), "Gb minor", "F#m", "E-flat major")))

SCHEMA = schemathesis.openapi.from_dict(openapi())


NO_SCHEMA_SAYS: dict[str, list[CheckFunction]] = {
    # Which composer is loaded: continue needs MusicGen.
    "not_offered": [positive_data_acceptance],
    # How fast the machine is, and what else it does.
    "cannot_finish_in_time": [not_a_server_error],
}
"""By an error's code: the checks that it cannot pass, and why."""
SHORT = {"duration": (1, 120, 1.5), "candidates": (1, 8, 2), "bars": (1, 64, 1)}


def shortened(body: Any) -> Any:
    """What is allowed is asked for in short: hundreds of whole pieces of music take hours."""
    if not isinstance(body, dict):
        return body
    body = body if {"duration", "bars"} & set(body) else {**body, "duration": 1}
    return {
        name: min(value, SHORT[name][2])
        if name in SHORT and type(value) in (int, float) and SHORT[name][0] <= value <= SHORT[name][1]
        else value
        for name, value in body.items()
    }


def with_clip(request: requests.PreparedRequest) -> requests.PreparedRequest:
    if isinstance(request.body, bytes):
        request.body = request.body.replace(MARK.encode(), CLIP)
        request.headers["content-length"] = str(len(request.body))
    return request


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
def test_the_document_and_the_service_agree(case: schemathesis.Case[Any], builtin: Served) -> None:
    case.body = shortened(case.body)
    answer = case.call(base_url=builtin.url, timeout=90, auth=with_clip)
    refused = str(answer.json().get("code")) if answer.status_code >= 400 else ""
    excluded = list(NO_SCHEMA_SAYS.get(refused, []))
    if isinstance(case.body, dict) and "file" in case.body and [] in case.body.values():
        excluded.append(negative_data_rejection)  # a form has no part for an empty list: the field is not there
    case.validate_response(answer, excluded_checks=excluded)

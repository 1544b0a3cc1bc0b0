"""The calls as the contract has them, by the BentoML client and by curl, on the built-in models."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bentoml
import httpx
import numpy as np
import pytest
from openapi_spec_validator import validate

from aural.audio.decode import decode
from aural.files.tags import read_tags
from aural.listening import listen
from aural.theory.keys import ALL_KEYS, Key
from aural.theory.metre import METRES
from aural.wording.emotion import EMOTIONS
from aural.wording.style import STYLES
from examples.clip import CLIP
from tests.http.test_limits import assert_error, post_file
from tests.serving import Served, band, wav_of

TRUTH = json.loads(CLIP.with_suffix(".json").read_text())
WAV_HEADERS = ("seed", "bpm", "key", "loop-end", "model", "models")


@pytest.fixture(scope="module")
def client(builtin: Served) -> Iterator[bentoml.SyncHTTPClient]:
    with bentoml.SyncHTTPClient(builtin.url, timeout=70) as client:
        yield client


@pytest.fixture(scope="module")
def analysis(client: bentoml.SyncHTTPClient) -> Any:
    """Of CLIP."""
    return client.analyze(file=CLIP)


def test_health_has_exactly_two_keys(builtin: Served) -> None:
    assert httpx.get(f"{builtin.url}/health").json() == {"ok": True, "gpu": False}


def test_while_it_starts_every_probe_is_answered(builtin: Served) -> None:
    assert builtin.starting["/readyz"], "it was asked before it was ready"
    for answer in builtin.starting["/livez"]:
        assert answer.status_code == 200
    for path in ("/readyz", "/health", "/info"):
        assert {answer.status_code for answer in builtin.starting[path][:-1]} <= {503}
    assert builtin.starting["/health"][0].json() == {"ok": False, "gpu": False}
    assert builtin.starting["/info"][0].json()["vocabularies"]["key"]


def test_info_names_models_limits_and_vocabularies(builtin: Served) -> None:
    info = httpx.get(f"{builtin.url}/info").json()
    assert info["model_set"] == "builtin"
    assert set(info["models"]) == {"pitch", "feeling", "composer"}
    for runner in info["models"].values():
        assert {"model", "revision", "licence", "device", "gpu", "precision"} <= set(runner)
    assert info["vocabularies"]["emotion"] == list(EMOTIONS)
    assert info["vocabularies"]["style_id"] == list(STYLES)
    assert info["models"]["composer"]["metres"] == info["vocabularies"]["metre"] == list(METRES)
    assert set(info["models"]["composer"]["endings"]) == set(info["vocabularies"]["ending"]) == {"cut", "ring", "fade"}
    assert len(info["vocabularies"]["key"]) == 24


def test_analyze_hears_what_the_clip_is(analysis: Any) -> None:
    assert set(analysis) == {"bpm", "key", "emotion", "energy_curve", "style_id", "prompt", "details"}
    assert analysis["bpm"] == pytest.approx(TRUTH["bpm"], rel=0.002)
    assert analysis["key"] == TRUTH["key"]
    assert analysis["emotion"] in EMOTIONS
    assert analysis["style_id"] in STYLES
    assert len(analysis["energy_curve"]) == 40
    assert all(0 <= value <= 1 for value in analysis["energy_curve"])
    assert f"bpm: {TRUTH['bpm']:.1f}" in analysis["prompt"]
    assert analysis["details"]["pitch"]["voiced_share"] > 0


def test_audio_features_are_the_analysis_under_other_names(analysis: Any, builtin: Served) -> None:
    files = {"file": CLIP.read_bytes()}
    answer = httpx.post(f"{builtin.url}/analyze?shape=audio-features", files=files, timeout=60)
    assert answer.status_code == 200
    assert answer.headers["x-request-id"]
    told = answer.json()
    key = Key.parse(TRUTH["key"])
    assert (told["tempo"], told["key"], told["mode"]) == (analysis["bpm"], key.tonic, int(key.mode == "major"))
    assert told["loudness"] == analysis["details"]["loudness"]["integrated_lufs"]
    assert told["duration_ms"] == round(1000 * analysis["details"]["duration_s"])
    assert told["key_confidence"] >= analysis["details"]["key"]["confidence"] - 0.001


def test_compose_follows_the_clip(client: bentoml.SyncHTTPClient, analysis: Any) -> None:
    wav = client.compose(file=CLIP, duration=20, seed=7)
    take = decode(wav)
    assert take.source_rate_hz == 32_000
    assert take.source_channels == 2
    assert take.duration_s == pytest.approx(20.3, abs=1e-3)
    heard = listen(take)
    assert heard.tempo.bpm == pytest.approx(TRUTH["bpm"], rel=0.005)
    assert heard.key.key == TRUTH["key"]
    followed = np.corrcoef(heard.energy_curve[:40], analysis["energy_curve"])[0, 1]
    assert followed > 0.8
    assert client.compose(file=CLIP, duration=20, seed=7) == wav
    assert client.compose(file=CLIP, duration=20, seed=8) != wav


def test_generate_by_curl_tells_the_same_in_headers_and_in_the_file(builtin: Served, tmp_path: Path) -> None:
    fields = {"prompt": "warm lofi piano", "bpm": 84, "key": "Gb minor", "duration": 3.5, "seed": 5}
    command = ["curl", "-sS", "-D", str(tmp_path / "headers"), "-o", str(tmp_path / "out.wav")]
    command += ["-H", "Content-Type: application/json", "-H", "Accept: audio/wav", "-d", json.dumps(fields)]
    subprocess.run([*command, f"{builtin.url}/generate"], check=True)
    lines = (tmp_path / "headers").read_text().splitlines()
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
    assert headers["content-type"] == "audio/wav"
    facts = {name: headers[f"x-aural-{name}"] for name in WAV_HEADERS}
    assert facts["seed"] == "5"
    assert facts["bpm"] == "84"
    assert facts["key"] == "f# minor"
    assert facts["loop-end"] == str(round(3.5 * 32_000))
    assert facts["models"] == "builtin"
    tags = read_tags((tmp_path / "out.wav").read_bytes())
    assert (tags["seed"], tags["bpm"], tags["key"], tags["loop_end"]) == (5, 84, "F# minor", 112_000)
    assert tags["style_id"] == "lofi"
    assert b"IGNR\x05\0\0\0lofi\0" in (tmp_path / "out.wav").read_bytes()
    assert tags["model"] == headers["x-aural-model"]
    assert len(decode((tmp_path / "out.wav").read_bytes()).samples) == round(3.8 * 48_000)


def test_a_drawn_seed_is_returned_and_gives_the_same_bytes(builtin: Served) -> None:
    drawn = httpx.post(f"{builtin.url}/generate", json={"prompt": "dub", "duration": 2}, timeout=60)
    assert drawn.headers["content-type"] == "application/octet-stream"
    fields = {"prompt": "dub", "duration": 2, "seed": int(drawn.headers["x-aural-seed"])}
    assert httpx.post(f"{builtin.url}/generate", json=fields, timeout=60).content == drawn.content


def test_controls_win_over_the_clip(builtin: Served) -> None:
    fields = {"duration": "2", "seed": "1", "style_id": "techno", "energy_curve": "[0.2, 0.9]"}
    with CLIP.open("rb") as clip:
        answer = httpx.post(f"{builtin.url}/compose", files={"file": clip}, data=fields, timeout=60)
    assert answer.status_code == 200
    assert "techno" in read_tags(answer.content)["prompt"]
    assert read_tags(answer.content)["style_id"] == "techno"


def test_a_form_takes_the_words_of_python_and_of_json_for_yes_and_no(builtin: Served) -> None:
    clip = wav_of(band(4))
    for said, status in (("True", 200), ("true", 200), ("1", 400), ("maybe", 400)):
        fields = {"duration": "2", "loop": said}
        answer = httpx.post(f"{builtin.url}/compose", files={"file": clip}, data=fields, timeout=60)
        assert answer.status_code == status, (said, answer.text[:200])


def test_docs_json_is_valid_openapi_and_describes_every_field(builtin: Served) -> None:
    spec = httpx.get(f"{builtin.url}/docs.json").json()
    validate(spec)
    assert set(spec["paths"]) == {"/analyze", "/generate", "/compose", "/health", "/info"}
    for name, schema in spec["components"]["schemas"].items():
        for field, told in schema.get("properties", {}).items():
            assert told.get("description"), f"{name}.{field}"


def test_docs_tell_every_control_with_limits_and_examples(builtin: Served) -> None:
    document = httpx.get(f"{builtin.url}/docs.json").json()
    schemas = document["components"]["schemas"]
    generate = document["paths"]["/generate"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    shown = {name for example in generate.values() for name in example["value"]}
    for body in ("GenerateBody", "ComposeBody"):
        fields = schemas[body]["properties"]
        for name, limits in {"bars": (1, 64), "candidates": (1, 8), "loudness": (-40, -8)}.items():
            told = next((kind for kind in fields[name].get("anyOf", []) if "minimum" in kind), fields[name])
            assert (told["minimum"], told["maximum"]) == limits
        added = ("metre", "chords", "negative_prompt", "ending", "tail")
        for name in ("loop", "bars", "candidates", "loudness", *added):
            assert name in shown
            assert len(fields[name]["description"]) > 30
    assert schemas["ComposeBody"]["properties"]["mode"]["enum"] == ["style", "continue"]


def test_all_keys_are_accepted(builtin: Served) -> None:
    """One short call per mode at the ends of the range; spelling is tested in tests/aural/test_keys.py."""
    for key in (ALL_KEYS[0], ALL_KEYS[-1]):
        fields = {"prompt": "pop", "duration": 1, "seed": 0, "key": str(key)}
        answer = httpx.post(f"{builtin.url}/generate", json=fields, timeout=60)
        assert answer.headers["x-aural-key"] == str(key)


def test_a_shape_that_there_is_not_is_400_with_those_that_there_are(builtin: Served) -> None:
    sentence = assert_error(post_file(builtin, "analyze?shape=spotify", wav_of(band(2))), 400, "bad_field")
    assert sentence.startswith("shape: ")
    assert "'analysis' or 'audio-features'" in sentence

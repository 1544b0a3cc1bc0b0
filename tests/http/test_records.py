"""LOGS=true leaves a record, the input and the output of each request, within its bound."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.http.calling import metric
from tests.serving import Served, band, wav_of


def test_each_request_leaves_its_record_input_and_output_within_the_bound(humming: Served) -> None:
    clip = wav_of(band(2))
    sent = {"file": ("a.wav", clip)}
    headers = {**humming.headers, "x-request-id": "kept-1"}
    answer = httpx.post(f"{humming.url}/analyze", files=sent, headers=headers, timeout=30)
    assert answer.status_code == 200
    folder = humming.home / "records"
    (told,) = folder.glob("*-kept-1.json")
    record = json.loads(told.read_text())
    assert record["call"] == "analyze"
    assert record["status"] == 200
    assert record["key"] == "key", "the name of AURAL_API_KEY"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert told.with_suffix(".input").read_bytes() == clip
    assert told.with_name(told.stem + ".output.json").read_bytes() == answer.content
    asked = {"prompt": "hum", "duration": 1, "seed": 1, "candidates": 2, "takes": "all"}
    headers["x-request-id"] = "kept-2"
    answer = httpx.post(f"{humming.url}/generate", json=asked, headers=headers, timeout=30)
    (zipped,) = folder.glob("*-kept-2.output.zip")
    assert zipped.read_bytes() == answer.content

    def hum(seed: int) -> int:
        fields = {"prompt": "hum", "duration": 30, "seed": seed}
        return httpx.post(f"{humming.url}/generate", json=fields, headers=humming.headers, timeout=30).status_code

    with ThreadPoolExecutor(2) as as_many_as_slots:
        assert list(as_many_as_slots.map(hum, range(8))) == [200] * 8, "31 MB in all"
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 24 << 20
    assert list(folder.glob("*.output.wav"))


def test_an_answer_goes_out_where_its_record_cannot_be_written_and_that_is_counted(humming: Served) -> None:
    """What a full disk leaves is asked of a full disk (tests/aural/gateway/test_record_whole.py)."""
    folder, away = humming.home / "records", humming.home / "records-away"
    before = metric(humming, "aural_records_lost_total")
    folder.mkdir(exist_ok=True)
    folder.rename(away)
    folder.touch()  # now it is no folder
    try:
        asked = {"prompt": "hum", "duration": 1}
        answers = [
            httpx.post(f"{humming.url}/generate", json=asked, headers=humming.headers, timeout=30) for _ in range(2)
        ]
    finally:
        folder.unlink()
        away.rename(folder)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert metric(humming, "aural_records_lost_total") == before + 2

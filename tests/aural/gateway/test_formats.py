"""Which format a client gets, by what it accepts."""

from __future__ import annotations

import pytest

from aural.errors import BadField
from aural.gateway.formats import event_format, format_for, takes_format


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/octet-stream"),
        ("*/*", "application/octet-stream"),
        ("audio/*", "audio/wav"),
        ("audio/x-wav", "audio/wav"),
        ("audio/flac", "audio/flac"),
        ("Audio/OGG", "audio/ogg"),
        ("application/ogg; q=0.9", "audio/ogg"),
        ("application/zip", "application/zip"),
        ("audio/ogg;q=0.5, audio/flac;q=0.8", "audio/flac"),
        ("audio/flac, */*;q=0.1", "audio/flac"),
        ("audio/flac;q=0, audio/ogg", "audio/ogg"),
        ("audio/ogg;q=nonsense", "application/octet-stream"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/octet-stream"),
        ("application/json", "application/octet-stream"),
    ],
)
def test_the_format_that_is_liked_best(accept: str, media: str) -> None:
    form = format_for(accept)
    assert form.media == media
    assert form.stems == (media == "application/zip")


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", None),
        ("*/*", None),
        ("audio/flac", None),
        ("text/*", None),
        ("text/event-stream;q=0, audio/flac", None),
        ("text/event-stream", "audio/wav"),
        ("text/event-stream, */*", "audio/wav"),
        ("Text/Event-Stream; q=0.5, audio/flac", "audio/flac"),
        ("application/zip, text/event-stream", "application/zip"),
    ],
)
def test_events_are_sent_to_who_asks_for_them_and_end_with_the_other_format(accept: str, media: str | None) -> None:
    form = event_format(accept)
    assert (form and form.media) == media


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/*",
        "application/zip",
        "audio/wav, application/x-zip-compressed;q=0.1",
        "audio/flac, */*;q=0.1",
        "text/event-stream",
        "text/event-stream, application/zip",
        "application/*;q=0, application/zip",
    ],
)
def test_all_takes_are_a_zip_without_stems(accept: str) -> None:
    form = takes_format(accept)
    assert (form.media, form.suffix, form.stems) == ("application/zip", "zip", False)


@pytest.mark.parametrize(
    "accept",
    [
        "audio/wav",
        "audio/*",
        "text/event-stream, audio/flac",
        "*/*, application/zip;q=0",
        "application/*;q=0, */*",
        "x",
    ],
)
def test_who_takes_no_zip_is_told_so(accept: str) -> None:
    with pytest.raises(BadField, match=r"^takes: .*application/zip, which Accept .* does not allow"):
        takes_format(accept)

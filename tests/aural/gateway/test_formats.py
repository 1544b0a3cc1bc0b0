"""Which format a client gets, by what it accepts; and what its samples can be."""

from __future__ import annotations

from typing import Any

import pytest

from aural.errors import BadField, NotAcceptable
from aural.gateway.accept import check_json, event_format, format_for, takes_format
from aural.gateway.formats import BY_MEDIA, EVENTS, OPUS_IN_OGG, SampleFormat
from tests.aural.files.takes import take


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
        ("audio/ogg;q=nonsense, audio/flac;q=0.1", "audio/flac"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/octet-stream"),
        ("application/json, text/plain, */*", "application/octet-stream"),
        (" , ", "application/octet-stream"),
        ("*", "application/octet-stream"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "application/octet-stream"),
        ("application/*", "application/octet-stream"),
        ("audio/mpeg", "audio/mpeg"),
        ("audio/mp3", "audio/mpeg"),
        ("audio/mp4", "audio/mp4"),
        ("audio/x-m4a", "audio/mp4"),
        ("audio/m4a;q=0.4, audio/x-mp3;q=0.3", "audio/mp4"),
        ("audio/mp4; codecs=mp4a.40.2", "audio/mp4"),
        ('audio/mp4; codecs="mp4a.40.2"; q=0.5, audio/ogg;q=0.4', "audio/mp4"),
        ("audio/opus", "audio/opus"),
        ("audio/ogg; codecs=opus", "audio/ogg; codecs=opus"),
        ('AUDIO/OGG;Codecs="Opus";Q=1', "audio/ogg; codecs=opus"),
        ("audio/ogg;codecs=vorbis", "audio/ogg"),
        ("audio/vorbis", "audio/ogg"),
        ("audio/wav; codecs=1", "audio/wav"),
        ('audio/flac; title="a, b; q=0"', "audio/flac"),
        # The narrowest range that has a format speaks for it (RFC 9110, 12.5.1).
        ("audio/*, audio/wav;q=0.5", "audio/flac"),
        ("audio/*;q=0.5, audio/ogg;q=0.4", "audio/wav"),
        ("audio/wav;q=0, audio/*", "audio/flac"),
        ("audio/wav;q=0, */*", "audio/flac"),
        ("audio/ogg;codecs=vorbis;q=0, audio/ogg", "audio/ogg; codecs=opus"),
        ("*/*, audio/flac", "audio/flac"),
        ("*/*;q=0, audio/flac;q=0.001", "audio/flac"),
        ("audio/*;q=0, */*;q=0.1", "application/octet-stream"),
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
        ("text/event-stream;q=0, audio/flac", None),
        ("text/event-stream", "audio/wav"),
        ("text/event-stream, */*", "audio/wav"),
        ("Text/Event-Stream; q=0.5, audio/flac", "audio/flac"),
        ("application/zip, text/event-stream", "application/zip"),
        ("text/event-stream, audio/mpeg", "audio/mpeg"),
        ("text/event-stream, audio/ogg;codecs=opus;q=0.5, audio/flac;q=0.1", "audio/ogg; codecs=opus"),
        ("application/json, text/event-stream", "audio/wav"),
    ],
)
def test_events_are_sent_to_who_asks_for_them_and_end_with_the_other_format(accept: str, media: str | None) -> None:
    form = event_format(accept)
    assert (form and form.media) == media


@pytest.mark.parametrize(
    "accept",
    [
        "application/json",
        "text/html, application/xml;q=0.9",
        "audio/aac",
        "video/*",
        "text/*",
        "audio/ogg;q=nonsense",
        "audio/ogg;q=nan",
        "audio/ogg; codecs=flac",
        "audio/webm; codecs=opus",
        "*/*;q=0",
        "audio/wav;q=0",
        "audio/flac;q=0.0, audio/midi",
        "text/event-stream;q=0",
        "text/event-stream, audio/aac",
        "a" * 50_000,
        "," * 20_000 + '"' * 9999,
    ],
)
def test_who_takes_nothing_of_ours_is_told_what_there_is(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="Accept: ") as refused:
        format_for(accept)
    told = refused.value.sentence
    assert all(media in told for media in (*BY_MEDIA, EVENTS, "*/*"))
    assert len(told) < 500


@pytest.mark.parametrize("accept", ["", "*/*", "application/json", "application/*;q=0.1", "text/html, */*;q=0.2"])
def test_an_analysis_is_json(accept: str) -> None:
    check_json(accept)


@pytest.mark.parametrize("accept", ["audio/wav", "text/event-stream", "application/json;q=0, */*", "text/html"])
def test_who_takes_no_json_gets_no_analysis(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="comes as application/json"):
        check_json(accept)


@pytest.mark.parametrize(
    ("media", "rate", "bits", "made"),
    [
        ("audio/wav", None, None, SampleFormat(32_000, 16)),
        ("audio/wav", 48_000, "32f", SampleFormat(48_000, "32f")),
        ("application/octet-stream", 44_100, 24, SampleFormat(44_100, 24)),
        ("audio/flac", 44_100, 24, SampleFormat(44_100, 24)),
        ("application/zip", 48_000, "32f", SampleFormat(48_000, "32f")),
        ("audio/ogg", 44_100, None, SampleFormat(44_100, 16)),
        ("audio/mpeg", 48_000, None, SampleFormat(48_000, 16)),
        ("audio/opus", None, None, SampleFormat(48_000, 16)),
        (OPUS_IN_OGG, 48_000, None, SampleFormat(48_000, 16)),
    ],
)
def test_what_samples_can_be(media: str, rate: Any, bits: Any, made: SampleFormat) -> None:
    assert BY_MEDIA[media].sample_format(rate, bits) == made


@pytest.mark.parametrize(
    ("media", "rate", "bits", "said"),
    [
        ("audio/flac", None, "32f", "bit_depth: FLAC has 16 or 24 bits, no floats"),
        ("audio/mpeg", None, 16, "bit_depth: MP3 is lossy.*Leave bit_depth out"),
        ("audio/ogg", None, 24, "bit_depth: OGG is lossy"),
        ("audio/mp4", None, "32f", "bit_depth: M4A is lossy"),
        ("audio/opus", 48_000, 24, "bit_depth: OPUS is lossy"),
        ("audio/opus", 32_000, None, "rate: OPUS is 48000 Hz, whatever goes in"),
        (OPUS_IN_OGG, 44_100, None, "Send 48000, leave rate out"),
    ],
)
def test_what_a_format_cannot_hold_is_said(media: str, rate: Any, bits: Any, said: str) -> None:
    with pytest.raises(BadField, match=said):
        BY_MEDIA[media].sample_format(rate, bits)


def test_every_format_writes_what_it_says_it_is() -> None:
    """By the marks that files begin with, at the rate that was asked, and its tags count in its own samples."""
    marks = {"wav": b"RIFF", "flac": b"fLaC", "ogg": b"OggS", "opus": b"OggS", "mp3": b"ID3", "zip": b"PK"}
    for media, form in BY_MEDIA.items():
        tags, data = form.file_of(take(), form.sample_format(48_000, None), loops=True)
        assert data[:4].startswith(marks.get(form.suffix, data[:4])), media
        assert (data[4:8] == b"ftyp") == (form.suffix == "m4a")
        assert (tags.rate_hz, tags.loop_end) == (48_000, 96_000)
        assert media.startswith(form.media)


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
    with pytest.raises(NotAcceptable, match="All takes come as application/zip"):
        takes_format(accept)

"""The calls, each with all that can be asked: the one place where their parameters are written down.

`Aural` and `AsyncAural` take them from here (`taking.py`). A parameter is a field of the body, by the contract's name,
or says how the call is made (OF_THE_CALL). What is left out, or None, is not sent: the service decides.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from aural_client.analysis import Analysis
from aural_client.answered import read_as
from aural_client.audio_features import AudioFeatures
from aural_client.clip import File
from aural_client.events import Event
from aural_client.formats import EVENTS, Format, media_of
from aural_client.info import Info
from aural_client.music import Music
from aural_client.order import Order
from aural_client.reading import Reading, ToldMusic, WholeBody

Metre: TypeAlias = Literal["3/4", "4/4", "5/4", "6/8", "12/8"]
Ending: TypeAlias = Literal["cut", "ring", "fade"]
TakesAnswered: TypeAlias = Literal["best", "all"]
Mode: TypeAlias = Literal["style", "continue"]
Rate: TypeAlias = Literal[32_000, 44_100, 48_000]
BitDepth: TypeAlias = Literal[16, 24, "32f"]
OF_THE_CALL = ("file", "format", "on_progress", "cancel", "request_id")
JSON = "application/json"


def generate(
    prompt: str,
    *,
    bpm: float | None = None,
    key: str | None = None,
    duration: float | None = None,
    seed: int | None = None,
    stream: bool | None = None,
    energy_curve: Sequence[float] | None = None,
    style_id: str | None = None,
    emotion: str | None = None,
    metre: Metre | None = None,
    chords: str | None = None,
    negative_prompt: str | None = None,
    ending: Ending | None = None,
    tail: bool | None = None,
    loop: bool | None = None,
    bars: int | None = None,
    candidates: int | None = None,
    takes: TakesAnswered | None = None,
    loudness: float | None = None,
    rate: Rate | None = None,
    bit_depth: BitDepth | None = None,
    guidance: float | None = None,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    format: Format = "wav",  # noqa: A002
    on_progress: Callable[[Event], object] | None = None,
    cancel: threading.Event | None = None,
    request_id: str | None = None,
) -> Order[Music]:
    """Music from a prompt.

    prompt: what the music should be, 1 to 2000 characters.
    bpm: tempo, 30 to 300, in beats of the metre. Left out: the prompt's, or one that fits it.
    key: like 'C major', 'F#m', 'Gb minor'.
    duration: length of the body in s, 1 to 120; 30 where it is left out. A tail of 300 ms follows it.
    seed: the same request with the same seed gives the same bytes.
    stream: with `on_progress` the music comes as Audio events while it is made. WAV only. Not with `loop`,
        `candidates` or `loudness`.
    energy_curve: energy to follow, 2 to 1000 values of 0 to 1, spread evenly over the duration.
    style_id, emotion: of the vocabularies that `info` tells.
    metre: what the bars are; in 6/8 and 12/8 `bpm` counts dotted quarters.
    chords: progression to play, like 'Am F C G'. From the sketch composer.
    negative_prompt: what the music should not be, like 'drums'.
    ending: 'cut' goes on into the tail, 'ring' ends on the tonic, 'fade' fades out. Not with `loop`.
    tail: False: the file is the body alone, to the sample.
    loop: True: the body is a whole number of bars, whose end leads into its start.
    bars: length of the loop, 1 to 64, instead of `duration`.
    candidates: takes to make, 1 to 8, of which the best is answered.
    takes: 'all' answers every one of several candidates, in a ZIP of WAV files: see `Music.takes`. Not with `format`.
    loudness: of the body, -40 to -8 LUFS.
    rate: samples a second of the file, 32000 where it is left out; 'opus' is 48000.
    bit_depth: of 'wav', 'flac' and the mix of 'zip', 16 where it is left out; '32f' is floats, not in 'flac'.
    guidance, temperature, top_k, top_p: of MusicGen alone.
    format: 'wav', 'flac', 'ogg' (Vorbis), 'mp3', 'm4a' (AAC), 'opus', or 'zip' with stems and notes, from the sketch
        composer.
    on_progress: called with each event (Queued, Progress, TakeFinished, Audio), in the call's own thread.
    cancel: ends the call with Cancelled when it is set, from any thread; the service's work for it ends as well.
    request_id: what the service's log shall know the request by: up to 64 letters, digits, dots, hyphens, underscores.

    Raises an AuralError: the service's by its code, or ConnectionFailed, BrokenAnswer, TimedOut, Cancelled.
    """
    return _music("/generate", locals())


def stream(
    prompt: str,
    *,
    bpm: float | None = None,
    key: str | None = None,
    duration: float | None = None,
    seed: int | None = None,
    energy_curve: Sequence[float] | None = None,
    style_id: str | None = None,
    emotion: str | None = None,
    metre: Metre | None = None,
    chords: str | None = None,
    negative_prompt: str | None = None,
    ending: Ending | None = None,
    tail: bool | None = None,
    rate: Rate | None = None,
    bit_depth: BitDepth | None = None,
    guidance: float | None = None,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    cancel: threading.Event | None = None,
    request_id: str | None = None,
) -> Order[Music]:
    """Music from a prompt while it is made: a context manager, which gives blocks of samples or saves the WAV.

    The parameters are those of `generate`, but for what needs the whole of the music. A block is bytes, little-endian,
    all `channels` in turn, `rate` samples a second of `bits` each: integers, or floats where there are 32. Raises
    BrokenAnswer where the music ends early, and else as `generate` does.
    """
    return _music("/generate", {**locals(), "stream": True})


def compose(
    file: File,
    *,
    duration: float | None = None,
    seed: int | None = None,
    mode: Mode | None = None,
    energy_curve: Sequence[float] | None = None,
    style_id: str | None = None,
    emotion: str | None = None,
    metre: Metre | None = None,
    chords: str | None = None,
    negative_prompt: str | None = None,
    ending: Ending | None = None,
    tail: bool | None = None,
    loop: bool | None = None,
    bars: int | None = None,
    candidates: int | None = None,
    takes: TakesAnswered | None = None,
    loudness: float | None = None,
    rate: Rate | None = None,
    bit_depth: BitDepth | None = None,
    guidance: float | None = None,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    format: Format = "wav",  # noqa: A002
    on_progress: Callable[[Event], object] | None = None,
    cancel: threading.Event | None = None,
    request_id: str | None = None,
) -> Order[Music]:
    """Music that follows a clip.

    file: a path, the bytes of a file, or a file that is open for reading bytes; at most 30 MB and 30 s.
    duration: length of the body in s, 1 to 120; 60 where it is left out. A tail of 300 ms follows it.
    seed: 42 where it is left out. The same clip with the same seed gives the same bytes.
    mode: 'style' is new music in the clip's tempo, key, energy, style and emotion; 'continue' goes on from its end,
        from MusicGen.
    on_progress: called with each event (Queued, Heard, Progress, TakeFinished), in the call's own thread.

    The others are those of `generate`; what is set wins over what is heard. Raises as `generate` does, and OSError for
    a path that cannot be read.
    """
    return _music("/compose", locals())


def analyze(file: File, *, cancel: threading.Event | None = None, request_id: str | None = None) -> Order[Analysis]:
    """What is heard in a clip: tempo, key, emotion, energy, style, and a prompt for music like it.

    file: a path, the bytes of a file, or a file that is open for reading bytes; at most 30 MB and 30 s.
    cancel, request_id: as `generate` has them. Raises as `compose` does.
    """

    def reading(headers: Mapping[str, str]) -> Reading[Analysis]:
        return WholeBody(headers, lambda _, body: read_as(Analysis, body, headers.get("x-request-id")))

    return Order("/analyze", JSON, reading, file=file, cancel=cancel, request_id=request_id)


def audio_features(
    file: File, *, cancel: threading.Event | None = None, request_id: str | None = None
) -> Order[AudioFeatures]:
    """The part of what is heard in a clip that Spotify's audio features have, under their names.

    The parameters and errors are those of `analyze`.
    """

    def reading(headers: Mapping[str, str]) -> Reading[AudioFeatures]:
        return WholeBody(headers, lambda _, body: read_as(AudioFeatures, body, headers.get("x-request-id")))

    return Order("/analyze?shape=audio-features", JSON, reading, file=file, cancel=cancel, request_id=request_id)


def info(*, request_id: str | None = None) -> Order[Info]:
    """What the service is, has and takes: versions, models with licences, limits, vocabularies."""

    def reading(headers: Mapping[str, str]) -> Reading[Info]:
        return WholeBody(headers, lambda _, body: read_as(Info, body, headers.get("x-request-id")))

    return Order("/info", JSON, reading, method="GET", request_id=request_id)


def _music(path: str, asked: dict[str, Any]) -> Order[Music]:
    """`asked`: the parameters by their names. Raises ValueError for what is no format, or none that all takes have."""
    form: Format = asked.get("format", "wav")
    if asked.get("takes") == "all":
        if form not in ("wav", "zip"):
            raise ValueError(f"takes='all' is a ZIP of WAV files, and format is {form!r}. Leave one of them out.")
        form = "zip"
    fields = {name: value for name, value in asked.items() if name not in OF_THE_CALL and value is not None}
    if "energy_curve" in fields:
        fields["energy_curve"] = [float(value) for value in fields["energy_curve"]]  # an array's own are no JSON
    return Order(
        path,
        media_of(form),
        _read_music,
        fields=fields,
        file=asked.get("file"),
        request_id=asked["request_id"],
        on_progress=asked.get("on_progress"),
        cancel=asked["cancel"],
    )


def _read_music(headers: Mapping[str, str]) -> Reading[Music]:
    media = headers.get("content-type", "")
    if media.startswith(EVENTS):
        return ToldMusic(headers)
    return WholeBody(headers, lambda told, body: Music(body, media, told))

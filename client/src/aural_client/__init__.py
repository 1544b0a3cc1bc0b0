"""Python client of Aural Architect: `Aural` and `AsyncAural`, what they answer, and what they raise."""

from aural_client.analysis import Analysis
from aural_client.async_client import AsyncAural
from aural_client.async_stream import AsyncMusicStream
from aural_client.audio_features import AudioFeatures
from aural_client.client import Aural
from aural_client.errors import (
    AuralError,
    BadField,
    BadRequest,
    BrokenAnswer,
    Busy,
    Cancelled,
    CannotFinishInTime,
    ConnectionFailed,
    DeadlineExceeded,
    EncodedBody,
    HeadersTooLarge,
    Internal,
    MethodNotAllowed,
    NotAcceptable,
    NotAudio,
    NotFound,
    NothingToFollow,
    NotOffered,
    NotReady,
    RequestTooSlow,
    TargetTooLong,
    TimedOut,
    TooLong,
    TooShort,
    Unauthorized,
    UnsupportedMediaType,
    UploadTooLarge,
)
from aural_client.events import Audio, Event, Heard, Progress, Queued, TakeFinished
from aural_client.info import Info
from aural_client.music import Music
from aural_client.music_facts import Score
from aural_client.stream import MusicStream
from aural_client.takes import TakeFile
from aural_client.version import __version__

__all__ = [
    "Analysis",
    "AsyncAural",
    "AsyncMusicStream",
    "Audio",
    "AudioFeatures",
    "Aural",
    "AuralError",
    "BadField",
    "BadRequest",
    "BrokenAnswer",
    "Busy",
    "Cancelled",
    "CannotFinishInTime",
    "ConnectionFailed",
    "DeadlineExceeded",
    "EncodedBody",
    "Event",
    "HeadersTooLarge",
    "Heard",
    "Info",
    "Internal",
    "MethodNotAllowed",
    "Music",
    "MusicStream",
    "NotAcceptable",
    "NotAudio",
    "NotFound",
    "NotOffered",
    "NotReady",
    "NothingToFollow",
    "Progress",
    "Queued",
    "RequestTooSlow",
    "Score",
    "TakeFile",
    "TakeFinished",
    "TargetTooLong",
    "TimedOut",
    "TooLong",
    "TooShort",
    "Unauthorized",
    "UnsupportedMediaType",
    "UploadTooLarge",
    "__version__",
]

"""The errors that a caller can cause or meet, each with its HTTP status and code."""

from __future__ import annotations

from typing import Any, ClassVar, Self


class AuralError(Exception):
    """An error whose sentence is meant for the caller: the fact, the limit, the remedy."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, sentence: str, *, retry_after_s: float | None = None, extra: dict[str, Any] | None = None):
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_after_s = retry_after_s
        self.extra = extra or {}

    def __reduce__(self) -> tuple[Any, ...]:
        return (error_from_wire, (error_to_wire(self),))


class BadField(AuralError):
    status, code = 400, "bad_field"


class Unauthorized(AuralError):
    status, code = 401, "unauthorized"


class NotFound(AuralError):
    status, code = 404, "not_found"


class MethodNotAllowed(AuralError):
    status, code = 405, "method_not_allowed"


class NotAcceptable(AuralError):
    """The client takes none of the formats that there are."""

    status, code = 406, "not_acceptable"


class UploadTooLarge(AuralError):
    status, code = 413, "upload_too_large"


class NotAudio(AuralError):
    status, code = 415, "not_audio"


class TooLong(AuralError):
    status, code = 422, "too_long"


class TooShort(AuralError):
    status, code = 422, "too_short"


class NothingToFollow(AuralError):
    status, code = 422, "nothing_to_follow"


class NotOffered(AuralError):
    """The composer that is loaded cannot do it."""

    status, code = 422, "not_offered"


class Busy(AuralError):
    status, code = 429, "busy"


class Internal(AuralError):
    status, code = 500, "internal"


class NotReady(AuralError):
    status, code = 503, "not_ready"


class CannotFinishInTime(AuralError):
    """`extra["longest_duration_s"]` says what would fit."""

    status, code = 503, "cannot_finish_in_time"


class DeadlineExceeded(AuralError):
    status, code = 504, "deadline_exceeded"

    @classmethod
    def unfinished(cls) -> Self:
        return cls("The music was not finished in time. Ask for a shorter duration or try again later.")


class MissingWeights(Exception):
    """Start-up cannot go on: the sentence says which weights are missing and how to get them."""


_KINDS: list[type[AuralError]] = AuralError.__subclasses__()
BY_CODE = {kind.code: kind for kind in _KINDS}


def error_to_wire(error: AuralError) -> dict[str, Any]:
    """Exception types do not cross processes: what does is this dict."""
    return {
        "code": error.code,
        "sentence": error.sentence,
        "retry_after_s": error.retry_after_s,
        "extra": error.extra,
    }


def error_from_wire(wire: dict[str, Any]) -> AuralError:
    """The exception that `error_to_wire` took apart."""
    kind = BY_CODE[wire["code"]]
    return kind(wire["sentence"], retry_after_s=wire["retry_after_s"], extra=wire["extra"])

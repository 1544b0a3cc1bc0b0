"""The errors that a caller can cause or meet, each with its HTTP status and code."""

from __future__ import annotations

from typing import Any, ClassVar, Self

SHOWN_CHARS = 100


class AuralError(Exception):
    """An error whose sentence is meant for the caller: the fact, the limit, the remedy."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    remedy: ClassVar[str] = ""
    """What a caller can do about it, in one sentence; the class's docstring says what it is."""

    def __init__(self, sentence: str, *, retry_after_s: float | None = None, extra: dict[str, Any] | None = None):
        super().__init__(sentence)
        self.sentence = sentence
        self.retry_after_s = retry_after_s
        self.extra = extra or {}

    def __reduce__(self) -> tuple[Any, ...]:
        return (error_from_wire, (error_to_wire(self),))


class BadField(AuralError):
    """A field is missing, unknown or out of range, or text stands where a file must be."""

    status, code = 400, "bad_field"
    remedy = "Send what the sentence says; URLs are not fetched, so send the file itself."


class BadRequest(AuralError):
    """The request is not HTTP/1.1 as it is taken here: its line, its headers, or how its body is framed."""

    status, code = 400, "bad_request"
    remedy = "Send it with a client that follows RFC 9112; the connection is closed."


class Unauthorized(AuralError):
    """The API key is missing or wrong, where the service has one."""

    status, code = 401, "unauthorized"
    remedy = "Send the key as `Authorization: Bearer KEY`."


class NotFound(AuralError):
    """There is no such path."""

    status, code = 404, "not_found"
    remedy = "Look the path up in /docs.json."


class MethodNotAllowed(AuralError):
    """The path does not take the method."""

    status, code = 405, "method_not_allowed"
    remedy = "Use one of those in the header `Allow`."


class NotAcceptable(AuralError):
    """The client takes none of the formats that there are."""

    status, code = 406, "not_acceptable"
    remedy = "Name one of the formats in `Accept`, or `*/*`, or leave it out."


class RequestTooSlow(AuralError):
    """The headers took more than 10 s, or the body paused for 10 s beyond what 20 kB a second make up for."""

    status, code = 408, "request_too_slow"
    remedy = "Send it again over a steadier connection, or send less."


class UploadTooLarge(AuralError):
    """The upload is larger than 30 MB, or the JSON than 64 kB, as announced or as counted while it comes in."""

    status, code = 413, "upload_too_large"
    remedy = "Send a shorter clip, a compressed format, or less JSON."


class TargetTooLong(AuralError):
    """The path and the query together are longer than 2 kB."""

    status, code = 414, "target_too_long"
    remedy = "Ask for one of the paths in /docs.json; what is long belongs in the body."

    @classmethod
    def beyond(cls, limit_bytes: int) -> Self:
        return cls(f"The path and its query are longer than {limit_bytes} bytes. Look the path up in /docs.json.")


class EncodedBody(AuralError):
    """The body is compressed, as `Content-Encoding` says."""

    status, code = 415, "encoded_body"
    remedy = "Send it as it is, without `Content-Encoding`; audio formats compress better."


class NotAudio(AuralError):
    """The upload cannot be decoded as audio."""

    status, code = 415, "not_audio"
    remedy = "Send one of the formats that are taken, whole and not protected."


class UnsupportedMediaType(AuralError):
    """The body is said to be, or by its missing `Content-Type` may be, something else than the call takes."""

    status, code = 415, "unsupported_media_type"
    remedy = "Send what the sentence names as the header `Content-Type`."


class TooLong(AuralError):
    """The clip is longer than 30 s."""

    status, code = 422, "too_long"
    remedy = "Send the part that matters."


class TooShort(AuralError):
    """The clip is shorter than half a second."""

    status, code = 422, "too_short"
    remedy = "Send more of it."


class NothingToFollow(AuralError):
    """The clip is silent, and /compose has nothing to follow."""

    status, code = 422, "nothing_to_follow"
    remedy = "Send a clip that sounds, or ask /generate."


class NotOffered(AuralError):
    """The composer that is loaded cannot do it."""

    status, code = 422, "not_offered"
    remedy = "Leave the field out, or ask a service with the other model set."


class Busy(AuralError):
    """Too many requests, too many connections of one address, too little memory, or a key that asked its share."""

    status, code = 429, "busy"
    remedy = "Ask again after `Retry-After`."


class HeadersTooLarge(AuralError):
    """The headers are larger than 16 kB."""

    status, code = 431, "headers_too_large"
    remedy = "Send fewer or shorter headers."

    @classmethod
    def beyond(cls, limit_bytes: int) -> Self:
        return cls(f"The headers are larger than {limit_bytes // 1024} kB. Send fewer of them, like cookies.")


class Internal(AuralError):
    """A bug of the service."""

    status, code = 500, "internal"
    remedy = "Report it with the request id, under which the log has the details."


class NotReady(AuralError):
    """The models are loading, or the service is stopping."""

    status, code = 503, "not_ready"
    remedy = "Ask again after `Retry-After`, or wait for /readyz."


class CannotFinishInTime(AuralError):
    """The music would not be finished by the deadline; `longest_duration_s` says what would."""

    status, code = 503, "cannot_finish_in_time"
    remedy = "Ask for at most `longest_duration_s`, or again after `Retry-After`."


class DeadlineExceeded(AuralError):
    """The deadline passed: 60 s a request, where the operator set no other."""

    status, code = 504, "deadline_exceeded"
    remedy = "Ask for less, or again when less is asked of the service."

    @classmethod
    def unfinished(cls) -> Self:
        return cls("The music was not finished in time. Ask for a shorter duration or try again later.")


def shown(text: str) -> str:
    """`text` as a sentence shows what somebody sent: one printable line of at most SHOWN_CHARS and an ellipsis."""
    line = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text[:SHOWN_CHARS]
    )
    return line if len(line) <= SHOWN_CHARS and len(text) <= SHOWN_CHARS else line[:SHOWN_CHARS] + "…"


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

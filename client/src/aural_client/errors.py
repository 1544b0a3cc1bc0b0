"""What a call can raise: the service's errors by their codes, and what becomes of a call that got no answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AuralError(Exception):
    """A call failed. `sentence`: the fact, the limit, the remedy. `code`: a stable name. `status`: of the answer, None
    where there was none. `request_id`: what the service's log knows the request by, where one is known.
    `retry_after_s`: when it may be asked again, where it said so. `extra`: what else the answer told.

    An error whose code this version does not know is an AuralError and no more.
    """

    code: str = "unknown"

    def __init__(
        self,
        sentence: str,
        *,
        code: str | None = None,
        status: int | None = None,
        request_id: str | None = None,
        retry_after_s: float | None = None,
        extra: Mapping[str, Any] | None = None,
    ):
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or type(self).code
        self.status = status
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.extra = dict(extra or {})

    def __str__(self) -> str:
        known = self.code if self.request_id is None else f"{self.code}, request {self.request_id}"
        return f"{self.sentence} ({known})"


class BadField(AuralError):
    """A field is missing, unknown or out of range."""

    code = "bad_field"


class BadRequest(AuralError):
    """What arrived was not HTTP as the service takes it: something on the way changed it."""

    code = "bad_request"


class Unauthorized(AuralError):
    """The API key is missing or wrong."""

    code = "unauthorized"


class NotFound(AuralError):
    """There is no such path: the URL is another's, or the service is older than this client."""

    code = "not_found"


class MethodNotAllowed(AuralError):
    """The path does not take the method."""

    code = "method_not_allowed"


class NotAcceptable(AuralError):
    """The service does not have the format that is asked for: it is older than this client."""

    code = "not_acceptable"


class RequestTooSlow(AuralError):
    """The request took the service too long to read: the connection is slow, or pauses."""

    code = "request_too_slow"


class UploadTooLarge(AuralError):
    """The clip is larger than the service takes."""

    code = "upload_too_large"


class TargetTooLong(AuralError):
    """The URL is longer than the service takes."""

    code = "target_too_long"


class EncodedBody(AuralError):
    """The body came compressed: something on the way did that."""

    code = "encoded_body"


class NotAudio(AuralError):
    """The clip cannot be decoded as audio."""

    code = "not_audio"


class UnsupportedMediaType(AuralError):
    """The body is none that the call takes: something on the way has changed its `Content-Type`."""

    code = "unsupported_media_type"


class TooLong(AuralError):
    """The clip is longer than the service hears."""

    code = "too_long"


class TooShort(AuralError):
    """The clip is too short to be heard."""

    code = "too_short"


class NothingToFollow(AuralError):
    """The clip is silent."""

    code = "nothing_to_follow"


class NotOffered(AuralError):
    """The composer that is loaded cannot do it."""

    code = "not_offered"


class Busy(AuralError):
    """Too many requests at once."""

    code = "busy"


class HeadersTooLarge(AuralError):
    """The headers are larger than the service takes."""

    code = "headers_too_large"


class Internal(AuralError):
    """A bug of the service: its log has the details under the request id."""

    code = "internal"


class NotReady(AuralError):
    """The service's models are loading."""

    code = "not_ready"


class CannotFinishInTime(AuralError):
    """The music would not be finished by the deadline. `longest_duration_s`: what would be, where it is known."""

    code = "cannot_finish_in_time"

    @property
    def longest_duration_s(self) -> float | None:
        longest = self.extra.get("longest_duration_s")
        return None if longest is None else float(longest)


class DeadlineExceeded(AuralError):
    """The service's deadline passed."""

    code = "deadline_exceeded"


BY_CODE: dict[str, type[AuralError]] = {kind.code: kind for kind in AuralError.__subclasses__()}
"""The service's own. Those below are the client's: they have no status, but for a BrokenAnswer."""


class ConnectionFailed(AuralError):
    """No connection was made, or it ended before an answer began. `never_sent`: nobody listens, so that the request
    cannot have been worked on."""

    code = "connection_failed"
    never_sent = False


class BrokenAnswer(AuralError):
    """An answer ended early, or is none that the service gives."""

    code = "broken_answer"


class TimedOut(AuralError):
    """There was no whole answer within the call's time, the service's deadline and some grace."""

    code = "timed_out"


class Cancelled(AuralError):
    """The call's `cancel` was set. Its connection is closed, which ends the service's work for it."""

    code = "cancelled"

"""Every way in which the program says no.

There is one exception, `Refusal`, and one enum of stable codes. A code carries the HTTP status and the
sentence a person reads; clients react to the code and translate the sentence. Nothing the caller sent is
repeated in either. `server.api.problem` turns a `Refusal` into `application/problem+json` (RFC 9457),
`server.live.refusals` into a signalling error.
"""

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """Stable error codes: the wire value, the HTTP status, and the sentence for a person."""

    status: int
    message: str

    def __new__(cls, value: str, status: int, message: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.status = status
        member.message = message
        return member

    # The request itself
    MALFORMED_JSON = "malformed_json", 400, "The request body is not valid JSON."
    INVALID_REQUEST = "invalid_request", 422, "Some fields of the request are missing or not valid."
    UNSUPPORTED_MEDIA_TYPE = (
        "unsupported_media_type",
        415,
        "Send the request body as application/json.",
    )
    TOO_LARGE = "too_large", 413, "The request is larger than this server accepts."
    NOT_FOUND = "not_found", 404, "There is nothing at this address."
    METHOD_NOT_ALLOWED = "method_not_allowed", 405, "This address does not accept that method."
    IDEMPOTENCY_KEY_REUSED = (
        "idempotency_key_reused",
        409,
        "This Idempotency-Key was used before for a different request.",
    )
    TOO_MANY_REQUESTS = "too_many_requests", 429, "Too many requests. Please wait a moment."
    INTERNAL = "internal", 500, "Something went wrong on our side. Nothing you did was lost."
    UNAVAILABLE = "unavailable", 503, "The service is busy or restarting. Please try again shortly."

    # Who is asking
    UNAUTHENTICATED = "unauthenticated", 401, "Please sign in."
    TOKEN_EXPIRED = "token_expired", 401, "The session token has expired."
    SESSION_ENDED = "session_ended", 401, "This session has ended. Please sign in again."
    WRONG_CREDENTIALS = "wrong_credentials", 401, "The e-mail address or password is not right."
    SECOND_FACTOR_REQUIRED = (
        "second_factor_required",
        401,
        "Please enter the code from your authenticator.",
    )
    SECOND_FACTOR_WRONG = (
        "second_factor_wrong",
        401,
        "That code is not right. Please try the next one.",
    )
    LOGIN_LOCKED = "login_locked", 429, "Too many failed attempts. Please try again later."
    ORIGIN_REFUSED = "origin_refused", 403, "This request did not come from this site."
    FORBIDDEN = "forbidden", 403, "You are not allowed to do this."

    # Links
    INVITATION_UNKNOWN = (
        "invitation_unknown",
        404,
        "This link is not valid. Please ask for a new one.",
    )
    INVITATION_EXPIRED = (
        "invitation_expired",
        410,
        "This link has expired. Please ask for a new one.",
    )
    INVITATION_USED = (
        "invitation_used",
        410,
        "This link was already used. Please ask for a new one.",
    )

    # The waiting room
    QUEUE_CLOSED = "queue_closed", 409, "The pharmacy is closed right now."
    QUEUE_PAUSED = "queue_paused", 409, "The waiting room is paused for a moment."
    QUEUE_FULL = "queue_full", 409, "The waiting room is full right now."
    QUEUE_EMPTY = "queue_empty", 409, "Nobody is ready to be admitted."
    VISIT_ENDED = "visit_ended", 409, "This visit has ended."
    VISIT_NOT_READY = "visit_not_ready", 409, "This visit cannot do that in its present state."
    PHARMACIST_BUSY = "pharmacist_busy", 409, "Finish the consultation you are in first."
    SPEAKER_REQUIRED = "speaker_required", 422, "Somebody has to speak for a person of this age."
    CONSENT_REQUIRED = "consent_required", 422, "Consent to a video consultation is needed first."

    # The consultation
    CONSULTATION_CLOSED = "consultation_closed", 409, "This consultation is closed."
    CONSULTATION_NOT_RUNNING = "consultation_not_running", 409, "This consultation is not running."
    RECORDING_UNAVAILABLE = (
        "recording_unavailable",
        409,
        "Recording is not available on this server.",
    )


class Refusal(Exception):
    """The program will not do what was asked, for the reason named by `code`.

    `retry_after_s` says when asking again may succeed; `fields` names the parts of the request that are at
    fault, as JSON pointers, never their values.
    """

    def __init__(
        self,
        code: Code,
        *,
        retry_after_s: int | None = None,
        fields: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(code.value)
        self.code = code
        self.retry_after_s = retry_after_s
        self.fields = fields

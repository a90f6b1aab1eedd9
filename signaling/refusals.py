"""Every way in which signalling says no: one exception and one enum of stable codes.

Nothing that the client sent is repeated in a code or its sentence.
"""

from enum import StrEnum
from typing import Self


class SignalCode(StrEnum):
    """The wire value of a refusal, and the sentence that goes with it."""

    message: str

    def __new__(cls, value: str, message: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.message = message
        return member

    # Connecting
    UNAUTHENTICATED = "unauthenticated", "Please sign in."
    TOKEN_EXPIRED = "token_expired", "The session token has expired."
    SESSION_ENDED = "session_ended", "This session has ended. Please sign in again."
    PROTOCOL_UNSUPPORTED = "protocol_unsupported", "Please reload this page."
    OVERLOADED = "overloaded", "The service is busy. Please try again shortly."

    # The message itself
    MALFORMED = "malformed", "A message is a name and one JSON object."
    UNKNOWN_MESSAGE = "unknown_message", "There is no message of this name."
    INVALID = "invalid", "Some fields of the message are missing or not valid."
    TOO_LARGE = "too_large", "The message is larger than this server accepts."
    TOO_MANY_MESSAGES = "too_many_messages", "Too many messages. Please wait a moment."

    # What it asks for
    FORBIDDEN = "forbidden", "You are not allowed to do this."
    NOT_FOUND = "not_found", "There is nothing with this id."
    NOT_IN_ROOM = "not_in_room", "You are not in this call on this device."
    PEER_GONE = "peer_gone", "The other side is not connected right now."
    CONSULTATION_CLOSED = "consultation_closed", "This consultation is closed."
    INTERNAL = "internal", "Something went wrong on our side. Nothing you did was lost."


class SignalRefused(Exception):
    """Signalling will not do what was asked, for the reason named by `code`."""

    def __init__(self, code: SignalCode) -> None:
        super().__init__(code.value)
        self.code = code


def refusal_data(code: SignalCode) -> dict[str, object]:
    """A refusal as clients are told it."""
    return {"code": code.value, "message": code.message}

"""The server's refusals, as signalling says them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from server.db.failure import is_passing
from server.errors import Code, Refusal
from signaling.refusals import SignalCode, SignalRefused

CODES: Final[Mapping[Code, SignalCode]] = {
    Code.UNAUTHENTICATED: SignalCode.UNAUTHENTICATED,
    Code.TOKEN_EXPIRED: SignalCode.TOKEN_EXPIRED,
    Code.SESSION_ENDED: SignalCode.SESSION_ENDED,
    Code.FORBIDDEN: SignalCode.FORBIDDEN,
    Code.NOT_FOUND: SignalCode.NOT_FOUND,
    Code.INVALID_REQUEST: SignalCode.INVALID,
    Code.TOO_MANY_REQUESTS: SignalCode.TOO_MANY_MESSAGES,
    Code.UNAVAILABLE: SignalCode.OVERLOADED,
    Code.CONSULTATION_CLOSED: SignalCode.CONSULTATION_CLOSED,
    Code.CONSULTATION_NOT_RUNNING: SignalCode.CONSULTATION_CLOSED,
    Code.VISIT_ENDED: SignalCode.CONSULTATION_CLOSED,
}


@contextmanager
def translated() -> Iterator[None]:
    """Turn a `Refusal` into a `SignalRefused`; one that signalling has no word for becomes `internal`."""
    try:
        yield
    except Refusal as refusal:
        raise SignalRefused(CODES.get(refusal.code, SignalCode.INTERNAL)) from None
    except Exception as error:
        if is_passing(error):
            raise SignalRefused(SignalCode.OVERLOADED) from error
        raise

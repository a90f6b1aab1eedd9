"""Requests to come in that are sent again, because the answer was lost on a bad line.

A client that sends an `Idempotency-Key` gets, for ten minutes, the same visit (with a new session) for the
same request, instead of a second place in the line or a link that is used up.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from server.accounts import store
from server.accounts.store import Arrival
from server.clock import Clock
from server.db.database import Transaction
from server.errors import Code, Refusal
from server.ids import digest

KEPT = timedelta(minutes=10)
MIN_KEY = 32


@dataclass(frozen=True, slots=True)
class Request:
    """Which device a request to come in was made on, and the key under which it may be sent again.

    The key stands for the person until the answer has arrived, so it has to be as good as a secret: at least
    32 characters, made at random by the client.
    """

    device: str
    key: str | None = field(repr=False, default=None)

    def __post_init__(self) -> None:
        if self.key is not None and len(self.key) < MIN_KEY:
            raise Refusal(Code.INVALID_REQUEST, fields=(("/headers/Idempotency-Key", "too_short"),))


class Repeats:
    """Remembers what requests with a key led to, inside their own transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def earlier(self, transaction: Transaction, request: Request, *asked: str) -> Arrival | None:
        """What the same request led to before; else `None`, and the key is claimed for this one.

        `asked` is all that makes the request what it is. Raises `Refusal(idempotency_key_reused)`.
        """
        if request.key is None:
            return None
        now = self._clock.now()
        await store.forget_arrival(transaction.connection, digest(request.key), now - KEPT)
        request_hash = sha256("\n".join((request.device, *asked)).encode()).hexdigest()
        found = await store.claim_arrival(
            transaction.connection, digest(request.key), request_hash=request_hash, now=now
        )
        if found is not None and found.request_hash != request_hash:
            raise Refusal(Code.IDEMPOTENCY_KEY_REUSED)
        return found

    async def settle(self, transaction: Transaction, request: Request, **led_to: str) -> None:
        """Note what a request led to: `patient_id` and `visit_id`, or `invitation_id`."""
        if request.key is not None:
            await store.settle_arrival(transaction.connection, digest(request.key), **led_to)

"""Idempotent requests: the same key again finds what the first request made, in its own transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import orjson

from server.auth.principal import Principal
from server.db.database import Transaction
from server.errors import Code, Refusal
from server.idempotency import store


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request that may be sent again: who asks for what, under which key, and a digest of the rest."""

    subject_id: str
    operation: str
    key: str
    request_hash: str

    @classmethod
    def of(cls, principal: Principal, operation: str, key: str, *asked: object) -> "Attempt":
        """Name an attempt; `asked` is all that makes the request what it is, as plain JSON values."""
        return cls(
            subject_id=principal.subject_id,
            operation=operation,
            key=key,
            request_hash=sha256(orjson.dumps(asked)).hexdigest(),
        )

    async def earlier_result(self, transaction: Transaction) -> str | None:
        """The id of what an earlier attempt made; raises `Refusal(idempotency_key_reused)`."""
        found = await store.result(transaction.connection, self.subject_id, self.operation, self.key)
        if found is None:
            return None
        request_hash, result_id = found
        if request_hash != self.request_hash:
            raise Refusal(Code.IDEMPOTENCY_KEY_REUSED)
        return result_id

    @property
    def name(self) -> tuple[str, str, str]:
        return self.subject_id, self.operation, self.key

    async def take_back(self, transaction: Transaction) -> None:
        """Forget the attempt, which was refused: its key is as good as new."""
        await store.take_back(transaction.connection, [self.name])

    async def remember(self, transaction: Transaction, result_id: str, now: datetime) -> None:
        """Note what this attempt made; raises `idempotency_key_reused` if the key was taken meanwhile."""
        if not await self._note(transaction, result_id, now):
            raise Refusal(Code.IDEMPOTENCY_KEY_REUSED)

    async def _note(self, transaction: Transaction, result_id: str, now: datetime) -> bool:
        return await store.remember(
            transaction.connection,
            subject_id=self.subject_id,
            operation=self.operation,
            key=self.key,
            request_hash=self.request_hash,
            result_id=result_id,
            created_at=now,
        )


async def claim_each(
    transaction: Transaction, results: Mapping[Attempt, str], now: datetime
) -> frozenset[Attempt]:
    """Note what several attempts are about to make; answers those whose keys were used before.

    Attempts under way with the same keys are waited for, in one order for everybody.
    """
    rows = [
        {
            "subject_id": attempt.subject_id,
            "operation": attempt.operation,
            "key": attempt.key,
            "request_hash": attempt.request_hash,
            "result_id": result_id,
            "created_at": now,
        }
        for attempt, result_id in sorted(results.items(), key=lambda item: item[0].name)
    ]
    new = await store.remember_each(transaction.connection, rows)
    return frozenset(attempt for attempt, result_id in results.items() if result_id not in new)

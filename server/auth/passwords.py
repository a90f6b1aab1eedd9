"""Passwords of staff: argon2id (RFC 9106), computed in threads, and the rule for new ones."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.errors import Code, Refusal
from server.ids import new_secret

MIN_LENGTH = 12
MIN_DISTINCT = 5
MAX_WAITING = 64
RUNS = (
    "0123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyzabcdefghijkl",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1q2w3e4r5t6y7u8i9o0p",
)
COMMON = (
    "password",
    "passwort",
    "pharmacy",
    "officina",
    "welcome",
    "letmein",
    "changeme",
    "iloveyou",
    "admin",
)


class Passwords:
    """Hashes and verifies passwords, two at a time; with too many waiting it refuses (`unavailable`)."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._running = asyncio.Semaphore(2)
        self._waiting = 0
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        async with self._turn():
            return await asyncio.to_thread(self._hasher.hash, normal(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Check a password; with no hash (an unknown account), do the same work and say no."""
        async with self._turn():
            return await asyncio.to_thread(self._verify, password_hash, normal(password))

    def outdated(self, password_hash: str) -> bool:
        """Say whether a hash was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str | None, password: str) -> bool:
        try:
            self._hasher.verify(password_hash or self._decoy_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
        return password_hash is not None

    def _decoy_hash(self) -> str:
        if self._decoy is None:
            self._decoy = self._hasher.hash(new_secret())
        return self._decoy

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MAX_WAITING:
            raise Refusal(Code.UNAVAILABLE, retry_after_s=2)
        self._waiting += 1
        try:
            async with self._running:
                yield
        finally:
            self._waiting -= 1


def normal(password: str) -> str:
    """The form that is hashed: Unicode NFKC, because keyboards differ in how they compose the same letter."""
    return unicodedata.normalize("NFKC", password)


def require_strong(password: str, *, email: str) -> None:
    """Raise `Refusal(invalid_request)` naming why, if the password is too easy to guess."""
    reason = weakness(password, email=email)
    if reason is not None:
        raise Refusal(Code.INVALID_REQUEST, fields=(("/password", reason),))


def weakness(password: str, *, email: str) -> str | None:
    """Say what is wrong with a new password, or `None`.

    Length decides (NIST SP 800-63B): `too_short`. Besides, only the trivial is refused: `too_simple` (few
    different characters, or a walk along the keyboard), `too_common`, and `like_the_account`.
    """
    plain = normal(password).casefold()
    if len(plain) < MIN_LENGTH:
        return "too_short"
    if len(set(plain)) < MIN_DISTINCT or _is_run(plain):
        return "too_simple"
    account = email.partition("@")[0].casefold()
    if len(plain.replace(account, "")) < MIN_LENGTH // 2 or plain == email.casefold():
        return "like_the_account"
    rest = plain
    for word in COMMON:
        rest = rest.replace(word, "")
    return "too_common" if len(rest.strip("0123456789!?.*-_ ")) == 0 else None


def _is_run(plain: str) -> bool:
    half = plain[: MIN_LENGTH // 2]
    return any(plain in run or plain[::-1] in run for run in RUNS) or plain == half * (
        len(plain) // len(half)
    )

"""Access tokens: short-lived JWTs, signed with Ed25519.

The profile is RFC 9068 (`typ=at+jwt`) with the algorithm pinned to EdDSA (RFC 8037). A token names a session
and whose it is, nothing more; rights are read from the database (`server.auth.sessions`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.auth.models import Session
from server.clock import Clock
from server.errors import Code, Refusal
from server.ids import SessionId, new_id

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
CLAIMS = ("iss", "aud", "sub", "tid", "role", "sid", "jti", "iat", "exp")
MAX_BYTES = 2_048


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says that matters: which session it is of, and until when it is good."""

    session_id: SessionId
    expires_at: datetime


class AccessTokens:
    """Signs and checks access tokens with one key; times are by the injected clock."""

    def __init__(
        self, key: Ed25519PrivateKey, *, clock: Clock, issuer: str = "officina", audience: str = "officina"
    ) -> None:
        self._key = key
        self._public = key.public_key()
        self._kid = sha256(self._public.public_bytes_raw()).hexdigest()[:16]
        self._clock = clock
        self._issuer = issuer
        self._audience = audience

    def issue(self, session: Session, expires_at: datetime) -> str:
        """Make a token of this session that is good until then."""
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": session.subject_id,
            "tid": session.tenant_id,
            "role": session.role.value,
            "sid": session.id,
            "jti": new_id(),
            "iat": int(self._clock.now().timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"typ": TYPE, "kid": self._kid})

    def read(self, token: str) -> Claims:
        """Check a token; raises `Refusal`: `token_expired`, or `unauthenticated` for all else."""
        if len(token) > MAX_BYTES:
            raise Refusal(Code.UNAUTHENTICATED)
        claims = self._verified(token)
        if self._clock.now() >= claims.expires_at:
            raise Refusal(Code.TOKEN_EXPIRED)
        return claims

    def _verified(self, token: str) -> Claims:
        try:
            decoded = jwt.decode_complete(
                token,
                self._public,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                # Times are checked here, by our clock.
                options={"require": list(CLAIMS), "verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            raise Refusal(Code.UNAUTHENTICATED) from None
        if decoded["header"].get("typ") != TYPE or decoded["header"].get("kid") != self._kid:
            raise Refusal(Code.UNAUTHENTICATED)
        claims = decoded["payload"]
        return Claims(SessionId(claims["sid"]), datetime.fromtimestamp(claims["exp"], UTC))

"""Refresh tokens: a chain in which each token fixes the next.

A token is `<session id>.<256 bits>`; the database keeps the SHA-256 of the newest one only. The successor of
a token is an HMAC of it under a key that only the server has. So a patient who lost an answer on a bad line
and asks again gets the same successor (and two tabs end with the same cookie), and a token that comes back
too late is proven to be an old one of this session, not a guess, before the session is ended for it.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.ids import SessionId, digest, new_secret

_FORM = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})")

MAX_WALK = 256
"""How many generations back a token is still recognised: half a millisecond of hashing."""


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as the cookie holds it."""

    session_id: SessionId
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        return f"{self.session_id}.{self.secret}"

    @property
    def hash(self) -> str:
        return digest(self.secret)


def parse(text: str) -> RefreshToken | None:
    """Read a cookie's value; `None` if it cannot be a refresh token."""
    match = _FORM.fullmatch(text)
    return RefreshToken(SessionId(match[1]), match[2]) if match else None


class RefreshTokens:
    """Makes chains of refresh tokens, and finds a token's place in one."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"officina refresh tokens v1")
        self._key = derivation.derive(key.private_bytes_raw())

    def first(self, session_id: SessionId) -> RefreshToken:
        """Begin a chain with 256 fresh random bits."""
        return RefreshToken(session_id, new_secret())

    def successor(self, token: RefreshToken) -> RefreshToken:
        mac = hmac.digest(self._key, token.text.encode(), sha256)
        return RefreshToken(token.session_id, urlsafe_b64encode(mac).rstrip(b"=").decode())

    def newest(self, token: RefreshToken, newest_hash: str) -> tuple[RefreshToken, int] | None:
        """Walk from a token to the newest of its chain: that one, and how many generations lie between.

        `None` if the token was never part of this chain, or lies over `MAX_WALK` generations back.
        """
        for generations in range(MAX_WALK):
            if hmac.compare_digest(token.hash, newest_hash):
                return token, generations
            token = self.successor(token)
        return None

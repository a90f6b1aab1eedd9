"""Sealing of what passes through Redis, so that whoever reads it there learns nothing.

Each process derives a key of its own from the cluster key and a random salt (HKDF-SHA256, RFC 5869) and
counts its nonces, so that none repeats. A sealed message is `salt (16) | counter (8) | ciphertext and tag`
(AES-256-GCM), bound to its channel. A message that was seen before, or comes out of order, is refused.
"""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SALT_BYTES: Final = 16
COUNTER_BYTES: Final = 8
HEAD_BYTES: Final = SALT_BYTES + COUNTER_BYTES
MAX_PROCESSES: Final = 1024


class SealBrokenError(Exception):
    """The message was not sealed under this cluster's key, for this channel, or was seen before."""


class Seal:
    """Seals and opens messages. `cluster_key` is a secret of at least 32 bytes, the same in every process."""

    def __init__(self, cluster_key: bytes) -> None:
        if len(cluster_key) < 32:
            raise ValueError("the cluster key needs 32 bytes")
        self._cluster_key = cluster_key
        self.salt = os.urandom(SALT_BYTES)
        self._own = self._derive(self.salt)
        self._counter = 0
        self._others: dict[bytes, AESGCM] = {}
        self._seen: dict[bytes, int] = {}

    def channel(self, topic: str) -> str:
        """The name of the topic's channel: an HMAC, so that names tell nothing either."""
        mac = HMAC(self._cluster_key, SHA256())
        mac.update(b"officina channel\x00" + topic.encode())
        return f"officina:{mac.finalize()[:16].hex()}"

    def seal(self, channel: str, message: bytes) -> bytes:
        self._counter += 1
        counter = self._counter.to_bytes(COUNTER_BYTES, "big")
        sealed = self._own.encrypt(b"\x00" * 4 + counter, message, channel.encode())
        return self.salt + counter + sealed

    def open(self, channel: str, sealed: bytes) -> bytes:
        """Open a message of any process; raises `SealBrokenError`."""
        salt, counter = sealed[:SALT_BYTES], sealed[SALT_BYTES:HEAD_BYTES]
        number = int.from_bytes(counter, "big")
        if len(sealed) < HEAD_BYTES or number <= self._seen.get(salt, 0):
            raise SealBrokenError
        try:
            message = self._key_of(salt).decrypt(b"\x00" * 4 + counter, sealed[HEAD_BYTES:], channel.encode())
        except InvalidTag:
            raise SealBrokenError from None
        self._remember(salt, number)
        return message

    def _key_of(self, salt: bytes) -> AESGCM:
        return self._others.get(salt) or self._derive(salt)

    def _remember(self, salt: bytes, number: int) -> None:
        """Keep key and counter of a process that proved to know the cluster key; the oldest is forgotten."""
        if salt not in self._others:
            self._others[salt] = self._derive(salt)
            if len(self._others) > MAX_PROCESSES:
                oldest = next(iter(self._others))
                del self._others[oldest], self._seen[oldest]
        self._seen[salt] = number

    def _derive(self, salt: bytes) -> AESGCM:
        kdf = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"officina bus 1")
        return AESGCM(kdf.derive(self._cluster_key))

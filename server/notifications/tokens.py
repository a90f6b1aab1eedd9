"""The secrets in the links of messages: made from the message's id and a key, so that nobody keeps them."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.notifications.models import MessageId

PURPOSE = b"officina message links"


class MessageTokens:
    """The token of each message: 256 bits that only a holder of the key can tell, the same at every attempt.

    `key` is one of the program's keys, shared by its processes; it is not used as it is (RFC 5869).
    """

    def __init__(self, key: bytes) -> None:
        self._key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key)

    def of(self, message_id: MessageId) -> str:
        made = hmac.new(self._key, message_id.encode(), sha256).digest()
        return urlsafe_b64encode(made).rstrip(b"=").decode()

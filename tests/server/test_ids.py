"""Public identifiers."""

import re
from uuid import UUID

from server.ids import UUID_PATTERN, digest, new_id, new_secret


def test_an_id_is_a_version_7_uuid_in_text() -> None:
    value = UUID(new_id())
    assert (value.version, value.variant) == (7, "specified in RFC 4122")
    assert re.match(UUID_PATTERN, str(value))


def test_ids_never_repeat() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_a_secret_has_256_bits_and_is_stored_as_its_digest() -> None:
    secret = new_secret()
    assert len(secret) == 43
    assert digest(secret) != digest(new_secret())
    assert secret not in digest(secret)

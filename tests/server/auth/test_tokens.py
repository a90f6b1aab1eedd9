"""Access tokens: only ours, only whole, only in time."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.auth.models import Session
from server.auth.principal import Role
from server.auth.tokens import AccessTokens
from server.errors import Code, Refusal
from server.ids import SessionId, TenantId, new_id
from tests.clock import ManualClock

pytestmark = pytest.mark.security


@pytest.fixture
def session(clock: ManualClock) -> Session:
    now = clock.now()
    return Session(
        id=SessionId(new_id()),
        tenant_id=TenantId(new_id()),
        role=Role.PHARMACIST,
        subject_id=new_id(),
        consultation_id=None,
        refresh_hash="",
        rotated_at=now,
        earlier_rotated_at=None,
        device_hash="",
        created_at=now,
        last_seen_at=now,
        expires_at=now,
    )


def issue(access: AccessTokens, session: Session, clock: ManualClock) -> str:
    clock.advance(minutes=5)
    expires_at = clock.now()
    clock.advance(minutes=-5)
    return access.issue(session, expires_at)


def refused(access: AccessTokens, token: str) -> Code:
    with pytest.raises(Refusal) as caught:
        access.read(token)
    return caught.value.code


def forged(key: Any, access: AccessTokens, token: str, *, algorithm: str = "EdDSA", **changes: object) -> str:
    """The same token signed anew, with changed claims (or headers, as `h_typ`)."""
    decoded = jwt.decode_complete(token, options={"verify_signature": False})
    headers = {name[2:]: value for name, value in changes.items() if name.startswith("h_")}
    claims = {name: value for name, value in changes.items() if not name.startswith("h_")}
    payload = {name: value for name, value in (decoded["payload"] | claims).items() if value is not None}
    return jwt.encode(
        payload, key, algorithm=algorithm, headers={**decoded["header"], **headers, "alg": algorithm}
    )


def test_token_names_its_session_until_it_expires(
    access: AccessTokens, session: Session, clock: ManualClock
) -> None:
    token = issue(access, session, clock)
    assert access.read(token).session_id == session.id
    clock.advance(minutes=4, seconds=59)
    assert access.read(token).session_id == session.id
    clock.advance(seconds=1)
    assert refused(access, token) is Code.TOKEN_EXPIRED


def test_token_is_an_access_token_of_the_pinned_algorithm(
    access: AccessTokens, session: Session, clock: ManualClock
) -> None:
    header = jwt.get_unverified_header(issue(access, session, clock))
    assert header["typ"] == "at+jwt"
    assert header["alg"] == "EdDSA"
    assert header["kid"]


def test_token_holds_who_and_nothing_personal(
    access: AccessTokens, session: Session, clock: ManualClock
) -> None:
    claims = jwt.decode(issue(access, session, clock), options={"verify_signature": False})
    assert set(claims) == {"iss", "aud", "sub", "tid", "role", "sid", "jti", "iat", "exp"}


def test_two_tokens_of_a_session_differ(access: AccessTokens, session: Session, clock: ManualClock) -> None:
    assert issue(access, session, clock) != issue(access, session, clock)


def test_token_of_a_foreign_key_is_refused(
    access: AccessTokens, session: Session, clock: ManualClock
) -> None:
    token = issue(access, session, clock)
    assert refused(access, forged(Ed25519PrivateKey.generate(), access, token)) is Code.UNAUTHENTICATED


def test_token_signed_with_the_public_key_as_a_shared_secret_is_refused(
    access: AccessTokens, session: Session, clock: ManualClock, key: Ed25519PrivateKey
) -> None:
    secret = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    token = forged(secret, access, issue(access, session, clock), algorithm="HS256")
    assert refused(access, token) is Code.UNAUTHENTICATED


def test_unsigned_token_is_refused(access: AccessTokens, session: Session, clock: ManualClock) -> None:
    token = forged(None, access, issue(access, session, clock), algorithm="none")
    assert refused(access, token) is Code.UNAUTHENTICATED


@pytest.mark.parametrize(
    "changes",
    [
        {"h_typ": "JWT"},
        {"h_kid": "other"},
        {"aud": "elsewhere"},
        {"iss": "elsewhere"},
        {"exp": None},
        {"sid": None},
        {"jti": None},
        {"iat": None},
        {"tid": None},
        {"role": None},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_token_that_is_ours_but_not_an_access_token_is_refused(
    access: AccessTokens,
    session: Session,
    clock: ManualClock,
    key: Ed25519PrivateKey,
    changes: dict[str, Any],
) -> None:
    token = forged(key, access, issue(access, session, clock), **changes)
    assert refused(access, token) is Code.UNAUTHENTICATED


def test_token_with_changed_claims_is_refused(
    access: AccessTokens, session: Session, clock: ManualClock
) -> None:
    header, payload, signature = issue(access, session, clock).split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    claims["sid"] = new_id()
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    assert refused(access, f"{header}.{changed}.{signature}") is Code.UNAUTHENTICATED


@pytest.mark.parametrize(
    "token", ["", ".", "..", "a.b.c", "é.é.é", "x" * 100_000, "eyJhbGciOiJFZERTQSJ9..", "\x00"]
)
def test_garbage_is_refused(access: AccessTokens, token: str) -> None:
    assert refused(access, token) is Code.UNAUTHENTICATED


def test_session_of_another_role_gets_a_token_of_that_role(
    access: AccessTokens, session: Session, clock: ManualClock
) -> None:
    token = issue(access, replace(session, role=Role.PATIENT), clock)
    assert jwt.decode(token, options={"verify_signature": False})["role"] == "patient"

"""Attacks on the running server from outside: each gets its stable refusal, and the server goes on."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
import pytest_asyncio
from aiohttp import ClientSession
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from tests.integration.cluster import PHARMACY, Seeded
from tests.integration.people import Person
from tests.integration.program import Program, Server, eventually
from tests.integration.raw import exchange, hang_up
from tests.signaling.client import Client

pytestmark = [
    pytest.mark.integration,
    pytest.mark.security,
    pytest.mark.asyncio(loop_scope="module"),
]

LOGOUT = b"POST /api/v1/auth/logout HTTP/1.1\r\n"
AS_JSON = {"Content-Type": "application/json"}
PATIENT = {"audience": "patient"}
ENDED = (401, "session_ended")
HEAD = b"Host: x\r\nConnection: close\r\n"
UPLOAD = LOGOUT + HEAD + b"Origin: http://x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
SMUGGLED = {
    "two lengths": LOGOUT + b"%bContent-Length: 5\r\nContent-Length: 0\r\n\r\n" % HEAD,
    "length and chunks": (
        LOGOUT + b"%bContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % HEAD
    ),
    "chunks twice": (
        LOGOUT + b"%bTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" % HEAD
    ),
    "space before the colon": b"POST / HTTP/1.1\r\n%bContent-Length : 40\r\n\r\n" % HEAD,
    "folded header": b"GET / HTTP/1.1\r\n%bX-A: b\r\n Transfer-Encoding: chunked\r\n\r\n" % HEAD,
    "broken chunk": LOGOUT + b"%bTransfer-Encoding: chunked\r\n\r\nzz\r\n" % HEAD,
    "signed length": b"POST / HTTP/1.1\r\n%bContent-Length: +4\r\n\r\n" % HEAD,
    "line feed in the target": b"GET /a\nX: y HTTP/1.1\r\n%b\r\n" % HEAD,
    "no such version": b"GET / HTTP/9.9\r\n%b\r\n" % HEAD,
}


@dataclass
class Target:
    """A running server, a patient who waits, and the key that signs its tokens."""

    server: Server
    program: Program
    http: ClientSession
    patient: Person

    @property
    def key(self) -> Ed25519PrivateKey:
        pem = Path(self.program.settings["OFFICINA_TOKEN_KEY_FILE"]).read_bytes()
        key = load_pem_private_key(pem, password=None)
        assert isinstance(key, Ed25519PrivateKey)
        return key

    async def said_to(self, token: str) -> tuple[str, str]:
        """The codes that a token gets over HTTP and on a socket."""
        _, code = await self.patient.code("GET", "me", Authorization=f"Bearer {token}")
        async with Client(self.http, self.server.url) as socket:
            refused = await (await socket.open()).connect(token)
        return code, refused["data"]["code"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def target(
    seeded: Seeded, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Target]:
    """A server; after the attacks it still answers, and has logged no failure."""
    with seeded.program(tmp_path_factory.mktemp("target"), valkey_url) as program:
        async with program.serving() as server, ClientSession() as http:
            patient = Person(http, server.url)
            await patient.walk_in(PHARMACY, "Edith Moore")
            yield Target(server, program, http, patient)
            assert (await patient.ok("GET", "me"))["visit_id"] == patient.visit_id
            assert "Traceback" not in server.written
            assert not [line for line in server.log if line["level"] in {"error", "critical"}]


def forged(target: Target) -> dict[str, str]:
    """Tokens made of the patient's own, each wrong in one way."""
    head = jwt.get_unverified_header(target.patient.token)
    claims = jwt.decode(target.patient.token, options={"verify_signature": False})
    public = target.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    compliance = jwt.encode({**claims, "role": "compliance"}, target.key, algorithm="EdDSA", headers=head)
    header, payload, signature = target.patient.token.split(".")
    return {
        "none": jwt.encode(claims, "", algorithm="none", headers={**head, "alg": "none"}),
        "shared secret": jwt.encode(claims, public, algorithm="HS256", headers={**head, "alg": "HS256"}),
        "other claims": f"{header}.{compliance.split('.')[1]}.{signature}",
        "no signature": f"{header}.{payload}.",
    }


async def test_forged_token_opens_nothing(target: Target) -> None:
    said = {name: await target.said_to(token) for name, token in forged(target).items()}
    assert set(said.values()) == {("unauthenticated", "unauthenticated")}, said


async def test_expired_token_is_told_so(target: Target) -> None:
    head = jwt.get_unverified_header(target.patient.token)
    claims = jwt.decode(target.patient.token, options={"verify_signature": False})
    claims["exp"] = int((datetime.now(UTC) - timedelta(seconds=2)).timestamp())
    expired = jwt.encode(claims, target.key, algorithm="EdDSA", headers=head)
    assert await target.said_to(expired) == ("token_expired", "token_expired")


async def test_token_of_a_session_that_ended_is_dead(target: Target) -> None:
    ended = Person(target.http, target.server.url)
    await ended.enter(PHARMACY, "Somebody Else")
    cookie = {"Origin": ended.url, "Cookie": ended.cookie}
    async with Client(target.http, ended.url) as socket:
        await (await socket.open()).connect(ended.token)
        await ended.ok("POST", "auth/logout", PATIENT, **cookie)
        assert await socket.ended() == 1008
        assert socket.disconnected
    assert await target.said_to(ended.token) == ("session_ended", "session_ended")
    assert await ended.code("POST", "auth/refresh", PATIENT, **cookie) == (
        401,
        "session_ended",
    )


async def test_replayed_refresh_token_ends_the_session(target: Target) -> None:
    copied = Person(target.http, target.server.url)
    await copied.enter(PHARMACY, "Somebody Else")
    stolen = {"Origin": copied.url, "Cookie": copied.cookie, "User-Agent": "somebody else's"}
    for _ in range(2):
        await copied.refresh("patient")
    assert await copied.code("POST", "auth/refresh", PATIENT, **stolen) == (
        401,
        "session_ended",
    )
    assert await copied.code("GET", "me") == ENDED


async def test_body_of_a_megabyte_is_not_read(target: Target) -> None:
    patient = target.patient
    body = b'{"text": "' + b"a" * 1_000_000 + b'"}'
    sent = await patient.code("POST", f"pharmacies/{PHARMACY}/walk-ins", body, **AS_JSON)
    assert sent == (413, "too_large")


async def test_deep_json_is_malformed(target: Target) -> None:
    body = b"[" * 50_000
    assert await target.patient.code("POST", "auth/login", body, **AS_JSON) == (400, "malformed_json")


@pytest.mark.parametrize("name", ["User-Agent", "Idempotency-Key", "Authorization", "Origin", "Cookie"])
async def test_header_that_is_no_text_is_no_failure(target: Target, name: str) -> None:
    body = json.dumps(await target.patient.at_the_door(PHARMACY, "Somebody Else")).encode()
    head = f"POST /api/v1/pharmacies/{PHARMACY}/walk-ins HTTP/1.1\r\n{name}: ".encode()
    sizes = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
    answer = await exchange(target.server.url, head + b"\xff\xfe" * 20 + b"\r\n" + HEAD + sizes + body)
    assert answer.split(b" ")[1] in (b"200", b"403", b"422"), answer


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../keys/token.pem",
        "/assets/..%2f..%2fetc%2fpasswd",
        "/assets/%2e%2e/patient.html",
        "/assets/..",
        "/assets/%00",
        "//etc/passwd",
        "/assets/....//x",
    ],
)
async def test_assets_give_nothing_from_outside_their_folder(target: Target, path: str) -> None:
    answer = await exchange(target.server.url, b"GET %b HTTP/1.1\r\n%b\r\n" % (path.encode(), HEAD))
    assert answer.startswith((b"HTTP/1.1 404 ", b"HTTP/1.1 400 ")), answer
    assert b"root:" not in answer


@pytest.mark.parametrize("request_", SMUGGLED.values(), ids=SMUGGLED)
async def test_request_that_two_parsers_could_read_differently_is_refused(
    target: Target, request_: bytes
) -> None:
    answer = await exchange(target.server.url, request_ + HIDDEN)
    assert answer.startswith(b"HTTP/1.0 400 "), answer
    assert answer.count(b"HTTP/1.") == 1
    assert answer.endswith(b"\r\n\r\n"), "there is nothing in it of what was sent"


async def test_sender_who_hangs_up_is_no_failure(target: Target) -> None:
    await hang_up(target.server.url, UPLOAD + b"Content-Length: 100\r\n\r\n")

    async def noticed() -> bool:
        return "/api/v1/auth/logout" in target.server.written

    await eventually(noticed)

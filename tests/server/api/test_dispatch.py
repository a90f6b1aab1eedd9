"""The typed HTTP layer, over a real aiohttp server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from pydantic import Field
from pytest_aiohttp.plugin import AiohttpClient

from server.api.application import build_http
from server.api.endpoint import Answer, Call, Endpoint, Payload, Shown, endpoint
from server.api.health import Health
from server.auth.policy import Action
from server.auth.principal import Principal, Role
from server.errors import Code, Refusal
from server.ids import QueueId, SessionId, TenantId, new_id

Client = TestClient[web.Request, web.Application]
QUEUE = QueueId(new_id())


class Wish(Payload):
    text: Annotated[str, Field(max_length=20)]
    times: int = 1


class Echo(Shown):
    queue_id: str
    text: str


class Filter(Payload):
    limit: Annotated[int, Field(ge=1, le=10)] = 5


class Limit(Shown):
    limit: int


class Routes:
    async def wish(self, call: Call, queue_id: QueueId, body: Wish) -> Echo:
        assert call.caller.role is Role.PHARMACIST
        return Echo(queue_id=queue_id, text=body.text * body.times)

    async def filtered(self, call: Call, query: Filter) -> Answer[Limit]:
        return Answer(Limit(limit=query.limit), headers={"X-Extra": "1"})

    async def nothing(self, call: Call) -> None:
        return None

    async def refused(self, call: Call) -> Limit:
        raise Refusal(Code.QUEUE_FULL, retry_after_s=30)

    async def broken(self, call: Call) -> Limit:
        raise RuntimeError("canary-4711")

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "POST",
                "/queues/{queue_id}/wishes",
                self.wish,
                action=Action.QUEUE_ADMIT,
                summary="Wish.",
                tag="wishes",
                idempotent=True,
            ),
            endpoint("GET", "/filtered", self.filtered, action=None, summary="Filter.", tag="wishes"),
            endpoint("POST", "/nothing", self.nothing, action=None, summary="Nothing.", tag="wishes"),
            endpoint("GET", "/refused", self.refused, action=None, summary="Refuse.", tag="wishes"),
            endpoint("GET", "/broken", self.broken, action=None, summary="Break.", tag="wishes"),
        ]


class Tokens:
    """Knows two tokens."""

    async def authenticate(self, token: str) -> Principal:
        roles = {"pharmacist": Role.PHARMACIST, "patient": Role.PATIENT}
        if token not in roles:
            raise Refusal(Code.TOKEN_EXPIRED)
        return Principal(
            subject_id=new_id(),
            role=roles[token],
            tenant_id=TenantId(new_id()),
            session_id=SessionId(new_id()),
        )


@pytest.fixture
async def client(aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(build_http(Routes().endpoints(), Tokens(), health=Health({})))


HEADERS = {"Authorization": "Bearer pharmacist", "Idempotency-Key": "k"}
WISHES = f"/queues/{QUEUE}/wishes"


async def code_of(response: ClientResponse) -> tuple[int, str]:
    assert response.content_type == "application/problem+json"
    body = await response.json()
    return response.status, body["code"]


async def test_a_valid_request_reaches_the_handler_typed(client: Client) -> None:
    response = await client.post(WISHES, headers=HEADERS, json={"text": " ab ", "times": 2})
    assert response.status == 200
    assert await response.json() == {"queue_id": QUEUE, "text": "abab"}
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "body,expected",
    [
        ("{", (400, "malformed_json")),
        ("[]", (422, "invalid_request")),
        ('{"text": "a", "canary-4711": 1}', (422, "invalid_request")),
        ('{"text": 7}', (422, "invalid_request")),
        ('{"text": "a\\u0000b"}', (422, "invalid_request")),
        ('{"text": "\\ud800"}', (400, "malformed_json")),
        ('{"text": "' + "x" * 1_000_000 + '"}', (413, "too_large")),
        ("NaN", (400, "malformed_json")),
        ("", (400, "malformed_json")),
    ],
)
async def test_a_bad_body_gets_a_stable_code_and_no_echo(
    client: Client, body: str, expected: tuple[int, str]
) -> None:
    headers = {**HEADERS, "Content-Type": "application/json"}
    response = await client.post(WISHES, headers=headers, data=body)
    assert await code_of(response) == expected
    assert "canary" not in await response.text()


async def test_a_body_of_another_type_is_refused(client: Client) -> None:
    response = await client.post(WISHES, headers=HEADERS, data={"text": "a"})
    assert await code_of(response) == (415, "unsupported_media_type")


async def test_the_wrong_field_is_named_without_its_value(client: Client) -> None:
    response = await client.post(WISHES, headers=HEADERS, json={"text": "a", "times": "many-4711"})
    body = await response.json()
    assert body["fields"] == [{"pointer": "/times", "reason": "int_parsing"}]
    assert "4711" not in str(body)


async def test_an_id_that_is_none_is_not_found(client: Client) -> None:
    response = await client.post("/queues/1/wishes", headers=HEADERS, json={"text": "a"})
    assert await code_of(response) == (404, "not_found")


@pytest.mark.parametrize(
    "header,expected",
    [
        ({}, (401, "unauthenticated")),
        ({"Authorization": "Basic x"}, (401, "unauthenticated")),
        ({"Authorization": "Bearer old"}, (401, "token_expired")),
        ({"Authorization": "Bearer patient"}, (403, "forbidden")),
    ],
)
async def test_a_caller_is_known_and_allowed_before_the_body_is_read(
    client: Client, header: dict[str, str], expected: tuple[int, str]
) -> None:
    response = await client.post(WISHES, headers={"Idempotency-Key": "k", **header}, data="{")
    assert await code_of(response) == expected


async def test_an_idempotent_operation_needs_its_key(client: Client) -> None:
    response = await client.post(WISHES, headers={"Authorization": "Bearer pharmacist"}, json={"text": "a"})
    assert await code_of(response) == (422, "invalid_request")


@pytest.mark.parametrize("query", ["?limit=11", "?limit=x", "?other=1", "?limit=1&limit=2"])
async def test_a_bad_query_is_refused(client: Client, query: str) -> None:
    assert await code_of(await client.get(f"/filtered{query}")) == (422, "invalid_request")


async def test_a_query_is_parsed_and_an_answer_may_carry_headers(client: Client) -> None:
    response = await client.get("/filtered?limit=7")
    assert await response.json() == {"limit": 7}
    assert response.headers["X-Extra"] == "1"


async def test_no_answer_is_204(client: Client) -> None:
    assert (await client.post("/nothing")).status == 204


async def test_a_refusal_may_say_when_to_come_back(client: Client) -> None:
    response = await client.get("/refused")
    assert await code_of(response) == (409, "queue_full")
    assert response.headers["Retry-After"] == "30"


async def test_a_defect_is_told_without_its_words(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    response = await client.get("/broken")
    assert await code_of(response) == (500, "internal")
    assert "canary" not in await response.text()


async def test_unknown_addresses_and_methods_are_problems(client: Client) -> None:
    assert await code_of(await client.get("/nowhere")) == (404, "not_found")
    assert await code_of(await client.delete("/filtered")) == (405, "method_not_allowed")


async def test_every_response_carries_the_security_headers(client: Client) -> None:
    for path in ("/filtered", "/nowhere", "/api/docs"):
        headers = (await client.get(path)).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


async def test_the_document_describes_what_the_handlers_take(client: Client) -> None:
    document = await (await client.get("/api/openapi.json")).json()
    operation = document["paths"]["/queues/{queue_id}/wishes"]["post"]
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Wish"
    }
    assert [parameter["name"] for parameter in operation["parameters"]] == ["queue_id", "Idempotency-Key"]
    assert set(operation["responses"]) >= {"200", "400", "401", "403", "404", "413", "415", "422"}
    assert document["components"]["schemas"]["Wish"]["additionalProperties"] is False


async def test_a_draining_server_is_alive_but_not_ready(aiohttp_client: AiohttpClient) -> None:
    async def fails() -> None:
        raise OSError

    health = Health({"database": fails})
    client = await aiohttp_client(build_http([], Tokens(), health=health))
    assert (await client.get("/healthz")).status == 200
    assert await (await client.get("/readyz")).json() == {"status": "not_ready", "failed": ["database"]}
    health.draining = True
    assert await (await client.get("/readyz")).json() == {"status": "draining"}


def test_a_handler_that_does_not_fit_its_path_is_refused_at_start() -> None:
    with pytest.raises(TypeError, match="queue_id"):
        endpoint("GET", "/filtered", Routes().wish, action=None, summary="", tag="wishes")


async def test_a_body_that_does_not_end_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.api.dispatch.BODY_TIMEOUT_S", 0.05)

    async def endless() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    headers = {**HEADERS, "Content-Type": "application/json"}
    async with asyncio.timeout(5):
        response = await client.post(WISHES, headers=headers, data=endless())
    assert await code_of(response) == (400, "malformed_json")

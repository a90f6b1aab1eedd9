"""Signing in over HTTP: cookies, origins, answers."""

from __future__ import annotations

from http.cookies import Morsel
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from pytest_aiohttp.plugin import AiohttpClient

from server.auth.principal import Principal
from tests.clock import ManualClock
from tests.server.accounts.desk import CHEAP, PUBLIC_URL, Desk
from tests.server.world import World

EMAIL = "maria@example.org"
PASSWORD = "correct horse battery"
STAFF = "__Host-officina-staff"
PATIENT = "__Host-officina-patient"
LOGIN = {"email": EMAIL, "password": PASSWORD}
OURS = {"Origin": PUBLIC_URL}

Client = TestClient[Any, Any]


@pytest.fixture
async def client(desk: Desk, aiohttp_client: AiohttpClient) -> Client:
    return await aiohttp_client(desk.app)


@pytest.fixture
async def pharmacist(world: World) -> Principal:
    return await world.pharmacist(email=EMAIL, name="Maria Lopez", password_hash=CHEAP.hash(PASSWORD))


def cookie_of(response: ClientResponse, name: str = STAFF) -> Morsel[str]:
    return response.cookies[name]


async def signed_in(client: Client) -> str:
    """The refresh cookie, as a header's value."""
    response = await client.post("/api/v1/auth/login", json=LOGIN)
    return f"{STAFF}={cookie_of(response).value}"


async def code(response: ClientResponse) -> tuple[int, str]:
    return response.status, (await response.json())["code"]


async def test_login_answers_a_token_that_works(client: Client, pharmacist: Principal, world: World) -> None:
    response = await client.post("/api/v1/auth/login", json=LOGIN)
    body = await response.json()
    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert body["expires_at"] == "2026-11-02T10:05:00.000Z"
    assert body["session_expires_at"] == "2026-11-02T22:00:00.000Z"
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert await me.json() == {
        "subject_id": pharmacist.subject_id,
        "role": "pharmacist",
        "name": "Maria Lopez",
        "tenant_id": world.tenant_id,
        "queues": [
            {"id": world.queue_id, "name": "Advice"},
            {"id": world.second_queue_id, "name": "Travel"},
        ],
        "visit_id": None,
        "consultation_id": None,
        "languages": [],
        "skills": [],
    }


async def test_refresh_cookie_is_kept_from_scripts_and_other_sites(
    client: Client, pharmacist: Principal
) -> None:
    cookie = cookie_of(await client.post("/api/v1/auth/login", json=LOGIN))
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert cookie["max-age"] == str(12 * 3600)


async def test_refresh_token_is_not_in_the_body(client: Client, pharmacist: Principal) -> None:
    response = await client.post("/api/v1/auth/login", json=LOGIN)
    assert cookie_of(response).value.partition(".")[2] not in await response.text()


async def test_refresh_rotates_the_cookie(client: Client, pharmacist: Principal, clock: ManualClock) -> None:
    cookie = await signed_in(client)
    clock.advance(minutes=5)
    headers = {**OURS, "Cookie": cookie}
    response = await client.post("/api/v1/auth/refresh", json={"audience": "staff"}, headers=headers)
    assert response.status == 200
    assert cookie_of(response).value not in cookie
    assert cookie_of(response)["max-age"] == str(12 * 3600 - 300)


async def test_refresh_of_the_other_audience_finds_no_session(client: Client, pharmacist: Principal) -> None:
    headers = {**OURS, "Cookie": await signed_in(client)}
    response = await client.post("/api/v1/auth/refresh", json={"audience": "patient"}, headers=headers)
    assert await code(response) == (401, "unauthenticated")


async def test_refresh_from_another_browser_with_an_old_cookie_ends_the_session(
    client: Client, pharmacist: Principal
) -> None:
    headers = {**OURS, "Cookie": await signed_in(client)}
    body = {"audience": "staff"}
    first = await client.post("/api/v1/auth/refresh", json=body, headers=headers)
    stolen = {**headers, "User-Agent": "another browser"}
    assert await code(await client.post("/api/v1/auth/refresh", json=body, headers=stolen)) == (
        401,
        "session_ended",
    )
    headers["Cookie"] = f"{STAFF}={cookie_of(first).value}"
    assert await code(await client.post("/api/v1/auth/refresh", json=body, headers=headers)) == (
        401,
        "session_ended",
    )


FOREIGN = ("null", "https://evil.example", "https://video.example.org.evil.example", "http://[", "https://")


@pytest.mark.parametrize("action", ["refresh", "logout"])
async def test_cookie_is_not_taken_from_other_pages(
    client: Client, pharmacist: Principal, action: str
) -> None:
    cookie = {"Cookie": await signed_in(client)}
    for headers in (cookie, *({**cookie, "Origin": origin} for origin in FOREIGN)):
        response = await client.post(f"/api/v1/auth/{action}", json={"audience": "staff"}, headers=headers)
        assert await code(response) == (403, "origin_refused"), headers.get("Origin")


async def test_page_of_the_same_host_may_use_the_cookie(client: Client, pharmacist: Principal) -> None:
    headers = {"Origin": str(client.make_url("/")).rstrip("/"), "Cookie": await signed_in(client)}
    response = await client.post("/api/v1/auth/refresh", json={"audience": "staff"}, headers=headers)
    assert response.status == 200


async def test_other_pages_cannot_sign_a_browser_in(client: Client, pharmacist: Principal) -> None:
    response = await client.post("/api/v1/auth/login", json=LOGIN, headers={"Origin": "https://evil.example"})
    assert await code(response) == (403, "origin_refused")


async def test_logout_clears_the_cookie_and_ends_the_session(client: Client, pharmacist: Principal) -> None:
    headers = {**OURS, "Cookie": await signed_in(client)}
    response = await client.post("/api/v1/auth/logout", json={"audience": "staff"}, headers=headers)
    assert response.status == 204
    assert cookie_of(response).value == ""
    assert cookie_of(response)["max-age"] == "0"
    again = await client.post("/api/v1/auth/refresh", json={"audience": "staff"}, headers=headers)
    assert await code(again) == (401, "session_ended")


async def test_logout_without_a_session_is_no_error(client: Client) -> None:
    response = await client.post("/api/v1/auth/logout", json={"audience": "patient"}, headers=OURS)
    assert response.status == 204


async def test_wrong_password_is_told_without_what_was_typed(client: Client, pharmacist: Principal) -> None:
    response = await client.post("/api/v1/auth/login", json={**LOGIN, "password": "hunter2-typed"})
    assert await code(response) == (401, "wrong_credentials")
    assert "hunter2" not in await response.text()


async def test_call_without_a_valid_token_is_refused(client: Client) -> None:
    assert await code(await client.get("/api/v1/me")) == (401, "unauthenticated")
    for authorization in ("", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer a.b.c"):
        response = await client.get("/api/v1/me", headers={"Authorization": authorization})
        assert await code(response) == (401, "unauthenticated"), authorization


async def test_refresh_cookie_alone_opens_no_endpoint(client: Client, pharmacist: Principal) -> None:
    response = await client.get("/api/v1/me", headers={"Cookie": await signed_in(client)})
    assert await code(response) == (401, "unauthenticated")


async def test_patient_is_told_their_visit(client: Client, desk: Desk, world: World) -> None:
    patient = await world.patient(name="Ines Prado")
    me = await (await client.get("/api/v1/me", headers=await desk.bearer(patient))).json()
    assert (me["name"], me["role"], me["visit_id"], me["queues"]) == ("Ines Prado", "patient", None, [])


async def test_address_over_its_budget_is_told_when_to_come_back(client: Client) -> None:
    wrong = {**LOGIN, "email": "nobody@example.org"}
    responses = [await client.post("/api/v1/auth/login", json=wrong) for _ in range(31)]
    assert await code(responses[-1]) == (429, "too_many_requests")
    assert responses[-1].headers["Retry-After"] == "2"

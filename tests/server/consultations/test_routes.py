"""The whole way of a visit, over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from aiohttp.web import Application, Request
from pytest_aiohttp import AiohttpClient

from server.api.application import build_http
from server.auth.policy import permits_role
from server.auth.principal import Principal, Role
from server.errors import Code, Refusal
from server.ids import new_id
from tests.server.parts import Media, Parts
from tests.server.world import World

Send = Callable[..., Awaitable[tuple[int, Any]]]


class Door:
    """An authenticator that knows the sessions of one test: a session's id is its token."""

    def __init__(self) -> None:
        self.sessions: dict[str, Principal] = {}

    async def authenticate(self, token: str) -> Principal:
        if token not in self.sessions:
            raise Refusal(Code.UNAUTHENTICATED)
        return self.sessions[token]


@pytest.fixture
async def send(parts: Parts, aiohttp_client: AiohttpClient) -> Send:
    door = Door()
    client: TestClient[Request, Application] = await aiohttp_client(build_http(parts.endpoints(), door))

    async def send(
        caller: Principal, method: str, path: str, body: object = None, *, key: str | None = None
    ) -> tuple[int, Any]:
        door.sessions[caller.session_id] = caller
        headers = {"Authorization": f"Bearer {caller.session_id}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        response = await client.request(method, f"/api/v1/{path}", json=body, headers=headers)
        return response.status, await response.json() if response.status != 204 else None

    return send


async def test_from_the_door_to_the_end_page(send: Send, world: World) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    wish = {"pharmacy_id": world.pharmacy_id, "video_consent": True, "consent_version": "1"}
    status, visit = await send(patient, "POST", f"queues/{world.queue_id}/visits", wish, key="1")
    assert (status, visit["state"], visit["place"]) == (200, "checking", 1)
    one = f"visits/{visit['id']}"
    check = {"camera": "ok", "microphone": "ok", "network": "good"}
    assert (await send(patient, "POST", f"{one}/device-check", check))[1]["state"] == "waiting"
    assert (await send(patient, "POST", f"{one}/away"))[1]["state"] == "away"
    assert (await send(patient, "POST", f"{one}/return"))[1]["state"] == "waiting"
    assert (await send(pharmacist, "GET", "queues"))[1]["queues"][0]["waiting"] == 1
    assert len((await send(pharmacist, "GET", f"queues/{world.queue_id}"))[1]["line"]) == 1
    assert (await send(pharmacist, "POST", f"{one}/message", {"text": "Soon"}))[1]["message"] == "Soon"
    status, shown = await send(pharmacist, "POST", f"queues/{world.queue_id}/admit", {}, key="2")
    assert (status, shown["state"], shown["visit_id"]) == (200, "calling", visit["id"])
    assert (await send(pharmacist, "POST", f"queues/{world.queue_id}/admit", {}, key="2"))[1]["id"] == shown[
        "id"
    ]
    record = f"consultations/{shown['id']}"
    status, note = await send(pharmacist, "POST", f"{record}/notes", {"text": "Well"}, key="3")
    assert (status, note["addendum"]) == (201, False)
    assert await send(pharmacist, "POST", f"{record}/notes", {"text": "Well"}, key="3") == (201, note)
    assert (await send(pharmacist, "POST", f"{one}/no-show"))[1]["state"] == "waiting"
    assert (await send(patient, "GET", one))[1]["place"] == 1
    assert (await send(patient, "POST", f"{one}/leave"))[1]["state"] == "left"
    status, page = await send(patient, "GET", "consultations?limit=1")
    assert (status, len(page["consultations"]), page["next_cursor"]) == (200, 1, None)


async def test_refusals_are_told_as_codes(send: Send, world: World) -> None:
    pharmacist = await world.pharmacist()
    status, problem = await send(pharmacist, "POST", f"queues/{world.queue_id}/admit", {}, key="1")
    assert (status, problem["code"]) == (409, "queue_empty")
    status, problem = await send(pharmacist, "POST", f"queues/{world.queue_id}/admit", {})
    assert (status, problem["code"]) == (422, "invalid_request")
    status, problem = await send(pharmacist, "POST", f"queues/{new_id()}/admit", {}, key="1")
    assert (status, problem["code"]) == (404, "not_found")


async def test_what_is_written_into_a_record_needs_a_key_of_its_own(
    send: Send, parts: Parts, world: World
) -> None:
    patient, pharmacist = await world.patient(), await world.pharmacist()
    await parts.wait(patient)
    shown = await parts.admit(pharmacist)
    await parts.consultations.join(patient, shown.id, Media())
    one = f"consultations/{shown.id}"
    for path, body, other in (
        ("notes", {"text": "Well"}, {"text": "Unwell"}),
        ("complete", {"outcome": "advice_given"}, {"outcome": "referred"}),
    ):
        status, problem = await send(pharmacist, "POST", f"{one}/{path}", body)
        assert (status, problem["code"]) == (422, "invalid_request")
        assert (await send(pharmacist, "POST", f"{one}/{path}", body, key="1"))[0] in {200, 201}
        status, problem = await send(pharmacist, "POST", f"{one}/{path}", other, key="1")
        assert (status, problem["code"]) == (409, "idempotency_key_reused")


async def test_queues_are_paused_and_resumed(send: Send, world: World) -> None:
    admin = await world.admin()
    queue = f"queues/{world.queue_id}"
    assert (await send(admin, "POST", f"{queue}/pause", {"message": "Lunch"}))[1]["state"] == "paused"
    assert (await send(admin, "POST", f"{queue}/resume"))[1]["state"] == "open"


async def test_there_are_no_recordings_yet(send: Send, parts: Parts, world: World) -> None:
    pharmacist, officer = await world.pharmacist(), await world.compliance()
    await parts.wait(await world.patient())
    shown = await parts.admit(pharmacist)
    for method, body in (("POST", {}), ("DELETE", None)):
        status, problem = await send(pharmacist, method, f"consultations/{shown.id}/recording", body)
        assert (status, problem["code"]) == (409, "recording_unavailable")
    assert (await send(officer, "GET", "recordings"))[1] == {"recordings": [], "next_cursor": None}
    one = f"recordings/{new_id()}"
    for method, path in (("GET", one), ("GET", f"{one}/content"), ("PUT", f"{one}/hold")):
        status, problem = await send(officer, method, path)
        assert (status, problem["code"]) == (404, "not_found")


async def test_every_endpoint_turns_away_roles_without_any_reach(
    send: Send, parts: Parts, world: World
) -> None:
    callers = {
        Role.OPERATOR: await world.operator(),
        Role.ADMIN: await world.admin(),
        Role.COMPLIANCE: await world.compliance(),
    }
    for endpoint in parts.endpoints():
        assert endpoint.action is not None
        path = endpoint.path.removeprefix("/api/v1/")
        for name in endpoint.parameters:
            path = path.replace(f"{{{name}}}", new_id())
        for role, caller in callers.items():
            if not permits_role(role, endpoint.action):
                status, problem = await send(caller, endpoint.method, path, {}, key="1")
                assert (status, problem["code"]) == (403, "forbidden")

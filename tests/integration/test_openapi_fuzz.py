"""Made-up requests for every operation of the OpenAPI document, against a running server.

Whatever comes, the answer is documented, its status, its code and its shape, and is never a failure of the
server.
"""

import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
import requests
import schemathesis
from aiohttp import ClientSession
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi import checks

from server.auth.policy import Action, permits_role
from server.auth.principal import Role
from server.parts import openapi_document
from tests.integration.cluster import PASSWORD, PHARMACY, STAFF, Seeded, email_of
from tests.integration.people import Person

pytestmark = [pytest.mark.integration, pytest.mark.security]

EXAMPLES = int(os.environ.get("OFFICINA_FUZZ_EXAMPLES", "15"))
"""Well-formed requests per operation, and as many that are not."""

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
DOCUMENT = openapi_document()
REAL = {"video_consent": True, "consent_version": "1"}
"""What a made-up request lacks most often, so that the rest of it is never looked at."""
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


@dataclass
class Stage:
    """A server, somebody of every role at it, and the ids of what is there."""

    url: str
    people: dict[Role, Person]
    ids: dict[str, str]
    http: requests.Session = field(default_factory=requests.Session)

    def new_visit(self) -> None:
        """Another patient walks in, whose visit is the one that requests are about from now on."""
        api, queue_id = f"{self.url}/api/v1", self.ids["queue_id"]
        pharmacist = self.headers(self.people[Role.PHARMACIST])
        self.http.post(f"{api}/queues/{queue_id}/resume", headers=pharmacist).raise_for_status()
        body: Any = {**REAL, "queue_id": queue_id, "person": {"name": "Edith", "birth_date": "1944-05-02"}}
        entrance = self.http.post(f"{api}/pharmacies/{PHARMACY}/walk-ins", json=body).json()
        self.ids["visit_id"] = entrance["visit"]["id"]
        self.people[Role.PATIENT].token = entrance["session"]["access_token"]

    def callers(self, operation: Mapping[str, Any]) -> list[Person]:
        """Those whom the policy lets through to some object, or anybody."""
        if "x-action" not in operation:
            return [Person(self.people[Role.PATIENT].http, self.url)]
        action = Action(operation["x-action"])
        return [person for role, person in self.people.items() if permits_role(role, action)]

    def headers(self, caller: Person) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
        return {"Origin": self.url, **bearer}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(
    seeded: Seeded, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("fuzz")
    settings = {"OFFICINA_ACCESS_TOKEN_S": "3600", "OFFICINA_DOOR_BURST": "0"}
    with seeded.program(folder, valkey_url, **settings) as program:
        async with program.serving() as server, ClientSession() as http:
            yield await _stage(server.url, http)
            assert "Traceback" not in server.written
            assert [line for line in server.log if line["level"] == "error"] == []


async def _stage(url: str, http: ClientSession) -> Stage:
    people = {Role(role): Person(http, url) for role in STAFF}
    for role, person in people.items():
        await person.sign_in(email_of(role.value), PASSWORD)
    patient, guest, pharmacist = Person(http, url), Person(http, url), people[Role.PHARMACIST]
    await patient.walk_in(PHARMACY, "Edith Moore")
    pharmacy = await patient.ok("GET", f"pharmacies/{PHARMACY}")
    queue_id = pharmacy["queues"][0]["id"]
    consultation = await pharmacist.ok("POST", f"queues/{queue_id}/admit", {})
    invitation = {"kind": "carer", "name": "Lou"}
    invited = await pharmacist.ok("POST", f"consultations/{consultation['id']}/invitations", invitation)
    token = invited["link"].rpartition("/")[2]
    entered = await guest.ok("POST", f"invitations/{token}/redeem", {})
    guest.token = entered["session"]["access_token"]
    asked = {"queue_id": queue_id, "name": "Ana Ruiz", "phone": "+44 20 7946 0018"}
    call_back = await patient.ok("POST", f"pharmacies/{PHARMACY}/call-backs", asked)
    ids = {
        "slug": PHARMACY,
        "call_back_id": call_back["id"],
        "token": token,
        "queue_id": queue_id,
        "pharmacy_id": pharmacy["id"],
        "visit_id": patient.visit_id,
        "consultation_id": consultation["id"],
    }
    return Stage(url, {**people, Role.PATIENT: patient, Role.GUEST: guest}, ids)


def documented_codes(operation: Mapping[str, Any], status: int) -> str:
    found: str = operation["responses"][str(status)]["description"]
    return found


@pytest.mark.parametrize(("label", "operation"), OPERATIONS, ids=[label for label, _ in OPERATIONS])
def test_every_answer_is_documented(label: str, operation: Mapping[str, Any], stage: Stage) -> None:
    load_all_checks()
    described = schemathesis.openapi.from_dict(DOCUMENT).find_operation_by_label(label)
    assert described is not None
    stage.new_visit()
    known = {name: stage.ids.get(name, str(uuid4())) for name in _parameters(operation)}
    callers = stage.callers(operation)
    assert callers

    for mode in GenerationMode:
        cases = st.one_of(
            described.as_strategy(generation_mode=mode),
            described.as_strategy(generation_mode=mode, path_parameters=known),
        )
        try:
            _ask_many(stage, operation, cases, callers)
        except Unsatisfiable:  # a path of plain text alone can be filled in no wrong way
            assert mode is GenerationMode.NEGATIVE
            assert known.keys() in ({"slug"}, {"token"})


def _ask_many(
    stage: Stage, operation: Mapping[str, Any], cases: st.SearchStrategy[Any], callers: list[Person]
) -> None:
    real = {**stage.ids, **REAL}

    @given(case=cases, caller=st.sampled_from(callers))
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Any, caller: Person) -> None:
        if case.meta.generation.mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            case.body.update({name: real[name] for name in case.body.keys() & real.keys()})
        response = case.call(base_url=stage.url, session=stage.http, headers=stage.headers(caller))
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            problem = response.json()
            assert response.headers["content-type"] == ["application/problem+json"]
            assert problem["status"] == response.status_code
            assert f"`{problem['code']}`" in documented_codes(operation, response.status_code)

    ask()


def _parameters(operation: Mapping[str, Any]) -> list[str]:
    return [each["name"] for each in operation["parameters"] if each["in"] == "path"]

"""The policy over HTTP: every operation that needs a session, with every role and three relations.

The cases are made from the routes: a new operation is tested from the moment it exists, and one whose path or
body is of an unknown kind fails here until it is described below.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.accounts.schemas import Invite
from server.api.application import build_http
from server.api.endpoint import Endpoint
from server.audit.event import Actor
from server.auth.policy import Action, Facts, Verdict, decide, permits_role
from server.auth.principal import Principal, Role
from server.clock import SystemClock
from server.config import Settings
from server.db.migrate import upgrade
from server.errors import Code, Refusal
from server.ids import ConsultationId, VisitId, new_id
from server.keys import Keys
from server.parts import Parts, build
from server.waiting_room.call_back_schemas import AskCallBack
from server.waiting_room.models import SpeakerClaim
from server.waiting_room.schemas import DeviceCheck
from tests.server.world import World

Relation = Literal["own", "other", "foreign"]
"""To the object: the caller's own, one of the same tenant out of reach, one of another tenant."""

KEYS = Keys(token=Ed25519PrivateKey.generate(), audit=Ed25519PrivateKey.generate(), bus=bytes(32))


@dataclass(frozen=True)
class Scene:
    """An admitted visit, who holds it, and who asks."""

    world: World
    patient: Principal
    pharmacist: Principal
    visit_id: VisitId
    consultation_id: ConsultationId
    call_back_id: str
    caller: Principal

    def path_of(self, endpoint: Endpoint) -> str:
        ids = {
            "queue_id": self.world.queue_id,
            "visit_id": self.visit_id,
            "consultation_id": self.consultation_id,
            "call_back_id": self.call_back_id,
            "event_id": new_id(),
            "recording_id": new_id(),
        }
        return endpoint.path.format(**{name: ids[name] for name in endpoint.parameters})

    def facts_for(self, endpoint: Endpoint) -> Facts:
        """What the policy knows of the object that the path (or the body) names."""
        patient_id = None if "queue_id" in endpoint.parameters else self.patient.patient_id
        return Facts(
            tenant_id=self.world.tenant_id,
            queue_id=self.world.queue_id,
            patient_id=patient_id,
            pharmacist_id=self.pharmacist.staff_id,
            consultation_id=self.consultation_id,
        )


BODIES: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "AddNote": lambda _: {"text": "seen"},
    "Admit": lambda _: {},
    "CallBackDone": lambda _: {"outcome": "reached"},
    "ChangeClass": lambda _: {"priority_class": "urgent", "reason": "short of breath"},
    "ChangeDuty": lambda _: {"state": "on"},
    "ChangeQueue": lambda _: {"capacity": 40},
    "CheckSpeaker": lambda _: {"confirmed": True},
    "Complete": lambda _: {"outcome": "advice_given"},
    "Decline": lambda _: {"guidance": "Please see your doctor."},
    "DeviceCheck": lambda _: {"camera": "ok", "microphone": "ok", "network": "good"},
    "GiveConsent": lambda _: {"subject": "recording", "given": False, "text_version": "1"},
    "HandOver": lambda scene: {"staff_id": scene.pharmacist.subject_id},
    "Hold": lambda _: {"reason": "the telephone"},
    "Invite": lambda scene: {
        "queue_id": scene.world.queue_id,
        "pharmacy_id": scene.world.pharmacy_id,
        "person": {"name": "Ana", "birth_date": "1950-03-01"},
    },
    "InviteGuest": lambda _: {"kind": "interpreter", "name": "Sam"},
    "JoinQueue": lambda scene: {
        "pharmacy_id": scene.world.pharmacy_id,
        "video_consent": True,
        "consent_version": "1",
    },
    "Message": lambda _: {"text": "soon"},
    "Needs": lambda _: {"skills": ["vaccines"], "language": "en"},
    "Pause": lambda _: {},
    "PhoneVisit": lambda scene: {
        "pharmacy_id": scene.world.pharmacy_id,
        "person": {"name": "Ana", "birth_date": "1950-03-01", "phone": "+44 20 7946 0018"},
    },
    "RecordingRequest": lambda _: {},
    "Transfer": lambda scene: {"queue_id": scene.world.second_queue_id},
}


class SessionIds:
    """Takes a session's id for its token."""

    def __init__(self) -> None:
        self.principals: dict[str, Principal] = {}

    async def authenticate(self, token: str) -> Principal:
        if token not in self.principals:
            raise Refusal(Code.UNAUTHENTICATED)
        return self.principals[token]


@dataclass(frozen=True)
class Stage:
    """A server on a database of its own."""

    parts: Parts
    sessions: SessionIds
    client: TestClient[web.Request, web.Application]

    async def scene(self) -> Scene:
        world = await self.world()
        patient = await world.patient()
        pharmacist = await world.pharmacist(queues=(world.queue_id,))
        visit_id, consultation_id = await self._admitted(world, patient, pharmacist)
        call_back_id = await self.parts.line.call_backs.ask(
            world.slug, AskCallBack(queue_id=world.queue_id, name="Ana", phone="+44 20 7946 0018")
        )
        return Scene(world, patient, pharmacist, visit_id, consultation_id, call_back_id, caller=pharmacist)

    async def world(self) -> World:
        return await World.make(self.parts.ground.database, self.parts.ground.clock)

    async def asked_by(self, role: Role, relation: Relation, scene: Scene, elsewhere: World) -> Scene:
        """The scene with somebody else asking."""
        home = elsewhere if relation == "foreign" else scene.world
        mine = {Role.PATIENT: scene.patient, Role.PHARMACIST: scene.pharmacist}
        if relation == "own" and role in mine:
            caller = mine[role]
        elif role is Role.GUEST:
            caller = await self._guest(home, scene.consultation_id if relation == "own" else None)
        else:
            caller = await _somebody(home, role, relation)
        self.sessions.principals[caller.session_id] = caller
        return replace(scene, caller=caller)

    async def _admitted(
        self, world: World, patient: Principal, pharmacist: Principal
    ) -> tuple[VisitId, ConsultationId]:
        line = self.parts.line
        assert patient.patient_id is not None
        async with self.parts.ground.database.transaction() as transaction:
            visit_id = await line.waiting_room.take_place(
                transaction,
                actor=Actor.of(patient),
                tenant_id=world.tenant_id,
                queue_id=world.queue_id,
                pharmacy_id=world.pharmacy_id,
                patient_id=patient.patient_id,
                speaker=SpeakerClaim(name="Lucía", relationship="parent", authority="parental"),
                language="en",
                reason=None,
                confidential=False,
            )
        check = DeviceCheck(camera="ok", microphone="ok", network="good")
        await line.stay.check_devices(patient, visit_id, check)
        consultation = await line.admission.admit(pharmacist, world.queue_id, None, key=new_id())
        return visit_id, consultation.id

    async def _guest(self, home: World, consultation_id: ConsultationId | None) -> Principal:
        if consultation_id is None:
            pharmacist = await home.pharmacist(queues=(home.queue_id,))
            _, consultation_id = await self._admitted(home, await home.patient(), pharmacist)
        return await home.guest(consultation_id)

    async def status(self, endpoint: Endpoint, scene: Scene) -> int:
        headers = {"Authorization": f"Bearer {scene.caller.session_id}", "Idempotency-Key": new_id()}
        body = None if endpoint.body is None else BODIES[endpoint.body.__name__](scene)
        path = scene.path_of(endpoint)
        response = await self.client.request(endpoint.method, path, headers=headers, json=body)
        return response.status


async def _somebody(home: World, role: Role, relation: Relation) -> Principal:
    queue_id = home.queue_id if relation == "own" else home.second_queue_id
    match role:
        case Role.PATIENT:
            return await home.patient()
        case Role.PHARMACIST | Role.TECHNICIAN:
            return await home.staff(role, queues=(queue_id,))
        case _:
            return await home.staff(role, queues=())


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    settings = Settings(data_dir=tmp_path, web_dir=tmp_path)
    await upgrade(settings.database)
    parts = build(settings, KEYS, SystemClock())
    sessions = SessionIds()
    async with TestClient(TestServer(build_http(parts.endpoints, sessions))) as client:
        yield Stage(parts, sessions, client)
    await parts.ground.database.close()


def secured() -> list[Endpoint]:
    """The operations that need a session, from parts that never run."""
    endpoints = build(Settings(), KEYS, SystemClock()).endpoints
    return [endpoint for endpoint in endpoints if endpoint.action is not None]


def names_an_object(endpoint: Endpoint) -> bool:
    """Lists are filtered by reach; there are no recordings yet; an event is looked up after its log."""
    named = {"queue_id", "visit_id", "consultation_id", "call_back_id"}
    return bool(named & set(endpoint.parameters)) or endpoint.body is Invite


def expected(endpoint: Endpoint, scene: Scene) -> Verdict:
    assert endpoint.action is not None
    if not permits_role(scene.caller.role, endpoint.action):
        return Verdict.FORBID
    if not names_an_object(endpoint):
        return Verdict.ALLOW
    return decide(scene.caller, endpoint.action, scene.facts_for(endpoint))


def said(endpoint: Endpoint, status: int) -> Verdict:
    if status == 403:
        return Verdict.FORBID
    by_random_id = {"event_id", "recording_id"} & set(endpoint.parameters)
    return Verdict.HIDE if status == 404 and not by_random_id else Verdict.ALLOW


@pytest.mark.parametrize("endpoint", secured(), ids=lambda endpoint: endpoint.operation_id)
async def test_every_role_gets_what_the_policy_says(endpoint: Endpoint, stage: Stage) -> None:
    scene, elsewhere = await stage.scene(), await stage.world()
    wrong = []
    for role in Role:
        relations: tuple[Relation, ...] = ("foreign", "other", "own")
        for relation in relations:
            asked = await stage.asked_by(role, relation, scene, elsewhere)
            verdict = expected(endpoint, asked)
            status = await stage.status(endpoint, asked)
            assert status not in {401, 422, 500}, (role, relation, status)
            if said(endpoint, status) != verdict:
                wrong.append((role.value, relation, status, verdict.name))
            if verdict is Verdict.ALLOW:
                scene = await stage.scene()  # the last one may have been changed
    assert not wrong


@pytest.mark.parametrize("endpoint", secured(), ids=lambda endpoint: endpoint.operation_id)
async def test_nothing_is_answered_without_a_session(endpoint: Endpoint, stage: Stage) -> None:
    path = endpoint.path.format(**{name: new_id() for name in endpoint.parameters})
    assert (await stage.client.request(endpoint.method, path)).status == 401


def test_every_action_guards_a_route_or_the_room() -> None:
    assert set(Action) - {endpoint.action for endpoint in secured()} == {Action.CONSULTATION_JOIN}

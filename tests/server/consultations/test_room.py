"""The room of a consultation."""

import asyncio
import json
from collections import Counter

import pytest

from server.auth.principal import Principal
from server.consultations.models import ConsultationEnd, ConsultationState, ParticipantKind
from server.consultations.tables import chat_messages
from server.errors import Code, Refusal
from server.ids import ConsultationId, new_id
from server.notices import ConsultationChanged, QueueChanged, VisitChanged
from server.waiting_room.models import VisitState
from tests.clock import ManualClock
from tests.server.parts import Media, Parts
from tests.server.world import World


class Scene:
    """A patient who was called, and the pharmacist who called them."""

    def __init__(self, parts: Parts, world: World) -> None:
        self.parts = parts
        self.world = world
        self.patient: Principal
        self.pharmacist: Principal
        self.id: ConsultationId

    async def set_up(self) -> None:
        self.patient = await self.world.patient(name="Ines Prado")
        self.pharmacist = await self.world.pharmacist(name="Dr Hale")
        self.visit_id = await self.parts.wait(self.patient)
        self.id = (await self.parts.admit(self.pharmacist, self.visit_id)).id

    async def state(self) -> ConsultationState:
        return (await self.parts.records.read(self.pharmacist, self.id)).state

    async def begin(self) -> None:
        await self.parts.consultations.join(self.pharmacist, self.id, Media())
        await self.parts.consultations.join(self.patient, self.id, Media())


@pytest.fixture
async def scene(parts: Parts, world: World) -> Scene:
    scene = Scene(parts, world)
    await scene.set_up()
    return scene


async def test_the_patients_coming_starts_the_consultation(scene: Scene, parts: Parts, world: World) -> None:
    told: list[object] = []
    first = await parts.consultations.join(scene.pharmacist, scene.id, Media())
    assert (first.kind, first.name) == (ParticipantKind.PHARMACIST, "Dr Hale")
    assert await scene.state() is ConsultationState.CALLING
    parts.database.on_commit(told.extend)
    second = await parts.consultations.join(scene.patient, scene.id, Media())
    assert (second.kind, second.name) == (ParticipantKind.PATIENT, "Ines Prado")
    assert await scene.state() is ConsultationState.RUNNING
    visit = await parts.visit(scene.visit_id)
    assert (visit.state, visit.answer_by) == (VisitState.IN_CONSULTATION, None)
    assert {type(each) for each in told} == {ConsultationChanged, VisitChanged, QueueChanged}
    assert {"visit.answered", "consultation.started"} <= set(await world.event_names())


async def test_coming_back_is_the_same_participant(scene: Scene, parts: Parts, world: World) -> None:
    first = await parts.consultations.join(scene.patient, scene.id, Media())
    await parts.consultations.leave(scene.patient, scene.id, "connection_lost")
    again = await parts.consultations.join(scene.patient, scene.id, Media())
    assert again.participant_id == first.participant_id
    (participant,) = (await parts.records.read(scene.pharmacist, scene.id)).participants
    assert participant.left_at is None
    returns = [json.loads(body)["data"]["again"] for body in await world.events("room.participant.joined")]
    assert sorted(returns) == [False, True]
    assert len(await world.events("consultation.started")) == 1


async def test_both_coming_at_once_start_it_once(scene: Scene, parts: Parts, world: World) -> None:
    await asyncio.gather(
        *(parts.consultations.join(scene.patient, scene.id, Media()) for _ in range(3)),
        parts.consultations.join(scene.pharmacist, scene.id, Media()),
    )
    assert len(await world.events("consultation.started")) == 1
    assert len((await parts.records.read(scene.pharmacist, scene.id)).participants) == 2


async def test_a_patient_who_hangs_up_leaves_the_room_and_the_pharmacist_decides(
    scene: Scene, parts: Parts, world: World
) -> None:
    await scene.begin()
    await parts.consultations.leave(scene.patient, scene.id, "hang_up")
    await parts.consultations.leave(scene.patient, scene.id, "hang_up")
    assert await scene.state() is ConsultationState.RUNNING
    (body,) = await world.events("room.participant.left")
    assert json.loads(body)["data"]["reason"] == "hang_up"


async def test_a_pharmacist_who_hangs_up_ends_the_call(scene: Scene, parts: Parts, world: World) -> None:
    await scene.begin()
    told: list[object] = []
    parts.database.on_commit(told.extend)
    await parts.consultations.leave(scene.pharmacist, scene.id, "hang_up")
    assert ConsultationChanged(scene.id, ended=True) in told
    view = await parts.records.read(scene.pharmacist, scene.id)
    assert view.state is ConsultationState.WRAP_UP
    assert all(participant.left_at is not None for participant in view.participants)
    async with parts.database.snapshot() as connection:
        endings = await parts.consultations.endings(connection, [scene.id])
    assert endings == {scene.id: ConsultationEnd.PHARMACIST_HUNG_UP}
    for caller in (scene.patient, scene.pharmacist):
        with pytest.raises(Refusal, match="consultation_closed"):
            await parts.consultations.join(caller, scene.id, Media())


@pytest.mark.parametrize("reason", ["page_closed", "connection_lost", "joined_elsewhere"])
async def test_a_pharmacists_lost_page_ends_nothing(scene: Scene, parts: Parts, reason: str) -> None:
    await scene.begin()
    await parts.consultations.leave(scene.pharmacist, scene.id, reason)  # type: ignore[arg-type]  # one of them
    assert await scene.state() is ConsultationState.RUNNING
    view = await parts.records.read(scene.pharmacist, scene.id)
    gone = [each for each in view.participants if each.left_at is not None]
    assert len(gone) == (0 if reason == "joined_elsewhere" else 1)


async def test_who_leaves_while_the_phone_still_rings_does_not_end_the_call(
    scene: Scene, parts: Parts
) -> None:
    await parts.consultations.join(scene.pharmacist, scene.id, Media())
    await parts.consultations.leave(scene.pharmacist, scene.id, "hang_up")
    assert await scene.state() is ConsultationState.CALLING


async def test_only_those_of_the_consultation_come_in(
    scene: Scene, parts: Parts, world: World, clock: ManualClock
) -> None:
    elsewhere = await World.make(world.database, clock)
    for stranger, code in (
        (await world.patient(), Code.FORBIDDEN),
        (await world.pharmacist(), Code.FORBIDDEN),
        (await world.technician(), Code.FORBIDDEN),
        (await world.guest(ConsultationId(await other_consultation(parts, world))), Code.FORBIDDEN),
        (await elsewhere.pharmacist(), Code.NOT_FOUND),
    ):
        with pytest.raises(Refusal) as refusal:
            await parts.consultations.join(stranger, scene.id, Media())
        assert refusal.value.code is code
    with pytest.raises(Refusal, match="not_found"):
        await parts.consultations.join(scene.patient, ConsultationId(new_id()), Media())


async def other_consultation(parts: Parts, world: World) -> str:
    await parts.wait(await world.patient())
    return (await parts.admit(await world.pharmacist())).id


async def test_a_guest_comes_by_name_and_starts_nothing(scene: Scene, parts: Parts, world: World) -> None:
    guest = await world.guest(scene.id, name="Sam Okoro")
    joined = await parts.consultations.join(guest, scene.id, Media(video=False))
    assert (joined.kind, joined.name) == (ParticipantKind.GUEST, "Sam Okoro")
    assert await scene.state() is ConsultationState.CALLING
    (participant,) = (await parts.records.read(scene.pharmacist, scene.id)).participants
    assert participant.name == "Sam Okoro"


async def test_what_is_turned_on_and_off_is_in_the_log(scene: Scene, parts: Parts, world: World) -> None:
    await parts.consultations.join(scene.patient, scene.id, Media(audio=True, video=False))
    before = Counter(await world.event_names())
    on, off = Media(audio=False, video=True, screen=True), Media(audio=False, video=True, screen=False)
    await parts.consultations.media_changed(scene.patient, scene.id, Media(video=False), on)
    await parts.consultations.media_changed(scene.patient, scene.id, on, off)
    await parts.consultations.media_changed(scene.patient, scene.id, off, off)
    assert Counter(await world.event_names()) - before == {
        "room.microphone.off": 1,
        "room.camera.on": 1,
        "room.screen_share.started": 1,
        "room.screen_share.stopped": 1,
    }
    assert before["room.microphone.on"] == 1
    assert before["room.camera.on"] == 0


async def test_a_chat_message_sent_twice_is_stored_once(scene: Scene, parts: Parts, world: World) -> None:
    await scene.begin()
    first = await parts.consultations.chat(scene.patient, scene.id, "k1", "Hello")
    again = await parts.consultations.chat(scene.patient, scene.id, "k1", "Hello, again")
    assert again == first
    other = await parts.consultations.chat(scene.pharmacist, scene.id, "k1", "Good morning")
    assert other.id != first.id
    joined = await parts.consultations.join(scene.patient, scene.id, Media())
    assert {message.text for message in joined.chat} == {"Hello", "Good morning"}
    bodies = await world.events("room.chat.sent")
    assert len(bodies) == 2
    assert not any("Hello" in body for body in bodies)


async def test_the_same_message_sent_at_once_is_stored_once(scene: Scene, parts: Parts, world: World) -> None:
    await scene.begin()
    sent = await asyncio.gather(
        *(parts.consultations.chat(scene.patient, scene.id, "k1", "Hello") for _ in range(5))
    )
    assert len({message.id for message in sent}) == 1
    assert await world.count(chat_messages) == 1


async def test_who_is_not_in_the_room_writes_nothing(scene: Scene, parts: Parts) -> None:
    with pytest.raises(Refusal, match="forbidden"):
        await parts.consultations.chat(scene.patient, scene.id, "k1", "Hello")


async def test_a_quality_level_is_in_the_log_when_it_changes(
    scene: Scene, parts: Parts, world: World
) -> None:
    await scene.begin()
    for level in (5, 5, 3, 3, 5):
        await parts.consultations.quality(scene.patient, scene.id, level, "loss")
    await parts.consultations.quality(scene.pharmacist, scene.id, 5, "good")
    bodies = [json.loads(body)["data"] for body in await world.events("room.quality.changed")]
    assert sorted(each["level"] for each in bodies) == [3, 5, 5, 5]


async def test_who_is_in_a_call_is_busy(scene: Scene, parts: Parts, world: World) -> None:
    guest = await world.guest(scene.id)
    idle = await world.pharmacist()
    async with parts.database.snapshot() as connection:
        busy = parts.consultations.busy
        assert await busy(connection, scene.pharmacist.subject_id)
        assert not await busy(connection, guest.subject_id)
        assert not await busy(connection, idle.subject_id)
    await parts.consultations.join(guest, scene.id, Media())
    async with parts.database.snapshot() as connection:
        assert await busy(connection, guest.subject_id)


async def test_a_join_that_is_rolled_back_changes_nothing(
    scene: Scene, parts: Parts, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Counter(await world.event_names())

    async def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr(parts.visits, "answered", fails)
    with pytest.raises(RuntimeError):
        await parts.consultations.join(scene.patient, scene.id, Media())
    assert Counter(await world.event_names()) == before
    view = await parts.records.read(scene.pharmacist, scene.id)
    assert (view.state, view.participants) == (ConsultationState.CALLING, ())

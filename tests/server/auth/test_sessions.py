"""Sessions: rotation, reuse, idleness, absolute end and revocation."""

from __future__ import annotations

import asyncio
import json

import pytest

from server.accounts import tables as accounts
from server.auth.models import OpenedSession, SessionEnd
from server.auth.principal import Principal, Role
from server.auth.sessions import Sessions
from server.db.database import Database
from server.errors import Code, Refusal
from server.ids import ConsultationId, new_id
from server.notices import Notice, SessionRevoked
from tests.clock import ManualClock
from tests.server.auth.conftest import Calls
from tests.server.world import World

PHONE = "a phone"
LAPTOP = "a laptop"


async def opened(
    sessions: Sessions, database: Database, person: Principal, *, device: str = PHONE
) -> OpenedSession:
    async with database.transaction() as transaction:
        return await sessions.open(
            transaction,
            role=person.role,
            subject_id=person.subject_id,
            tenant_id=person.tenant_id,
            device=device,
            consultation_id=person.consultation_id,
        )


@pytest.fixture
async def session(sessions: Sessions, database: Database, world: World) -> OpenedSession:
    return await opened(sessions, database, await world.patient())


async def refusal_of_refresh(sessions: Sessions, token: str, *, device: str = PHONE, idle_s: int = 0) -> Code:
    with pytest.raises(Refusal) as caught:
        await sessions.refresh(token, device=device, idle_s=idle_s)
    return caught.value.code


async def refusal_of_access(sessions: Sessions, token: str) -> Code:
    with pytest.raises(Refusal) as caught:
        await sessions.authenticate(token)
    return caught.value.code


async def test_patient_is_recognised_by_the_access_token(
    sessions: Sessions, database: Database, world: World
) -> None:
    patient = await world.patient()
    session = await opened(sessions, database, patient)
    principal = await sessions.authenticate(session.access_token)
    assert principal.patient_id == patient.patient_id
    assert principal.tenant_id == world.tenant_id
    assert principal.session_id == session.session_id


async def test_staff_get_their_queues_from_the_database(
    sessions: Sessions, database: Database, world: World
) -> None:
    pharmacist = await world.pharmacist(queues=[world.queue_id])
    session = await opened(sessions, database, pharmacist)
    assert (await sessions.authenticate(session.access_token)).queue_ids == {world.queue_id}


async def test_guest_reaches_one_consultation(sessions: Sessions, database: Database, world: World) -> None:
    guest = Principal(
        subject_id=new_id(),
        role=Role.GUEST,
        tenant_id=world.tenant_id,
        session_id=(await world.patient()).session_id,
        consultation_id=ConsultationId(new_id()),
    )
    session = await opened(sessions, database, guest)
    assert (await sessions.authenticate(session.access_token)).consultation_id == guest.consultation_id


async def test_change_of_queues_is_seen_after_ten_seconds(
    sessions: Sessions, database: Database, world: World, clock: ManualClock
) -> None:
    pharmacist = await world.pharmacist()
    session = await opened(sessions, database, pharmacist)
    await sessions.authenticate(session.access_token)
    async with database.transaction() as transaction:
        await transaction.connection.execute(accounts.staff_queues.delete())
    clock.advance(seconds=10)
    assert (await sessions.authenticate(session.access_token)).queue_ids == frozenset()


async def test_disabled_staff_are_out_after_ten_seconds(
    sessions: Sessions, database: Database, world: World, clock: ManualClock
) -> None:
    session = await opened(sessions, database, await world.pharmacist())
    await sessions.authenticate(session.access_token)
    async with database.transaction() as transaction:
        await transaction.connection.execute(accounts.staff.update().values(disabled_at=clock.now()))
    clock.advance(seconds=10)
    assert await refusal_of_access(sessions, session.access_token) is Code.SESSION_ENDED


async def test_staff_who_changed_their_role_sign_in_anew(
    sessions: Sessions, database: Database, world: World
) -> None:
    session = await opened(sessions, database, await world.pharmacist())
    async with database.transaction() as transaction:
        await transaction.connection.execute(accounts.staff.update().values(role="admin"))
    assert await refusal_of_access(sessions, session.access_token) is Code.SESSION_ENDED


async def test_refresh_token_is_rotated_at_each_use(
    sessions: Sessions, session: OpenedSession, clock: ManualClock
) -> None:
    seen = {session.refresh_token}
    token = session.refresh_token
    for _ in range(5):
        clock.advance(minutes=4)
        token = (await sessions.refresh(token, device=PHONE)).refresh_token
        seen.add(token)
    assert len(seen) == 6


async def test_secrets_are_stored_as_digests_only(
    sessions: Sessions, session: OpenedSession, database: Database
) -> None:
    async with database.snapshot() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM sessions")).all()
    stored = str(rows)
    assert session.refresh_token.partition(".")[2] not in stored
    assert session.access_token not in stored


async def test_patient_whose_answer_was_lost_may_ask_again_much_later(
    sessions: Sessions, session: OpenedSession, clock: ManualClock
) -> None:
    lost = await sessions.refresh(session.refresh_token, device=PHONE)
    clock.advance(minutes=8)
    again = await sessions.refresh(session.refresh_token, device=PHONE)
    assert again.refresh_token == lost.refresh_token
    assert (await sessions.authenticate(again.access_token)).session_id == session.session_id


async def test_two_tabs_that_refresh_at_once_end_with_the_same_token(
    sessions: Sessions, session: OpenedSession
) -> None:
    one, other = await asyncio.gather(
        sessions.refresh(session.refresh_token, device=PHONE),
        sessions.refresh(session.refresh_token, device=PHONE),
    )
    assert one.refresh_token == other.refresh_token
    await sessions.refresh(one.refresh_token, device=PHONE)


async def test_each_rotation_is_recorded_and_a_repeated_request_is_none(
    sessions: Sessions, session: OpenedSession, world: World
) -> None:
    await sessions.refresh(session.refresh_token, device=PHONE)
    await sessions.refresh(session.refresh_token, device=PHONE)
    renewed = await world.events("auth.session.renewed")
    assert [json.loads(event)["data"]["session"] for event in renewed] == [session.session_id]


async def test_old_token_is_good_for_ten_seconds_after_its_successor_was_used(
    sessions: Sessions, session: OpenedSession, clock: ManualClock
) -> None:
    second = await sessions.refresh(session.refresh_token, device=PHONE)
    third = await sessions.refresh(second.refresh_token, device=PHONE)
    clock.advance(seconds=10)
    late = await sessions.refresh(session.refresh_token, device=PHONE)
    assert late.refresh_token == third.refresh_token


async def test_old_token_after_its_successor_was_used_ends_the_session(
    sessions: Sessions, session: OpenedSession, clock: ManualClock, world: World
) -> None:
    second = await sessions.refresh(session.refresh_token, device=PHONE)
    third = await sessions.refresh(second.refresh_token, device=PHONE)
    clock.advance(seconds=11)
    assert await refusal_of_refresh(sessions, session.refresh_token) is Code.SESSION_ENDED
    assert await refusal_of_refresh(sessions, third.refresh_token) is Code.SESSION_ENDED
    assert await refusal_of_access(sessions, third.access_token) is Code.SESSION_ENDED
    (event,) = await world.events("auth.session.reused")
    assert json.loads(event)["data"] == {"session": session.session_id, "same_device": True}


async def test_old_token_from_another_device_ends_the_session_at_once(
    sessions: Sessions, session: OpenedSession, world: World
) -> None:
    second = await sessions.refresh(session.refresh_token, device=PHONE)
    assert await refusal_of_refresh(sessions, session.refresh_token, device=LAPTOP) is Code.SESSION_ENDED
    assert await refusal_of_refresh(sessions, second.refresh_token) is Code.SESSION_ENDED
    (event,) = await world.events("auth.session.reused")
    assert json.loads(event)["data"]["same_device"] is False


async def test_copied_token_used_first_is_found_out_by_the_owner(
    sessions: Sessions, session: OpenedSession
) -> None:
    stolen = await sessions.refresh(session.refresh_token, device=LAPTOP)
    assert await refusal_of_refresh(sessions, session.refresh_token, device=PHONE) is Code.SESSION_ENDED
    assert await refusal_of_refresh(sessions, stolen.refresh_token, device=LAPTOP) is Code.SESSION_ENDED


async def test_guessed_token_does_not_end_the_session(sessions: Sessions, session: OpenedSession) -> None:
    guess = f"{session.session_id}.{'A' * 43}"
    assert await refusal_of_refresh(sessions, guess) is Code.SESSION_ENDED
    await sessions.refresh(session.refresh_token, device=PHONE)


async def test_unknown_token_is_refused(sessions: Sessions) -> None:
    for token in ("", "nonsense", f"{new_id()}.{'A' * 43}"):
        assert await refusal_of_refresh(sessions, token) is Code.SESSION_ENDED


async def test_session_that_slept_for_over_fifteen_minutes_has_ended(
    sessions: Sessions, session: OpenedSession, clock: ManualClock, world: World
) -> None:
    clock.advance(minutes=15, seconds=1)
    assert await refusal_of_refresh(sessions, session.refresh_token) is Code.SESSION_ENDED
    (event,) = await world.events("auth.session.expired")
    assert json.loads(event)["data"]["reason"] == "idle"


async def test_page_that_renews_by_itself_does_not_keep_an_idle_session(
    sessions: Sessions, session: OpenedSession, clock: ManualClock
) -> None:
    token = session.refresh_token
    for minute in (5, 10, 15):
        clock.advance(minutes=5)
        token = (await sessions.refresh(token, device=PHONE, idle_s=minute * 60)).refresh_token
    clock.advance(minutes=1)
    assert await refusal_of_refresh(sessions, token, idle_s=16 * 60) is Code.SESSION_ENDED


async def test_access_token_of_an_idle_page_ends_about_when_the_session_does(
    sessions: Sessions, session: OpenedSession, clock: ManualClock
) -> None:
    clock.advance(minutes=13)
    renewed = await sessions.refresh(session.refresh_token, device=PHONE, idle_s=13 * 60)
    clock.advance(minutes=2)
    assert await refusal_of_access(sessions, renewed.access_token) is Code.TOKEN_EXPIRED


async def test_touching_the_page_keeps_the_session(
    sessions: Sessions, session: OpenedSession, clock: ManualClock
) -> None:
    token = session.refresh_token
    for _ in range(6):
        clock.advance(minutes=14)
        token = (await sessions.refresh(token, device=PHONE, idle_s=60)).refresh_token


async def test_active_call_is_activity(
    sessions: Sessions, database: Database, world: World, clock: ManualClock, calls: Calls
) -> None:
    pharmacist = await world.pharmacist()
    session = await opened(sessions, database, pharmacist)
    calls.busy_ids.add(pharmacist.subject_id)
    clock.advance(minutes=40)
    renewed = await sessions.refresh(session.refresh_token, device=PHONE, idle_s=40 * 60)
    calls.busy_ids.clear()
    clock.advance(minutes=14)
    await sessions.refresh(renewed.refresh_token, device=PHONE, idle_s=54 * 60)


async def test_session_ends_after_twelve_hours_whatever_happens(
    sessions: Sessions, database: Database, world: World, clock: ManualClock, calls: Calls
) -> None:
    pharmacist = await world.pharmacist()
    calls.busy_ids.add(pharmacist.subject_id)
    session = await opened(sessions, database, pharmacist)
    clock.advance(hours=11, minutes=58)
    last = await sessions.refresh(session.refresh_token, device=PHONE)
    assert last.access_expires_at == session.expires_at
    clock.advance(minutes=2)
    assert await refusal_of_access(sessions, last.access_token) is Code.TOKEN_EXPIRED
    assert await refusal_of_refresh(sessions, last.refresh_token) is Code.SESSION_ENDED
    (event,) = await world.events("auth.session.expired")
    assert json.loads(event)["data"]["reason"] == "expired"


async def test_logout_ends_the_session_and_is_recorded_once(
    sessions: Sessions, session: OpenedSession, world: World
) -> None:
    await sessions.logout(session.refresh_token)
    await sessions.logout(session.refresh_token)
    assert await refusal_of_access(sessions, session.access_token) is Code.SESSION_ENDED
    assert await refusal_of_refresh(sessions, session.refresh_token) is Code.SESSION_ENDED
    assert len(await world.events("auth.logged_out")) == 1


async def test_guessed_token_does_not_log_anybody_out(sessions: Sessions, session: OpenedSession) -> None:
    await sessions.logout(f"{session.session_id}.{'A' * 43}")
    await sessions.authenticate(session.access_token)


async def test_revoked_session_is_announced_and_forgotten(
    sessions: Sessions, session: OpenedSession, database: Database
) -> None:
    notices: list[Notice] = []
    database.on_commit(notices.extend)
    await sessions.authenticate(session.access_token)
    async with database.transaction() as transaction:
        await sessions.revoke(transaction, session.session_id, reason=SessionEnd.REPLACED)
    assert notices == [SessionRevoked(session.session_id)]
    sessions.forget(session.session_id)
    assert await refusal_of_access(sessions, session.access_token) is Code.SESSION_ENDED


async def test_revocation_is_seen_without_the_notice_after_ten_seconds(
    sessions: Sessions, session: OpenedSession, database: Database, clock: ManualClock
) -> None:
    await sessions.authenticate(session.access_token)
    async with database.transaction() as transaction:
        await sessions.revoke(transaction, session.session_id, reason=SessionEnd.REPLACED)
    clock.advance(seconds=10)
    assert await refusal_of_access(sessions, session.access_token) is Code.SESSION_ENDED

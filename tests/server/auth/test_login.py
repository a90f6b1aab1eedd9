"""Signing in: right, wrong, too often, with a second factor."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pyotp
import pytest
from sqlalchemy import select

from server.accounts import tables as accounts
from server.audit import tables as audit
from server.auth.login import Login
from server.auth.models import OpenedSession
from server.auth.passwords import Passwords
from server.auth.principal import Principal, Role
from server.auth.sessions import Sessions
from server.db.database import Database
from server.errors import Code, Refusal
from tests.clock import ManualClock
from tests.server.accounts.desk import CHEAP
from tests.server.world import World

pytestmark = pytest.mark.security

EMAIL = "Maria.Lopez@example.org"
PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
async def pharmacist(world: World) -> Principal:
    return await world.pharmacist(email=EMAIL.lower(), password_hash=CHEAP.hash(PASSWORD))


@pytest.fixture
async def with_totp(pharmacist: Principal, database: Database) -> Principal:
    await change(database, totp_secret=SECRET)
    return pharmacist


async def change(database: Database, **values: object) -> None:
    async with database.transaction() as transaction:
        await transaction.connection.execute(accounts.staff.update().values(**values))


async def staff_row(database: Database) -> Any:
    async with database.snapshot() as connection:
        return (await connection.execute(select(accounts.staff))).mappings().one()


async def sign_in(
    login: Login,
    *,
    email: str = EMAIL,
    password: str = PASSWORD,
    otp: str | None = None,
    address: str = "203.0.113.7",
) -> OpenedSession:
    return await login.login(email=email, password=password, otp=otp, address=address, device="a browser")


async def refusal(login: Login, **details: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await sign_in(login, **details)
    return caught.value


async def fail(login: Login, times: int, **details: Any) -> list[Code]:
    details.setdefault("password", "wrong")
    return [(await refusal(login, address=f"203.0.113.{number}", **details)).code for number in range(times)]


def code_at(clock: ManualClock) -> str:
    return pyotp.TOTP(SECRET).at(clock.now())


async def test_right_password_opens_a_session(
    login: Login, sessions: Sessions, pharmacist: Principal, world: World
) -> None:
    opened = await sign_in(login)
    principal = await sessions.authenticate(opened.access_token)
    assert principal.staff_id == pharmacist.staff_id
    assert principal.role is Role.PHARMACIST
    (event,) = await world.events("auth.login.succeeded")
    assert json.loads(event)["actor"] == {"role": "pharmacist", "id": pharmacist.subject_id}
    assert json.loads(event)["data"] == {"session": opened.session_id, "second_factor": False}


async def test_wrong_password_is_refused_and_recorded(
    login: Login, pharmacist: Principal, world: World
) -> None:
    assert (await refusal(login, password="wrong")).code is Code.WRONG_CREDENTIALS
    (event,) = await world.events("auth.login.failed")
    assert json.loads(event)["data"] == {"staff": pharmacist.subject_id, "reason": "wrong_password"}


async def test_unknown_account_is_answered_alike_and_recorded_in_the_system_log(
    login: Login, pharmacist: Principal, database: Database
) -> None:
    assert (await refusal(login, email="nobody@example.org")).code is Code.WRONG_CREDENTIALS
    async with database.snapshot() as connection:
        (row,) = (await connection.execute(select(audit.outbox))).mappings().all()
    assert row["log"] == "system"
    assert json.loads(row["body"])["data"] == {"staff": None, "reason": "unknown_account"}
    assert "nobody" not in row["body"]


async def test_disabled_account_is_answered_like_an_unknown_one(
    login: Login, pharmacist: Principal, database: Database, clock: ManualClock
) -> None:
    await change(database, disabled_at=clock.now())
    assert (await refusal(login)).code is Code.WRONG_CREDENTIALS


async def test_account_is_locked_after_ten_failures_for_fifteen_minutes(
    login: Login, pharmacist: Principal, clock: ManualClock, world: World
) -> None:
    assert await fail(login, 10) == [Code.WRONG_CREDENTIALS] * 10
    locked = await refusal(login)
    assert (locked.code, locked.retry_after_s) == (Code.LOGIN_LOCKED, 900)
    assert len(await world.events("auth.login.locked")) == 1
    clock.advance(minutes=15)
    await sign_in(login)


async def test_unknown_account_seems_to_be_locked_too(login: Login, clock: ManualClock, world: World) -> None:
    assert await fail(login, 10, email="nobody@example.org") == [Code.WRONG_CREDENTIALS] * 10
    locked = await refusal(login, email="Nobody@Example.org ")
    assert (locked.code, locked.retry_after_s) == (Code.LOGIN_LOCKED, 900)


async def test_success_forgets_earlier_failures(login: Login, pharmacist: Principal) -> None:
    await fail(login, 9)
    await sign_in(login)
    assert await fail(login, 9) == [Code.WRONG_CREDENTIALS] * 9
    await sign_in(login)


async def test_concurrent_guesses_are_all_counted(
    login: Login, pharmacist: Principal, database: Database
) -> None:
    await asyncio.gather(*(refusal(login, password="wrong", address=f"198.51.100.{n}") for n in range(9)))
    assert (await staff_row(database))["failed_logins"] == 9


async def test_address_has_a_budget(login: Login, pharmacist: Principal, clock: ManualClock) -> None:
    for number in range(30):
        await refusal(login, email=f"{number}@example.org")
    exhausted = await refusal(login)
    assert exhausted.code is Code.TOO_MANY_REQUESTS
    assert exhausted.retry_after_s == 2
    await sign_in(login, address="198.51.100.1")
    clock.advance(seconds=2)
    await sign_in(login)


@pytest.mark.usefixtures("with_totp")
async def test_second_factor_is_asked_for_after_the_right_password_only(
    login: Login,
) -> None:
    assert (await refusal(login, password="wrong")).code is Code.WRONG_CREDENTIALS
    assert (await refusal(login)).code is Code.SECOND_FACTOR_REQUIRED


@pytest.mark.usefixtures("with_totp")
async def test_second_factor_lets_in(login: Login, clock: ManualClock, world: World) -> None:
    await sign_in(login, otp=code_at(clock))
    (event,) = await world.events("auth.login.succeeded")
    assert json.loads(event)["data"]["second_factor"] is True


@pytest.mark.usefixtures("with_totp")
async def test_code_works_once(login: Login, clock: ManualClock) -> None:
    code = code_at(clock)
    await sign_in(login, otp=code)
    assert (await refusal(login, otp=code)).code is Code.SECOND_FACTOR_WRONG
    clock.advance(seconds=30)
    await sign_in(login, otp=code_at(clock))


@pytest.mark.usefixtures("with_totp")
async def test_code_used_in_two_sign_ins_at_once_works_once(login: Login, clock: ManualClock) -> None:
    code = code_at(clock)
    results = await asyncio.gather(*(sign_in(login, otp=code) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(result, OpenedSession) for result in results) == 1


@pytest.mark.usefixtures("with_totp")
async def test_code_before_the_one_last_used_is_refused(login: Login, clock: ManualClock) -> None:
    earlier = code_at(clock)
    clock.advance(seconds=30)
    await sign_in(login, otp=code_at(clock))
    assert (await refusal(login, otp=earlier)).code is Code.SECOND_FACTOR_WRONG


@pytest.mark.usefixtures("with_totp")
async def test_code_of_a_phone_that_is_half_a_minute_slow_works(login: Login, clock: ManualClock) -> None:
    code = code_at(clock)
    clock.advance(seconds=30)
    await sign_in(login, otp=code)


@pytest.mark.usefixtures("with_totp")
async def test_code_of_a_minute_ago_is_refused(login: Login, clock: ManualClock) -> None:
    code = code_at(clock)
    clock.advance(seconds=60)
    assert (await refusal(login, otp=code)).code is Code.SECOND_FACTOR_WRONG


@pytest.mark.usefixtures("with_totp")
async def test_guessing_codes_locks_the_account(login: Login, clock: ManualClock) -> None:
    wrong = f"{(int(code_at(clock)) + 1) % 1_000_000:06d}"
    codes = await fail(login, 10, password=PASSWORD, otp=wrong)
    assert codes == [Code.SECOND_FACTOR_WRONG] * 10
    assert (await refusal(login, otp=code_at(clock))).code is Code.LOGIN_LOCKED


async def test_hash_of_old_parameters_is_renewed(
    login: Login, pharmacist: Principal, database: Database, passwords: Passwords
) -> None:
    old = type(CHEAP)(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    await change(database, password_hash=old)
    await sign_in(login)
    renewed = (await staff_row(database))["password_hash"]
    assert renewed != old
    assert not passwords.outdated(renewed)
    await sign_in(login)


async def test_password_that_was_right_a_moment_ago_does_not_let_in(
    database: Database, login: Login, pharmacist: Principal, passwords: Passwords
) -> None:
    """The password is changed while the old one is being verified."""

    async def slow(password_hash: str | None, password: str) -> bool:
        await change(database, password_hash=CHEAP.hash("another horse battery"))
        return True

    passwords.verify = slow  # type: ignore[method-assign]  # a pause in the middle, made visible
    assert (await refusal(login)).code is Code.WRONG_CREDENTIALS

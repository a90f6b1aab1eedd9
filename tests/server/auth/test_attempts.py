"""Budgets of attempts, in bounded memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.auth import attempts
from server.auth.attempts import Attempts, UnknownAccounts
from tests.clock import ManualClock


def test_burst_is_granted_and_then_refilled(clock: ManualClock) -> None:
    budget = Attempts(clock, burst=3, refill_s=10)
    assert [budget.take("a") for _ in range(3)] == [0, 0, 0]
    assert budget.take("a") == 10
    clock.advance(seconds=4)
    assert budget.take("a") == pytest.approx(6)
    clock.advance(seconds=6)
    assert budget.take("a") == 0
    assert budget.take("a") > 0


def test_budgets_are_kept_apart(clock: ManualClock) -> None:
    budget = Attempts(clock, burst=1, refill_s=10)
    assert budget.take("a") == 0
    assert budget.take("b") == 0


def test_memory_is_bounded(clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MAX_KEPT", 100)
    budget = Attempts(clock, burst=1, refill_s=10)
    unknown = UnknownAccounts(clock, failures=10, locked_for=timedelta(minutes=15))
    for number in range(1_000):
        budget.take(str(number))
        unknown.count_failure(str(number))
    assert len(budget._left) == 100
    assert len(unknown._seen) == 100


def test_unknown_account_is_locked_like_a_known_one(clock: ManualClock) -> None:
    unknown = UnknownAccounts(clock, failures=3, locked_for=timedelta(minutes=15))
    for _ in range(2):
        unknown.count_failure("a")
    assert unknown.locked_until("a") is None
    unknown.count_failure("a")
    assert unknown.locked_until("a") == clock.now() + timedelta(minutes=15)
    clock.advance(minutes=15)
    assert unknown.locked_until("a") is None

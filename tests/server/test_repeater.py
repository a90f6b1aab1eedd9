"""A repeated step goes on after errors, and tells nothing personal of them."""

import asyncio

import pytest
from structlog.testing import capture_logs

from server import repeater
from server.repeater import Repeater

CANARY = "Ines Prado"


async def test_an_error_is_logged_without_its_words_and_the_step_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(repeater, "FIRST_PAUSE_S", 0.001)
    failures, done = 3, asyncio.Event()

    async def step() -> None:
        nonlocal failures
        if failures:
            failures -= 1
            raise ValueError(CANARY)
        done.set()

    with capture_logs() as lines:
        async with Repeater("test", step, interval_s=3_600):
            await asyncio.wait_for(done.wait(), 10)
    assert [(line["failures"], line["error"]) for line in lines] == [
        (1, "ValueError"),
        (2, "ValueError"),
        (3, "ValueError"),
    ]
    assert CANARY not in str(lines)


async def test_leaving_cancels_the_step_under_way() -> None:
    started, cancelled = asyncio.Event(), False

    async def step() -> None:
        nonlocal cancelled
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled = True
            raise

    async with Repeater("test", step, interval_s=3_600):
        await started.wait()
    assert cancelled


async def test_hints_during_a_step_lead_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    hint, steps, twice = asyncio.Event(), 0, asyncio.Event()

    async def step() -> None:
        nonlocal steps
        steps += 1
        hint.set() if steps == 1 else twice.set()

    async with Repeater("test", step, interval_s=3_600, hint=hint):
        await asyncio.wait_for(twice.wait(), 10)

"""Turns: those who ask for the same thing while it is busy are served together, in one transaction.

A lock that everybody needs, and a disk that each commit waits for, bound how many small transactions there
are in a second. What is asked for while one is under way is put into the next one (group commit): under load
turns get larger instead of the line of askers getting longer; without load a turn serves one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from server.db.failure import is_passing
from server.errors import Code, Refusal

log = structlog.get_logger("officina.turns")

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, eq=False)
class Asked(Generic[Ask, Answer]):
    """What somebody asked for, and where they wait for the answer."""

    ask: Ask
    answer: "asyncio.Future[Answer]"


class Turns(Generic[Ask, Answer]):
    """Serves what is asked for, at most `most` in a turn, one turn at a time.

    `serve` gets what was asked for, in order, and gives as many answers; a `Refusal` among them is raised
    where it was asked for. If it raises, nobody of this turn was served: one alone gets the error itself, as
    all do while the database is not to be had; several are each served by a turn of their own. Whoever comes
    first when no turn is under way runs it; when they are cancelled, the others of that turn are told to ask
    again (`unavailable`).
    """

    def __init__(
        self,
        serve: Callable[[Sequence[Ask]], Awaitable[Sequence[Answer | Refusal]]],
        *,
        most: int = 32,
    ) -> None:
        self._serve = serve
        self._most = most
        self._busy = asyncio.Lock()
        self._waiting: deque[Asked[Ask, Answer]] = deque()

    async def ask(self, ask: Ask) -> Answer:
        """Wait for the answer; raises the `Refusal` it may be."""
        mine: Asked[Ask, Answer] = Asked(ask, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            async with self._busy:
                while not mine.answer.done():
                    await self._turn()
        except BaseException:
            if mine in self._waiting:
                self._waiting.remove(mine)
            raise
        return mine.answer.result()

    @property
    def is_idle(self) -> bool:
        """Whether nobody asks for anything."""
        return not self._waiting and not self._busy.locked()

    async def _turn(self) -> None:
        together = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        try:
            await self._answer(together)
        except asyncio.CancelledError:
            for asked in together:
                _settle(asked, Refusal(Code.UNAVAILABLE, retry_after_s=1))
            raise

    async def _answer(self, together: Sequence[Asked[Ask, Answer]]) -> None:
        try:
            answers = await self._serve([asked.ask for asked in together])
        except Exception as error:  # noqa: BLE001  # it is handed to whoever asked
            if len(together) == 1 or is_passing(error):
                for asked in together:
                    _settle(asked, error)
                return
            log.warning("turn fell apart", asked=len(together), error=type(error).__name__)
            for asked in together:
                await self._answer([asked])
            return
        for asked, answer in zip(together, answers, strict=True):
            _settle(asked, answer)


def _settle(asked: Asked[Ask, Answer], answer: Answer | Exception) -> None:
    if asked.answer.done():
        return
    if isinstance(answer, Exception):
        asked.answer.set_exception(answer)
        asked.answer.exception()  # whoever asked may be gone: nothing is to be said about that
    else:
        asked.answer.set_result(answer)

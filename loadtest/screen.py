"""What one patient's screen shows over time: the place, the promise, and what came of it."""

from datetime import datetime

from loadtest.pace import wall
from loadtest.place import Json, Page
from loadtest.plans import PatientPlan
from loadtest.stage import Stage


def moment(text: str) -> float:
    """Seconds since 1970 of a moment as the wire has it."""
    return datetime.fromisoformat(text).timestamp()


class Screen:
    """A page and who looks at it: hands what is shown to the judge, and holds promises to what happens."""

    def __init__(self, plan: PatientPlan, stage: Stage) -> None:
        self._plan = plan
        self._stage = stage
        self._page = Page()
        self._promise: tuple[float, float] | None = None
        self._promised_end = 0.0
        self._worst_jump_s = 0.0
        self._calls: set[str] = set()

    @property
    def state(self) -> str:
        return "" if self._page.visit is None else str(self._page.visit["state"])

    @property
    def consultation_id(self) -> str | None:
        return None if self._page.visit is None else self._page.visit["consultation_id"]

    @property
    def stands(self) -> bool:
        """Whether it shows a place."""
        return self._page.place is not None

    def show(self, visit: Json, *, is_up: bool, is_return: bool) -> bool:
        """Show a whole visit; says whether it is called, and was not before.

        `is_up`: the page was connected; `is_return`: this is the first it sees after having been away.
        """
        is_following = is_up and not is_return and self.stands  # who is called gets no ticks
        since = self._page.version if is_following else None
        self._page.snapshot(visit)
        self._stage.see(self._plan.number, self._page, at=wall(), since=since, is_return=is_return)
        self._note_promise()
        return self._note_call(visit, was_told=is_up and not is_return) if self.state == "called" else False

    def tick(self, tick: Json) -> bool:
        """Show a tick; `False` when a snapshot is needed."""
        since = self._page.version if self.stands else None
        if not self._page.tick(tick):
            return False
        self._stage.see(self._plan.number, self._page, at=wall(), since=since)
        self._note_promise()
        return True

    def sign_out(self) -> None:
        """The session is over: nothing will be shown any more."""
        if self._page.visit is not None:
            self._page.visit = {**self._page.visit, "state": "left"}

    def close(self, *, by_patient: bool) -> None:
        """The visit is over, by an act of the patient's or not: close the account."""
        ledger = self._stage.ledger
        if self._promise is not None:
            ledger.jumped(self._worst_jump_s)
        ledger.count(f"visits.{self.state or 'unknown'}")
        is_fall = self.state in {"expired", "no_show", "declined", "left"} and not by_patient
        ledger.count("visits.fell_out", is_fall and self._plan.answer_s is not None)

    def _note_call(self, visit: Json, *, was_told: bool) -> bool:
        call = visit["consultation_id"]
        if call is None or call in self._calls:
            return False
        ledger = self._stage.ledger
        called_at = moment(visit["answer_by"]) - self._stage.cast.answer_time_s
        if was_told:
            ledger.spread("told_s", max(0.0, wall() + ledger.clock.ahead_s - called_at))
        if not self._calls:
            self._note_wait(called_at - moment(visit["arrived_at"]))
        self._calls.add(call)
        return True

    def _note_wait(self, waited_s: float) -> None:
        ledger = self._stage.ledger
        ledger.count("patients.called")
        ledger.spread(f"wait.{'urgent' if self._plan.urgent else 'routine'}_s", waited_s)
        if self._promise is not None:
            ledger.promise_kept(self._promise, waited_s)

    def _note_promise(self) -> None:
        """Keep the first promise, and the worst move of the promised moment away from the patient."""
        if not self.stands:
            return
        shown = self._page.promise
        if shown is None:
            self._stage.ledger.count("forecast.unknown")
            return
        end = wall() + shown[1]
        if self._promise is None:
            self._promise = shown
        else:
            self._worst_jump_s = max(self._worst_jump_s, end - self._promised_end)
        self._promised_end = end

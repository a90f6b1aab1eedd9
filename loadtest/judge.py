"""The judge: plays the line again from what the database wrote, and holds what patients saw to it.

Pure. The line is a list of slots, one per visit that stands; `line_changes` says what each version did to it.
A patient is tied to a slot by the first place they were told; from then on every place they see, at whatever
version, must be that slot's rank at that version. Two patients told the same place, a place beyond the line,
and a place that moves when the line did not, all show.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from loadtest.ports import LineChange


@dataclass(frozen=True, slots=True)
class Sight:
    """What one patient's page showed: a place at a version, `at` a moment of the server's clock.

    `since`: the version shown before; `None` where the page could not have known better (first sight,
    reconnect).
    """

    patient: int
    version: int
    place: int | None
    at: float
    since: int | None
    is_return: bool = False


@dataclass(slots=True)
class Judge:
    """Judges sights in the order of versions. `standing`: how many stood there before, at `version`."""

    version: int = 0
    standing: int = 0
    right: int = 0
    wrong: int = 0
    late: int = 0
    """Sights of versions that had been passed: not judged."""
    kept: int = 0
    not_kept: int = 0
    """Of the sights after a reconnect: those that found their own place, and those that did not."""
    ages_s: list[tuple[float, float]] = field(default_factory=list)
    """When a sight brought news, and how old the oldest of it was; emptied by who reads it."""
    _slots: list[int] = field(init=False)
    _next_slot: int = field(init=False)
    _slot_of: dict[int, int] = field(default_factory=dict)
    _patient_of: dict[int, int] = field(default_factory=dict)
    _pending: defaultdict[int, list[Sight]] = field(default_factory=lambda: defaultdict(list))
    _versions: list[int] = field(default_factory=list)
    _changed_at: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._slots = list(range(self.standing))
        self._next_slot = self.standing

    def see(self, sight: Sight) -> None:
        """Take a sight; it is judged when the replay has come to its version."""
        if sight.version < self.version:
            self.late += 1
        else:
            self._pending[sight.version].append(sight)

    def replay(self, changes: Sequence[LineChange]) -> None:
        """Go on with the changes of later versions, in order."""
        for version, parts in groupby(changes, key=lambda change: change.version):
            self._settle(before=version)
            steps = list(parts)
            self._versions.append(version)
            self._changed_at.append(steps[0].changed_at)
            self._apply([(step.rank, step.step) for step in steps if step.step])
            self.version = version

    def finish(self) -> int:
        """Judge all that can be judged; answers how many stand in the replayed line."""
        self._settle(before=self.version + 1)
        self.late += sum(len(sights) for sights in self._pending.values())
        self._pending.clear()
        return len(self._slots)

    def _apply(self, steps: Sequence[tuple[int, int]]) -> None:
        moving = (
            self._slots[steps[0][0]]
            if [step for _, step in steps] == [-1, 1] and self._has(steps[0][0])
            else None
        )
        for rank, step in steps:
            if step > 0:
                self._slots.insert(rank, self._next_slot if moving is None else moving)
                self._next_slot += 1
            elif self._has(rank):
                gone = self._slots.pop(rank)
                if gone != moving:
                    self._slot_of.pop(self._patient_of.pop(gone, -1), None)

    def _has(self, rank: int) -> bool:
        return rank < len(self._slots)

    def _settle(self, *, before: int) -> None:
        for version in sorted(version for version in self._pending if version < before):
            ranks = {slot: rank for rank, slot in enumerate(self._slots)}
            for sight in self._pending.pop(version):
                self._judge(sight, ranks)

    def _judge(self, sight: Sight, ranks: dict[int, int]) -> None:
        is_right = self._is_right(sight, ranks)
        self.right += is_right
        self.wrong += not is_right
        if sight.is_return:
            self.kept += is_right
            self.not_kept += not is_right
        if sight.since is not None and sight.since < sight.version:
            first_news = bisect_right(self._versions, sight.since)
            if first_news < len(self._versions):
                self.ages_s.append((sight.at, max(0.0, sight.at - self._changed_at[first_news])))

    def _is_right(self, sight: Sight, ranks: dict[int, int]) -> bool:
        slot = self._slot_of.get(sight.patient)
        if sight.place is None:
            return slot is None
        if slot is not None:
            return ranks[slot] == sight.place - 1
        return self._tie(sight.patient, sight.place - 1)

    def _tie(self, patient: int, rank: int) -> bool:
        """Tie a patient to the slot at a rank; says whether it was free to take."""
        if not self._has(rank) or self._slots[rank] in self._patient_of:
            return False
        slot = self._slots[rank]
        self._slot_of[patient], self._patient_of[slot] = slot, patient
        return True


def double_admits(calls: Iterable[tuple[str, float, float | None]]) -> int:
    """How many calls of the same subject (a visit, or a pharmacist) began while another was open.

    Calls are (subject, opened, closed or `None` for those still open).
    """
    doubled = 0
    for _, group in groupby(sorted(calls, key=lambda call: (call[0], call[1])), key=lambda call: call[0]):
        free_at = float("-inf")
        for _, opened, closed in group:
            doubled += opened < free_at
            free_at = max(free_at, float("inf") if closed is None else closed)
    return doubled

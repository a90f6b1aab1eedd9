"""Visits as their patients ask for them, many in one reading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.auth.policy import Facts
from server.db.database import Database
from server.ids import VisitId
from server.live.readings import sight_of
from server.waiting_room.service import WaitingRoom
from signaling.ports import VisitSight


@dataclass(frozen=True, slots=True)
class FoundVisit:
    """A visit, and what decides who may see it."""

    facts: Facts
    sight: VisitSight


class FoundVisits:
    """Reads visits for `server.live.together.Together`. Whoever hands one on asks the policy first."""

    def __init__(self, database: Database, waiting_room: WaitingRoom) -> None:
        self._database = database
        self._waiting_room = waiting_room

    async def read(self, visit_ids: Sequence[VisitId]) -> Mapping[VisitId, FoundVisit]:
        async with self._database.snapshot() as connection:
            facts = await self._waiting_room.facts_of_visits(connection, visit_ids)
            views = await self._waiting_room.visit_views(connection, list(facts))
        return {visit_id: FoundVisit(facts[visit_id], sight_of(view)) for visit_id, view in views.items()}

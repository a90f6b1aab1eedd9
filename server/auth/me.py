"""Who the caller is, in words."""

from server.auth.ports import Line, Names
from server.auth.principal import Principal, Role
from server.auth.schemas import MeView, QueueName
from server.db.connection import AsyncConnection
from server.db.database import Database


class Me:
    """Answers `GET me`. A person reading their own name is not an event."""

    def __init__(self, database: Database, *, names: Names, line: Line) -> None:
        self._database = database
        self._names = names
        self._line = line

    async def read(self, principal: Principal) -> MeView:
        async with self._database.snapshot() as connection:
            name = await self._name(connection, principal)
            queues = await self._line.queue_names(connection, principal.queue_ids)
            patient_id = principal.patient_id
            visit_id = await self._line.current_visit(connection, patient_id) if patient_id else None
        return MeView(
            subject_id=principal.subject_id,
            role=principal.role,
            name=name,
            tenant_id=principal.tenant_id,
            queues=tuple(
                QueueName(id=id_, name=text)
                for id_, text in sorted(queues.items(), key=lambda pair: (pair[1], pair[0]))
            ),
            visit_id=visit_id,
            consultation_id=principal.consultation_id,
            languages=tuple(sorted(principal.languages)),
            skills=tuple(sorted(principal.skills)),
        )

    async def _name(self, connection: AsyncConnection, principal: Principal) -> str:
        if principal.staff_id is not None:
            return await self._names.staff_name(connection, principal.staff_id)
        if principal.patient_id is not None:
            return await self._names.patient_name(connection, principal.patient_id)
        if principal.role is Role.GUEST:
            return await self._names.guest_name(connection, principal.subject_id)
        return ""

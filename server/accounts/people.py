"""People by id, for the views of other features. No policy here: the feature that asks has its own."""

from collections.abc import Collection

from server.accounts import store
from server.accounts.models import Patient, PoolMember
from server.db.connection import AsyncConnection
from server.ids import InvitationId, PatientId, QueueId, StaffId


class People:
    """Looks up patients, staff and guests. Ids come from rows: one that is nobody's raises `LookupError`."""

    async def patient(self, connection: AsyncConnection, patient_id: PatientId) -> Patient:
        return (await store.patients_by_id(connection, [patient_id]))[patient_id]

    async def patients(
        self, connection: AsyncConnection, patient_ids: Collection[PatientId]
    ) -> dict[PatientId, Patient]:
        return await store.patients_by_id(connection, patient_ids)

    async def patient_name(self, connection: AsyncConnection, patient_id: PatientId) -> str:
        return (await self.patient(connection, patient_id)).name

    async def staff_name(self, connection: AsyncConnection, staff_id: StaffId) -> str:
        return (await store.staff_names(connection, [staff_id]))[staff_id]

    async def staff_names(
        self, connection: AsyncConnection, staff_ids: Collection[StaffId]
    ) -> dict[StaffId, str]:
        return await store.staff_names(connection, staff_ids)

    async def pool(
        self, connection: AsyncConnection, queue_ids: Collection[QueueId]
    ) -> dict[QueueId, tuple[PoolMember, ...]]:
        """The pharmacists who serve each queue."""
        return await store.pool(connection, queue_ids)

    async def guest_name(self, connection: AsyncConnection, subject_id: str) -> str:
        """The name a guest was invited by; a guest's subject id is that of the invitation."""
        invitation = await store.invitation(connection, InvitationId(subject_id))
        if invitation is None:
            raise LookupError("no such guest")
        return str(invitation.details["name"])

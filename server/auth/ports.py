"""What signing in needs of other features."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from server.auth.models import Account, Standing
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.ids import PatientId, QueueId, StaffId, VisitId


class Directory(Protocol):
    """Where the present rights of staff are looked up."""

    async def standing(self, connection: AsyncConnection, staff_id: StaffId) -> Standing | None:
        """Say what they are now; `None` for an unknown or disabled member of staff."""
        ...


class Credentials(Protocol):
    """Where the passwords and second factors of staff are kept."""

    async def by_email(self, connection: AsyncConnection, email: str) -> Account | None: ...

    async def locked_row(self, transaction: Transaction, staff_id: StaffId) -> Account | None:
        """Read the account and keep others from changing it until the transaction ends."""
        ...

    async def count_failure(
        self, transaction: Transaction, staff_id: StaffId, *, failures: int, locked_until: datetime | None
    ) -> None: ...

    async def note_success(
        self, transaction: Transaction, staff_id: StaffId, *, totp_step: int | None
    ) -> None:
        """Forget the failures and remember the second factor's step, if one was used."""
        ...

    async def rehash(self, transaction: Transaction, staff_id: StaffId, *, old: str, new: str) -> None:
        """Keep the same password in a newer form, unless it was changed meanwhile."""
        ...


class Activity(Protocol):
    """Says whether somebody is active although their device is quiet."""

    async def busy(self, connection: AsyncConnection, subject_id: str) -> bool:
        """True for somebody in a call (or a patient whose place is kept)."""
        ...


class Names(Protocol):
    """Names of people, for `GET me`."""

    async def staff_name(self, connection: AsyncConnection, staff_id: StaffId) -> str: ...

    async def patient_name(self, connection: AsyncConnection, patient_id: PatientId) -> str: ...

    async def guest_name(self, connection: AsyncConnection, subject_id: str) -> str: ...


class Line(Protocol):
    """The waiting room, for `GET me`."""

    async def queue_names(
        self, connection: AsyncConnection, queue_ids: Iterable[QueueId]
    ) -> Mapping[QueueId, str]: ...

    async def current_visit(self, connection: AsyncConnection, patient_id: PatientId) -> VisitId | None: ...

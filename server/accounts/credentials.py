"""The accounts of staff, as signing in uses them (`server.auth.ports`: Credentials, Directory)."""

from datetime import datetime

from server.accounts import store
from server.auth.models import Account, Standing
from server.db.connection import AsyncConnection
from server.db.database import Transaction
from server.ids import StaffId


class StaffCredentials:
    """Reads accounts and notes what signing in did to them."""

    async def standing(self, connection: AsyncConnection, staff_id: StaffId) -> Standing | None:
        return await store.standing(connection, staff_id)

    async def by_email(self, connection: AsyncConnection, email: str) -> Account | None:
        return await store.account_by_email(connection, email)

    async def locked_row(self, transaction: Transaction, staff_id: StaffId) -> Account | None:
        return await store.lock_account(transaction.connection, staff_id)

    async def count_failure(
        self, transaction: Transaction, staff_id: StaffId, *, failures: int, locked_until: datetime | None
    ) -> None:
        await store.change_staff(
            transaction.connection, staff_id, failed_logins=failures, locked_until=locked_until
        )

    async def note_success(
        self, transaction: Transaction, staff_id: StaffId, *, totp_step: int | None
    ) -> None:
        changes: dict[str, object] = {"failed_logins": 0, "locked_until": None}
        if totp_step is not None:
            changes["totp_last_step"] = totp_step
        await store.change_staff(transaction.connection, staff_id, **changes)

    async def rehash(self, transaction: Transaction, staff_id: StaffId, *, old: str, new: str) -> None:
        await store.change_password_hash(transaction.connection, staff_id, old=old, new=new)

"""What the audit log needs of others."""

from collections.abc import Collection
from typing import Protocol

from server.db.connection import AsyncConnection
from server.ids import StaffId


class Names(Protocol):
    """Names of members of staff. They are personal data and live with the accounts, not in the log."""

    async def staff_names(
        self, connection: AsyncConnection, staff_ids: Collection[StaffId]
    ) -> dict[StaffId, str]:
        """The names of those of these that are members of staff."""
        ...

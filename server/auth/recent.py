"""Callers authenticated a moment ago, so that not every request reads the database."""

from collections import OrderedDict
from datetime import datetime, timedelta

from server.auth.principal import Principal
from server.ids import SessionId

KEPT = timedelta(seconds=10)
MAX_KEPT = 10_000


class RecentPrincipals:
    """Keeps at most `MAX_KEPT` principals, each for at most 10 s."""

    def __init__(self) -> None:
        self._kept: OrderedDict[SessionId, tuple[Principal, datetime]] = OrderedDict()

    def get(self, session_id: SessionId, now: datetime) -> Principal | None:
        principal, until = self._kept.get(session_id, (None, now))
        return principal if now < until else None

    def keep(self, principal: Principal, now: datetime, session_expires_at: datetime) -> None:
        self._kept[principal.session_id] = (principal, min(now + KEPT, session_expires_at))
        self._kept.move_to_end(principal.session_id)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)

    def forget(self, session_id: SessionId) -> None:
        self._kept.pop(session_id, None)

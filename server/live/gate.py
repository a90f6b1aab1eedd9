"""Letting callers in by their access token, and asking again whether they may stay."""

from collections.abc import Collection
from typing import Final

from server.auth.sessions import Sessions
from server.auth.tokens import AccessTokens
from server.ids import SessionId
from server.live.peer import LivePeer, Services
from server.live.refusals import translated
from signaling.ports import Peer

AT_ONCE: Final = 1_000
"""Databases take so many parameters in a query, and some more."""


class LiveGate:
    """Fits `signaling.ports.Gate`."""

    def __init__(self, services: Services, *, sessions: Sessions, access: AccessTokens) -> None:
        self._services = services
        self._sessions = sessions
        self._access = access

    async def authenticate(self, token: str) -> Peer:
        with translated():
            claims = self._access.read(token)
            principal = await self._sessions.caller(claims.session_id)
        return LivePeer(services=self._services, principal=principal, expires_at=claims.expires_at)

    async def ended(self, peers: Collection[Peer]) -> Collection[str]:
        """Those whose sessions have ended. An expired token is no end of a session; the hub notices it."""
        session_ids = [SessionId(peer.session_id) for peer in peers]
        ended: set[SessionId] = set()
        async with self._services.database.snapshot() as connection:
            for start in range(0, len(session_ids), AT_ONCE):
                ended |= await self._sessions.ended(connection, session_ids[start : start + AT_ONCE])
        return ended

"""Letting callers in by their access token, and asking again whether they may stay."""

from collections.abc import Collection

from server.auth.sessions import Sessions
from server.auth.tokens import AccessTokens
from server.errors import Code, Refusal
from server.live.peer import LivePeer, Services
from server.live.refusals import translated
from signaling.ports import Peer


class LiveGate:
    """Fits `signaling.ports.Gate`."""

    def __init__(self, services: Services, *, sessions: Sessions, access: AccessTokens) -> None:
        self._services = services
        self._sessions = sessions
        self._access = access

    async def authenticate(self, token: str) -> Peer:
        with translated():
            principal = await self._sessions.authenticate(token)
            expires_at = self._access.read(token).expires_at
        return LivePeer(services=self._services, principal=principal, expires_at=expires_at, token=token)

    async def ended(self, peers: Collection[Peer]) -> Collection[str]:
        """Those whose sessions have ended. An expired token is no end of a session; the hub notices it."""
        return [peer.session_id for peer in peers if isinstance(peer, LivePeer) and await self._is_over(peer)]

    async def _is_over(self, peer: LivePeer) -> bool:
        try:
            await self._sessions.authenticate(peer.token)
        except Refusal as refusal:
            return refusal.code is not Code.TOKEN_EXPIRED
        return False

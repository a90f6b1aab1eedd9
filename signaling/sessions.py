"""Sockets and the sessions behind them: who is connected, until when, and how a connection is ended."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from signaling.messages import PUSH_NAMES, SessionExpiring
from signaling.ports import Peer
from signaling.records import JsonObject, Message


class Closing(Enum):
    """Why the server ends a connection, which is also what a client does next."""

    SESSION_OVER = auto()
    """The token expired or the session ended: the client stays away until it has a new token."""
    RESTART = auto()
    """The server goes down: the client connects again at once."""


class Line(Protocol):
    """The way to one client. No method blocks; a client that does not listen is cut off."""

    def send(self, name: str, payload: JsonObject, ack: int | None = None) -> None:
        """Send an event; with `ack` the client is to acknowledge that number."""
        ...

    def cast(self, frame: bytes, /) -> bool:
        """Send a ready frame that a later one makes worthless; `False` if the client lags, and it was not."""
        ...

    def close(self, closing: Closing) -> None: ...


@dataclass(eq=False, slots=True)
class Socket:
    """One connected client: its line, who it is, and what it watches and sits in."""

    line: Line
    peer: Peer
    visits: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    rooms: set[str] = field(default_factory=set)
    warned: bool = False
    open: bool = True

    def push(self, message: Message, *, ack: int | None = None) -> None:
        """Send a message of the server's own accord."""
        if self.open:
            self.line.send(PUSH_NAMES[type(message)], message.wire(), ack)


class Sessions:
    """All sockets of this process, by session."""

    def __init__(self, *, warn_before: timedelta, sockets_per_session: int) -> None:
        self._warn_before = warn_before
        self._sockets_per_session = sockets_per_session
        self._by_session: dict[str, set[Socket]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_session.values()))

    def has_room_for(self, peer: Peer) -> bool:
        return len(self._by_session.get(peer.session_id, ())) < self._sockets_per_session

    def add(self, socket: Socket) -> None:
        self._by_session.setdefault(socket.peer.session_id, set()).add(socket)

    def remove(self, socket: Socket) -> None:
        socket.open = False
        sockets = self._by_session.get(socket.peer.session_id, set())
        sockets.discard(socket)
        if not sockets:
            self._by_session.pop(socket.peer.session_id, None)

    def refresh(self, socket: Socket, peer: Peer) -> None:
        """Give the socket a fresh token's peer, of the same session."""
        socket.peer = peer
        socket.warned = False

    def peers(self) -> list[Peer]:
        """One peer of each session."""
        return [next(iter(sockets)).peer for sockets in self._by_session.values() if sockets]

    def end(self, session_ids: Iterable[str]) -> None:
        """Close every socket of these sessions."""
        for session_id in session_ids:
            for socket in tuple(self._by_session.get(session_id, ())):
                close(socket, Closing.SESSION_OVER)

    def check_expiry(self, now: datetime) -> None:
        """Warn the sockets whose tokens expire soon; close those whose tokens have."""
        soon = now + self._warn_before
        for socket in self.all():
            if socket.peer.expires_at <= now:
                close(socket, Closing.SESSION_OVER)
            elif socket.peer.expires_at <= soon and not socket.warned:
                socket.warned = True
                socket.push(SessionExpiring(expires_at=socket.peer.expires_at))

    def all(self) -> list[Socket]:
        return [socket for sockets in self._by_session.values() for socket in sockets]


def close(socket: Socket, closing: Closing) -> None:
    """End the connection; nothing more is sent to it or taken from it."""
    if socket.open:
        socket.open = False
        socket.line.close(closing)

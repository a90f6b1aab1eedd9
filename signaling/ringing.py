"""Calls that must reach the patient: `visit.called`, sent again until the client acknowledges it."""

from dataclasses import dataclass
from itertools import count
from typing import Final

from signaling.messages import VisitCalled
from signaling.ports import Call
from signaling.sessions import Socket

HIGHEST_ACK: Final = 999_999_999


@dataclass(slots=True)
class Ring:
    """A call on its way to one client, and the numbers under which it was sent."""

    message: VisitCalled
    acks: list[int]


class Ringing:
    """The calls of this process that are not acknowledged yet."""

    def __init__(self) -> None:
        self._rings: dict[Socket, dict[str, Ring]] = {}
        self._numbers = count(1)

    def __len__(self) -> int:
        return sum(map(len, self._rings.values()))

    def ring(self, socket: Socket, visit_id: str, call: Call) -> None:
        """Tell a client that its visit is called, now and until it acknowledges."""
        message = VisitCalled(
            visit_id=visit_id, consultation_id=call.consultation_id, answer_by=call.answer_by
        )
        ring = Ring(message, [])
        self._rings.setdefault(socket, {})[visit_id] = ring
        self._send(socket, ring)

    def stop(self, socket: Socket, visit_id: str) -> None:
        """The visit is not called any more, or not watched."""
        rings = self._rings.get(socket)
        if rings is not None:
            rings.pop(visit_id, None)
            if not rings:
                del self._rings[socket]

    def acknowledged(self, socket: Socket, number: int) -> None:
        """The client has it. A number that was not asked for, or is late, means nothing."""
        for visit_id, ring in tuple(self._rings.get(socket, {}).items()):
            if number in ring.acks:
                self.stop(socket, visit_id)

    def drop(self, socket: Socket) -> None:
        self._rings.pop(socket, None)

    def again(self) -> None:
        """Send again what nobody has acknowledged."""
        for socket, rings in self._rings.items():
            for ring in rings.values():
                self._send(socket, ring)

    def _send(self, socket: Socket, ring: Ring) -> None:
        number = next(self._numbers) % HIGHEST_ACK
        ring.acks.append(number)
        socket.push(ring.message, ack=number)

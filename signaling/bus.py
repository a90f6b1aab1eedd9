"""The bus: how server processes tell each other that something happened.

A message may be lost, never comes twice, and comes in the order in which its process sent it. Nothing rests
on it: whoever listens also reads the database, or is told again.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol, Self

Receive = Callable[[bytes], None]
"""Takes a message. Called on the loop; must not block."""


class Bus(Protocol):
    """What all buses promise. `publish` never blocks and never raises.

    A message reaches the receivers of this very process always, soon after; those of others when they can be
    reached, which `connected` says.
    """

    @property
    def connected(self) -> bool: ...

    def publish(self, topic: str, message: bytes) -> None: ...

    def subscribe(self, topic: str, receive: Receive) -> None: ...

    def unsubscribe(self, topic: str, receive: Receive) -> None: ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...


class Receivers:
    """Who listens to which topic in this process."""

    def __init__(self) -> None:
        self._by_topic: dict[str, list[Receive]] = {}

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._by_topic)

    def add(self, topic: str, receive: Receive) -> bool:
        """Add a receiver; true if it is the topic's first."""
        receivers = self._by_topic.setdefault(topic, [])
        receivers.append(receive)
        return len(receivers) == 1

    def remove(self, topic: str, receive: Receive) -> bool:
        """Remove a receiver; true if it was the topic's last."""
        receivers = self._by_topic.get(topic, [])
        if receive in receivers:
            receivers.remove(receive)
        if receivers or topic not in self._by_topic:
            return False
        del self._by_topic[topic]
        return True

    def deliver(self, topic: str, message: bytes) -> None:
        for receive in tuple(self._by_topic.get(topic, ())):
            receive(message)


class InProcessBus:
    """The bus of a server that is alone: everything stays in the process."""

    connected = True

    def __init__(self) -> None:
        self._receivers = Receivers()

    def publish(self, topic: str, message: bytes) -> None:
        asyncio.get_running_loop().call_soon(self._receivers.deliver, topic, message)

    def subscribe(self, topic: str, receive: Receive) -> None:
        self._receivers.add(topic, receive)

    def unsubscribe(self, topic: str, receive: Receive) -> None:
        self._receivers.remove(topic, receive)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

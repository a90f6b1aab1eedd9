"""What participants of a live call ask: to join and leave, to pass signals on, to change media, to chat.

What the database decides or keeps is done first; then the room is told.
"""

from signaling import messages
from signaling.records import Message
from signaling.refusals import SignalCode, SignalRefused
from signaling.rooms import Rooms
from signaling.sessions import Socket


class Calls:
    """Answers the `room.*` messages."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    async def answer(self, socket: Socket, message: Message) -> Message:
        """Do what the message asks; raises `SignalRefused`."""
        match message:
            case messages.JoinRoom():
                return await self._join(socket, message)
            case messages.SendSignal():
                room = self._rooms.get(message.consultation_id)
                await room.ask(room.room.relay, socket, message)
            case messages.SetMedia():
                await self._set_media(socket, message)
            case messages.ReportQuality():
                await self._report_quality(socket, message)
            case messages.SendChat():
                return await self._chat(socket, message)
            case messages.LeaveRoom():
                await self._leave(socket, message)
            case _:
                raise SignalRefused(SignalCode.UNKNOWN_MESSAGE)
        return messages.Done()

    async def _join(self, socket: Socket, message: messages.JoinRoom) -> Message:
        joined = await socket.peer.join(message.consultation_id, message.media)
        if not socket.open:
            raise SignalRefused(SignalCode.SESSION_ENDED)
        room = self._rooms.open(message.consultation_id)
        state = await room.ask(room.room.enter, socket, joined, message.media, message.connection)
        return messages.RoomJoined(room=state)

    async def _set_media(self, socket: Socket, message: messages.SetMedia) -> None:
        room = self._rooms.get(message.consultation_id)
        before = await room.ask(room.room.participant, socket)
        await socket.peer.media_changed(message.consultation_id, before.media, message.media)
        await room.ask(room.room.change, socket, message.media)

    async def _report_quality(self, socket: Socket, message: messages.ReportQuality) -> None:
        room = self._rooms.get(message.consultation_id)
        me = await room.ask(room.room.participant, socket)
        news = messages.RoomQuality(
            consultation_id=message.consultation_id,
            sender=me.id,
            level=message.level,
            reason=message.reason,
        )
        await room.ask(room.room.tell, socket, news)
        await socket.peer.quality(message.consultation_id, message.level, message.reason, message.sample)

    async def _chat(self, socket: Socket, message: messages.SendChat) -> Message:
        room = self._rooms.get(message.consultation_id)
        await room.ask(room.room.participant, socket)
        stored = await socket.peer.chat(message.consultation_id, message.client_key, message.text)
        news = messages.RoomChat(consultation_id=message.consultation_id, message=stored)
        room.post(room.room.tell, socket, news)
        return messages.ChatStored(message=stored)

    async def _leave(self, socket: Socket, message: messages.LeaveRoom) -> None:
        room = self._rooms.get(message.consultation_id)
        await room.ask(room.room.participant, socket)
        await socket.peer.leave(message.consultation_id, message.reason)
        room.post(room.room.leave, socket)

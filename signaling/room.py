"""One room as this server process sees it: who is in it, and what they are told.

Nothing here waits: a room is changed by its task alone (`signaling.rooms`), one event after the other.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from signaling import messages, presence, records
from signaling.bus import Bus
from signaling.messages import PUSH_NAMES, RoomEnded, RoomPeer
from signaling.ports import Joined, Peer
from signaling.presence import Announcement, Delivery, Departure, Member
from signaling.records import Media, Message, Participant, RoomEnd
from signaling.refusals import SignalCode, SignalRefused
from signaling.sessions import Socket


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomTimes:
    """Seconds: until a lost member has left, between announcements, until an unheard member is gone."""

    grace_s: float = 10
    announce_s: float = 4
    unheard_s: float = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a room needs of the process it is on."""

    hub_id: str
    bus: Bus
    times: RoomTimes = field(default_factory=RoomTimes)
    monotonic: Callable[[], float] = time.monotonic
    now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000


class Room:
    """The members of a consultation's room. Raises `SignalRefused` for what cannot be done."""

    def __init__(self, consultation_id: str, around: Surroundings) -> None:
        self.consultation_id = consultation_id
        self.topic = f"room {consultation_id}"
        self._around = around
        self._members: dict[str, Member] = {}
        self._path_epoch = 0
        self._announced_at = around.monotonic()

    @property
    def is_empty(self) -> bool:
        """Whether nobody is left on this process."""
        return not any(member.socket for member in self._members.values())

    # What members on this process do

    def enter(self, socket: Socket, joined: Joined, media: Media, resumes: str | None) -> records.Room:
        """Let a participant in, in place of the page they joined with before."""
        present = self._members.get(joined.participant_id)
        connection = self._connection(socket, present, resumes)
        if present is not None and present.socket not in {None, socket}:
            self._retire(present, tell=present.participant.connection != connection)
        me = Participant(
            id=joined.participant_id, kind=joined.kind, name=joined.name, media=media, connection=connection
        )
        self._path_epoch = max(self._path_epoch, joined.path_epoch)
        member = Member(me, socket, self._around.monotonic())
        self._members[me.id] = member
        socket.rooms.add(self.consultation_id)
        self._tell_peers("joined", me)
        self._announce(member, fresh=True, resumed=connection == resumes)
        return self._as_seen_by(member, joined)

    def leave(self, socket: Socket) -> None:
        self._remove(self._member_at(socket))

    def lose(self, socket: Socket) -> None:
        """The socket is gone without a word: its member stays for the grace."""
        socket.rooms.discard(self.consultation_id)
        for member in self._here():
            if member.socket is socket:
                member.connected = False
                member.seen_at = self._around.monotonic()
                self._announce(member)

    def change(self, socket: Socket, media: Media) -> None:
        member = self._member_at(socket)
        member.participant = member.participant.model_copy(update={"media": media})
        self._tell_peers("media", member.participant)
        self._announce(member)

    def relay(self, socket: Socket, signal: messages.SendSignal) -> None:
        """Hand a signal to the one it is for; refused as `peer_gone` when they are not connected."""
        sender = self._member_at(socket).participant
        if signal.path_epoch != self._path_epoch:
            raise SignalRefused(SignalCode.INVALID)
        target = self._members.get(signal.to)
        if target is None or not target.connected or target.participant.id == sender.id:
            raise SignalRefused(SignalCode.PEER_GONE)
        message = messages.RoomSignal(
            consultation_id=self.consultation_id,
            sender=sender.id,
            path_epoch=signal.path_epoch,
            signal=signal.signal,
        )
        if target.socket is not None:
            target.socket.push(message)
        elif self._around.bus.connected:
            self._deliver(signal.to, message)
        else:
            raise SignalRefused(SignalCode.PEER_GONE)

    def tell(self, socket: Socket, message: Message) -> None:
        """Tell all others, here and elsewhere."""
        sender = self._member_at(socket).participant
        self._tell_others(sender.id, message)
        self._deliver(None, message)

    def participant(self, socket: Socket) -> Participant:
        return self._member_at(socket).participant

    # What comes from elsewhere

    def hear(self, message: bytes) -> None:
        """News of another process."""
        news = presence.decode(message)
        if news is None or news.hub == self._around.hub_id:
            return
        match news:
            case Announcement():
                self._hear_announcement(news)
            case Departure():
                member = self._members.get(news.participant_id)
                if member and not member.socket and member.participant.connection == news.connection:
                    self._remove(member, announce=False)
            case Delivery():
                for member in self._here():
                    if member.socket and member.connected and news.to in {None, member.participant.id}:
                        member.socket.line.send(news.name, news.payload)

    def end(self, reason: RoomEnd) -> None:
        """The call is over for all on this process."""
        for member in tuple(self._here()):
            self._dismiss(member, reason)
        self._members.clear()

    def tick(self) -> list[Peer]:
        """Let time pass; answers those whose grace is over, and who have left by it."""
        now, times = self._around.monotonic(), self._around.times
        lost = [m for m in self._here() if not m.connected and now - m.seen_at >= times.grace_s]
        for member in lost:
            self._remove(member)
        for member in [m for m in self._members.values() if m.socket is None]:
            # Without the bus nobody is heard, and nobody must be thought gone for that.
            if not self._around.bus.connected:
                member.seen_at = now
            elif now - member.seen_at >= times.unheard_s:
                self._remove(member, announce=False)
        if now - self._announced_at >= times.announce_s:
            self._announced_at = now
            self._announce_all()
        return [member.socket.peer for member in lost if member.socket is not None]

    # Inside

    def _connection(self, socket: Socket, present: Member | None, resumes: str | None) -> str:
        current = present.participant.connection if present is not None else None
        now_ms = self._around.now_ms()
        if resumes is None or not presence.may_resume(resumes, now_ms):
            return presence.new_connection(now_ms, after=current)
        if current is not None and current > resumes:
            socket.push(RoomEnded(consultation_id=self.consultation_id, reason="joined_elsewhere"))
            raise SignalRefused(SignalCode.NOT_IN_ROOM)
        return resumes

    def _as_seen_by(self, member: Member, joined: Joined) -> records.Room:
        return records.Room(
            consultation_id=self.consultation_id,
            path_epoch=self._path_epoch,
            me=member.participant,
            polite=joined.kind != "pharmacist",
            peers=tuple(m.participant for m in self._members.values() if m is not member),
            ice_servers=joined.ice_servers,
            chat=joined.chat,
        )

    def _hear_announcement(self, news: Announcement) -> None:
        member = self._members.get(news.participant.id)
        if member is not None and member.socket is not None and not self._gives_way(member, news):
            self._announce(member)
        else:
            if member is not None and member.socket is not None:
                self._retire(member, tell=member.participant.connection != news.participant.connection)
            self._accept(news, member)
        if news.fresh:
            self._announce_all()

    def _gives_way(self, member: Member, news: Announcement) -> bool:
        ours, theirs = member.participant.connection, news.participant.connection
        if ours == theirs:  # the same page came back, on the other process
            return news.connected and (news.fresh or not member.connected)
        newly_made = news.fresh and not news.resumed
        return presence.supersedes(theirs, ours, newly_made=newly_made, now_ms=self._around.now_ms())

    def _accept(self, news: Announcement, member: Member | None) -> None:
        now = self._around.monotonic()
        before = member.participant if member is not None else None
        if before is not None and before.connection > news.participant.connection and not news.fresh:
            return
        self._members[news.participant.id] = Member(news.participant, None, now, connected=news.connected)
        if before is None or news.fresh or before.connection != news.participant.connection:
            self._tell_peers("joined", news.participant)
        elif before.media != news.participant.media:
            self._tell_peers("media", news.participant)

    def _remove(self, member: Member, *, announce: bool = True) -> None:
        del self._members[member.participant.id]
        if member.socket is not None:
            member.socket.rooms.discard(self.consultation_id)
        self._tell_peers("left", member.participant)
        if announce:
            news = Departure(
                hub=self._around.hub_id,
                participant_id=member.participant.id,
                connection=member.participant.connection,
            )
            self._around.bus.publish(self.topic, presence.encode(news))

    def _retire(self, member: Member, *, tell: bool) -> None:
        """A newer page of the same participant takes over. A page that merely came back needs no telling."""
        if tell:
            self._dismiss(member, "joined_elsewhere")
        elif member.socket is not None:
            member.socket.rooms.discard(self.consultation_id)

    def _dismiss(self, member: Member, reason: RoomEnd) -> None:
        if member.socket is not None:
            member.socket.rooms.discard(self.consultation_id)
            member.socket.push(RoomEnded(consultation_id=self.consultation_id, reason=reason))

    def _here(self) -> Iterator[Member]:
        return (member for member in tuple(self._members.values()) if member.socket is not None)

    def _member_at(self, socket: Socket) -> Member:
        for member in self._here():
            if member.socket is socket and member.connected:
                return member
        raise SignalRefused(SignalCode.NOT_IN_ROOM)

    def _tell_peers(self, event: records.PeerEvent, participant: Participant) -> None:
        message = RoomPeer(consultation_id=self.consultation_id, event=event, participant=participant)
        self._tell_others(participant.id, message)

    def _tell_others(self, sender_id: str, message: Message) -> None:
        for member in self._here():
            if member.socket is not None and member.participant.id != sender_id:
                member.socket.push(message)

    def _deliver(self, to: str | None, message: Message) -> None:
        news = Delivery(
            hub=self._around.hub_id, to=to, name=PUSH_NAMES[type(message)], payload=message.wire()
        )
        self._around.bus.publish(self.topic, presence.encode(news))

    def _announce_all(self) -> None:
        for member in self._here():
            self._announce(member)

    def _announce(self, member: Member, *, fresh: bool = False, resumed: bool = False) -> None:
        news = Announcement(
            hub=self._around.hub_id,
            fresh=fresh,
            resumed=resumed,
            connected=member.connected,
            participant=member.participant,
        )
        self._around.bus.publish(self.topic, presence.encode(news))

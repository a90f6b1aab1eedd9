"""Wire shapes of call-backs."""

from typing import Annotated, Literal

from server.api.endpoint import Payload, Shown
from server.api.fields import IdText, LanguageTag, Moment, PersonName, PhoneText
from server.ids import PharmacyId, QueueId, VisitId


class AskCallBack(Payload):
    """Ask to be rung by the pharmacy, because its line takes nobody."""

    queue_id: Annotated[QueueId, IdText]
    name: PersonName
    phone: PhoneText
    language: LanguageTag = "en"


class CallBackAsked(Shown):
    id: str


class CallBackView(Shown):
    """Somebody who asked to be rung, and why they could not join the line."""

    id: str
    queue_id: QueueId
    pharmacy_id: PharmacyId
    pharmacy_name: str
    name: str
    phone: str
    language: str
    reason: Literal["full", "closed", "bad_line"]
    visit_id: VisitId | None
    asked_at: Moment


class CallBackList(Shown):
    """Those who wait to be rung, the longest first."""

    call_backs: tuple[CallBackView, ...]


class CallBackDone(Payload):
    """What came of ringing them."""

    outcome: Literal["reached", "no_answer", "not_needed"]

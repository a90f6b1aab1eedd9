"""Wire shapes of pharmacies, people and links."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from server.accounts.slugs import SLUG_PATTERN
from server.api.endpoint import Payload, Shown
from server.api.fields import IdText, LanguageTag, Moment, PersonName, PhoneText, ShortText, SkillName
from server.auth.schemas import SessionView
from server.ids import ConsultationId, PharmacyId, QueueId, StaffId
from server.waiting_room.schemas import PublicQueue, VisitView

EmailText = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
AccessNeed = Literal["signs", "lip_reads", "hard_of_hearing", "low_vision", "interpreter"]


class Relationship(StrEnum):
    """How the speaker relates to the person cared for."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    PARTNER = "partner"
    CHILD = "child"
    CARER = "carer"
    OTHER = "other"


class Authority(StrEnum):
    """By what right somebody speaks for the person cared for. Staff check it; until then it is a claim."""

    PARENTAL = "parental"
    LEGAL_GUARDIAN = "legal_guardian"
    POWER_OF_ATTORNEY = "power_of_attorney"
    PERMISSION = "permission"


class OpeningHours(Shown):
    """One span of a weekday (Monday is 0), local time of the pharmacy."""

    weekday: int
    opens: str
    closes: str


class PharmacyView(Shown):
    """What anybody may know of a pharmacy. `red_flags` is the urgent-care text by language.

    `speaker_below_age`: a person younger than this needs somebody to speak for them (a setting). `is_test`:
    the organisation has no real patients; a load test refuses any other.
    """

    id: PharmacyId
    slug: str
    name: str
    address: str
    phone: str
    emergency_number: str
    time_zone: str
    country: str
    languages: tuple[str, ...]
    opening_hours: tuple[OpeningHours, ...]
    open_now: bool
    red_flags: dict[str, str]
    speaker_below_age: int
    consent_version: str
    is_test: bool
    queues: tuple[PublicQueue, ...]


class SafeContact(Payload):
    """The ways this person agreed to be reached. Messages are neutral by default.

    `email` is for an address that was given: without an answer it is used, but not for a confidential visit.
    """

    ring: bool = True
    text: bool = False
    voicemail: bool = False
    email: bool | None = None


class Person(Payload):
    """The person cared for. The birth date is asked for, so that nobody below the age comes in alone."""

    name: PersonName
    birth_date: date
    phone: PhoneText | None = None
    email: EmailText | None = None
    language: LanguageTag = "en"
    access_needs: Annotated[tuple[AccessNeed, ...], Field(max_length=5)] = ()
    safe_contact: SafeContact = SafeContact()


class Speaker(Payload):
    """Who speaks for the person cared for."""

    name: PersonName
    relationship: Relationship
    authority: Authority


class WalkIn(Payload):
    """A patient at the door: who they are, which queue, and their consent to a video consultation."""

    queue_id: Annotated[QueueId, IdText]
    person: Person
    speaker: Speaker | None = None
    reason: ShortText | None = None
    confidential: bool = False
    video_consent: bool
    consent_version: Annotated[str, Field(max_length=16)]


class Entrance(Shown):
    """What lets a patient in: a session, their visit, and a link to come back to it on another device."""

    session: SessionView
    visit: VisitView | None
    consultation_id: ConsultationId | None = None
    return_link: str | None = None


class InvitationView(Shown):
    """What a link is for, shown before it is used: nothing about the person it was sent to."""

    kind: Literal["visit", "return", "guest"]
    state: Literal["valid", "used", "expired"]
    expires_at: Moment
    pharmacy: PharmacyView
    queue_name: str | None


class Redeem(Payload):
    """Use a link. A first visit needs consent to a video consultation; a return link does not ask again."""

    video_consent: bool = False
    consent_version: Annotated[str, Field(max_length=16)] | None = None


class Invite(Payload):
    """Make a link for a patient into a queue. `send`: also send it to them, as they agreed to be reached.

    `appointment_at`: when they are expected; the link is then good until after that in any case.
    """

    queue_id: Annotated[QueueId, IdText]
    pharmacy_id: Annotated[PharmacyId, IdText]
    person: Person
    speaker: Speaker | None = None
    confidential: bool = False
    valid_hours: Annotated[int, Field(ge=1, le=24 * 30)] = 48
    appointment_at: AwareDatetime | None = None
    send: Literal["text", "email"] | None = None


class InvitationLink(Shown):
    """A made link. It is shown once: the server keeps only a digest of the token."""

    link: str
    expires_at: Moment


class StaffView(Shown):
    """A member of staff. `languages` empty means any."""

    id: StaffId
    name: str
    email: str
    role: str
    registration_number: str | None
    queues: tuple[QueueId, ...]
    disabled: bool
    languages: tuple[str, ...]
    skills: tuple[str, ...]


class StaffList(Shown):
    staff: tuple[StaffView, ...]


class NewStaff(Payload):
    """A member of staff to be, as the command line gives one."""

    email: EmailText
    name: PersonName
    role: Literal["pharmacist", "technician", "admin", "compliance", "operator"]
    registration_number: Annotated[str, Field(min_length=1, max_length=32)] | None = None
    queue_ids: Annotated[tuple[Annotated[QueueId, IdText], ...], Field(max_length=100)] = ()
    languages: Annotated[tuple[LanguageTag, ...], Field(max_length=20)] = ()
    skills: Annotated[tuple[SkillName, ...], Field(max_length=20)] = ()


class Competence(Payload):
    """What somebody may be asked for: the languages they consult in (none: any), and their skills."""

    languages: Annotated[tuple[LanguageTag, ...], Field(max_length=20)] = ()
    skills: Annotated[tuple[SkillName, ...], Field(max_length=20)] = ()


Slug = Annotated[str, Field(pattern=SLUG_PATTERN)]


class NewTenant(Payload):
    """An organisation to be, as the command line gives one."""

    slug: Slug
    name: PersonName
    is_test: bool = False
    neutral_name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\r\n]*$")] | None = None


class NewPharmacy(Payload):
    """A pharmacy to be, as the command line gives one. Without opening hours it is always open."""

    slug: Slug
    name: PersonName
    address: ShortText
    phone: PhoneText
    emergency_number: Annotated[str, Field(pattern=r"^[0-9]{2,6}$")]
    time_zone: Annotated[str, Field(max_length=64)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    languages: Annotated[tuple[LanguageTag, ...], Field(min_length=1, max_length=20)] = ("en",)
    opening_hours: Annotated[tuple[tuple[int, str, str], ...], Field(max_length=50)] = ()
    red_flags: dict[LanguageTag, Annotated[str, Field(min_length=1, max_length=2_000)]] = Field(
        default_factory=dict
    )

"""Wire shapes of signing in."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.api.endpoint import Payload, Shown
from server.api.fields import Moment, Secret
from server.auth.models import OpenedSession
from server.auth.principal import Role
from server.ids import ConsultationId, QueueId, TenantId, VisitId

Audience = Literal["staff", "patient"]
"""Which refresh cookie is meant: a pharmacist who tries the patient's page stays signed in."""


class Login(Payload):
    email: Annotated[str, StringConstraints(min_length=3, max_length=254)]
    password: Secret
    otp: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] | None = None


class Refresh(Payload):
    """Renew the tokens. `idle_s` is for how many seconds nobody has touched the page.

    A page that renews by itself has to say so, or its session would never be idle.
    """

    audience: Audience
    idle_s: Annotated[int, Field(ge=0, le=86_400)] = 0


class Logout(Payload):
    audience: Audience


class SessionView(Shown):
    """An access token (a bearer JWT) and who it is for. The refresh token is an HttpOnly cookie."""

    access_token: str = Field(repr=False)
    expires_at: Moment
    session_expires_at: Moment
    role: Role

    @classmethod
    def of(cls, opened: OpenedSession) -> "SessionView":
        return cls(
            access_token=opened.access_token,
            expires_at=opened.access_expires_at,
            session_expires_at=opened.expires_at,
            role=opened.role,
        )


class QueueName(Shown):
    id: QueueId
    name: str


class MeView(Shown):
    """Who the caller is. A patient has their current visit, if any; a guest their consultation.

    `languages` (none: any) and `skills` are what a pharmacist may be asked for.
    """

    subject_id: str
    role: Role
    name: str
    tenant_id: TenantId
    queues: tuple[QueueName, ...] = ()
    visit_id: VisitId | None = None
    consultation_id: ConsultationId | None = None
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()

"""Wire shapes of signing in."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.api.endpoint import Payload, Shown
from server.api.fields import Moment, Secret
from server.auth.principal import Role
from server.ids import ConsultationId, QueueId, TenantId, VisitId

Audience = Literal["staff", "patient"]
"""Which refresh cookie is meant: a pharmacist who tries the patient's page stays signed in."""


class Login(Payload):
    email: Annotated[str, StringConstraints(min_length=3, max_length=254)]
    password: Secret
    otp: Annotated[str, StringConstraints(pattern=r"^\d{6}$")] | None = None


class Refresh(Payload):
    audience: Audience


class SessionView(Shown):
    """An access token (a bearer JWT) and who it is for. The refresh token is an HttpOnly cookie."""

    access_token: str = Field(repr=False)
    expires_at: Moment
    session_expires_at: Moment
    role: Role


class QueueName(Shown):
    id: QueueId
    name: str


class MeView(Shown):
    """Who the caller is. A patient has their current visit, if any; a guest their consultation."""

    subject_id: str
    role: Role
    name: str
    tenant_id: TenantId
    queues: tuple[QueueName, ...] = ()
    visit_id: VisitId | None = None
    consultation_id: ConsultationId | None = None

"""An endpoint: one method and path, its handler, and all that its OpenAPI entry says.

A handler is an async method whose signature is its contract:

    async def admit(self, call: Call, queue_id: QueueId, body: Admit) -> ConsultationView: ...

`call` is who asks and with which headers; a parameter named in the path is given as text, and one whose name
ends in `_id` has been checked to be an id; `body` and `query` are pydantic models that refuse unknown fields.
It answers a model (encoded as JSON), an `Answer` (a model with cookies or headers), `None` (204), or a whole
`aiohttp.web.StreamResponse`.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from aiohttp import web
from pydantic import BaseModel, ConfigDict, field_validator

from server.auth.policy import Action
from server.auth.principal import Principal
from server.errors import Code, Refusal

Handler = Callable[..., Awaitable[Any]]
View = TypeVar("View", bound=BaseModel, covariant=True)

PATH_PARAMETER = re.compile(r"{(\w+)}")


class Payload(BaseModel):
    """What a client sends: unknown fields are refused, text is stripped, and errors never show input."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_null_character(cls, value: object) -> object:
        # PostgreSQL cannot store it, and no person types it.
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("null character")
        return value


class Shown(BaseModel):
    """What the server answers."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The caller and the envelope of one request."""

    request: web.Request
    principal: Principal | None
    idempotency_key: str | None

    @property
    def caller(self) -> Principal:
        """The authenticated caller; raises `Refusal(unauthenticated)` when there is none."""
        if self.principal is None:
            raise Refusal(Code.UNAUTHENTICATED)
        return self.principal

    @property
    def key(self) -> str:
        """The `Idempotency-Key` of an endpoint that requires one; raises `Refusal(invalid_request)`."""
        if self.idempotency_key is None:
            raise Refusal(Code.INVALID_REQUEST, fields=(("/headers/Idempotency-Key", "required"),))
        return self.idempotency_key


@dataclass(frozen=True, slots=True)
class Answer(Generic[View]):
    """A view with a decoration: headers, and a function that sets cookies on the response."""

    view: View
    headers: Mapping[str, str] = field(default_factory=dict)
    decorate: Callable[[web.Response], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One operation of the API. `action` is `None` for those that need no session."""

    method: str
    path: str
    handler: Handler
    action: Action | None
    summary: str
    tag: str
    status: int
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None
    raw_media_type: str | None
    idempotent: bool
    errors: tuple[Code, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(PATH_PARAMETER.findall(self.path))

    @property
    def operation_id(self) -> str:
        return f"{self.tag}.{self.handler.__name__}"


def endpoint(
    method: str,
    path: str,
    handler: Handler,
    *,
    action: Action | None,
    summary: str,
    tag: str,
    status: int = 200,
    idempotent: bool = False,
    raw_media_type: str | None = None,
    errors: tuple[Code, ...] = (),
) -> Endpoint:
    """Describe an endpoint, reading body, query and answer from the handler's signature.

    `idempotent` endpoints require an `Idempotency-Key`. Raises `TypeError` if the signature does not fit.
    """
    hints = get_type_hints(handler)
    given = set(inspect.signature(handler).parameters)
    expected = {"call", *PATH_PARAMETER.findall(path)}
    if given - {"body", "query"} != expected:
        raise TypeError(
            f"{method} {path}: handler takes {sorted(given)}, path and envelope give {sorted(expected)}"
        )
    answer = _answered_model(hints.get("return", NoneType))
    return Endpoint(
        method=method,
        path=path,
        handler=handler,
        action=action,
        summary=summary,
        tag=tag,
        status=204 if answer is None and raw_media_type is None else status,
        body=hints.get("body"),
        query=hints.get("query"),
        answer=answer,
        raw_media_type=raw_media_type,
        idempotent=idempotent,
        errors=errors,
    )


def _answered_model(hint: Any) -> type[BaseModel] | None:
    if get_origin(hint) is Answer:
        (hint,) = get_args(hint)
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return hint
    return None

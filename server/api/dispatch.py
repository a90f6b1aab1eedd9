"""From an HTTP request to a handler's call, and back."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import orjson
from aiohttp import web
from pydantic import BaseModel, ValidationError

from server.api.endpoint import Answer, Call, Endpoint
from server.auth import policy
from server.auth.principal import Principal
from server.errors import Code, Refusal
from server.ids import UUID_PATTERN

MAX_BODY_BYTES = 64 * 1024
BODY_TIMEOUT_S = 30
MAX_IDEMPOTENCY_KEY = 255

_uuid = re.compile(UUID_PATTERN)


class Authenticator(Protocol):
    """Turns a bearer token into the caller."""

    async def authenticate(self, token: str) -> Principal:
        """Return the caller; raises `Refusal` with a 401 code for a token that does not hold."""
        ...


def handler_of(
    endpoint: Endpoint, authenticator: Authenticator
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make the aiohttp handler of an endpoint. Refusals pass through to the error middleware."""

    async def handle(request: web.Request) -> web.StreamResponse:
        call = await _call(endpoint, request, authenticator)
        arguments: dict[str, Any] = _path_parameters(endpoint, request)
        if endpoint.query is not None:
            arguments["query"] = _validated(endpoint.query, _query(request))
        elif request.query:
            raise Refusal(Code.INVALID_REQUEST, fields=(("/query", "unknown_parameter"),))
        if endpoint.body is not None:
            arguments["body"] = _validated(endpoint.body, await _json(request))
        return _response(endpoint, await endpoint.handler(call=call, **arguments))

    return handle


async def _call(endpoint: Endpoint, request: web.Request, authenticator: Authenticator) -> Call:
    principal: Principal | None = None
    if endpoint.action is not None:
        principal = await authenticator.authenticate(_bearer_token(request))
        if not policy.permits_role(principal.role, endpoint.action):
            raise Refusal(Code.FORBIDDEN)
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (len(key) <= MAX_IDEMPOTENCY_KEY and key.isprintable()):
        raise Refusal(Code.INVALID_REQUEST, fields=(("/headers/Idempotency-Key", "invalid"),))
    if endpoint.idempotent and not key:
        raise Refusal(Code.INVALID_REQUEST, fields=(("/headers/Idempotency-Key", "required"),))
    return Call(request=request, principal=principal, idempotency_key=key)


def _bearer_token(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refusal(Code.UNAUTHENTICATED)
    return token


def _path_parameters(endpoint: Endpoint, request: web.Request) -> dict[str, str]:
    values = {name: request.match_info[name] for name in endpoint.parameters}
    for name, value in values.items():
        if name.endswith("_id") and not _uuid.match(value):
            raise Refusal(Code.NOT_FOUND)
    return values


def _query(request: web.Request) -> dict[str, object]:
    repeated = [name for name in request.query if len(request.query.getall(name)) > 1]
    if repeated:
        raise Refusal(Code.INVALID_REQUEST, fields=(("/query", "repeated_parameter"),))
    return dict(request.query)


async def _json(request: web.Request) -> object:
    if request.content_type != "application/json":
        raise Refusal(Code.UNSUPPORTED_MEDIA_TYPE)
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            raw = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Refusal(Code.TOO_LARGE) from error
    except (ConnectionError, TimeoutError) as error:  # the sender hung up, or sends no end
        raise Refusal(Code.MALFORMED_JSON) from error
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Refusal(Code.MALFORMED_JSON) from error


def _validated(model: type[BaseModel], value: object) -> BaseModel:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        fields = tuple(
            ("/" + "/".join(_safe_part(model, part) for part in entry["loc"]), entry["type"])
            for entry in error.errors(include_url=False, include_context=False, include_input=False)
        )
        raise Refusal(Code.INVALID_REQUEST, fields=fields) from None


def _safe_part(model: type[BaseModel], part: int | str) -> str:
    """Name a part of the request without echoing a key that the client made up."""
    return str(part) if isinstance(part, int) or part in _field_names(model) else "*"


def _field_names(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema()
    names = set(schema.get("properties", {}))
    for definition in schema.get("$defs", {}).values():
        names |= set(definition.get("properties", {}))
    return names


def _response(endpoint: Endpoint, result: object) -> web.StreamResponse:
    if isinstance(result, web.StreamResponse):
        return result
    answer: Answer[Any] = result if isinstance(result, Answer) else Answer(result)
    response = web.Response(status=endpoint.status, headers={"Cache-Control": "no-store", **answer.headers})
    if isinstance(answer.view, BaseModel):
        response.body = answer.view.model_dump_json().encode()
        response.content_type = "application/json"
    elif answer.view is not None:
        raise TypeError(f"{endpoint.operation_id} answered {type(answer.view).__name__}")
    if answer.decorate is not None:
        answer.decorate(response)
    return response

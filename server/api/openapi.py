"""The OpenAPI 3.1 document, made from the endpoints and nothing else."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from server.api.endpoint import Endpoint
from server.api.problem import MEDIA_TYPE
from server.errors import Code
from server.ids import UUID_PATTERN

REF = "#/components/schemas/{model}"

ALWAYS = (Code.TOO_MANY_REQUESTS, Code.INTERNAL, Code.UNAVAILABLE)


def document(endpoints: Sequence[Endpoint], *, version: str) -> dict[str, Any]:
    """Describe the endpoints. Deterministic: the same endpoints give the same document."""
    references, schemas = _schemas(endpoints)
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, references)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Officina", "version": version, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": _PROBLEM},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. React to `code`; `fields` names what is wrong in the request.",
    "required": ["type", "title", "status", "code", "message"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": [code.value for code in Code]},
        "message": {"type": "string"},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "reason"],
                "properties": {"pointer": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}

References = dict[tuple[Any, JsonSchemaMode], Any]


def _schemas(endpoints: Iterable[Endpoint]) -> tuple[References, dict[str, Any]]:
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for endpoint in endpoints:
        for model in (endpoint.body, endpoint.query):
            if model is not None:
                models[model, "validation"] = None
        if endpoint.answer is not None:
            models[endpoint.answer, "serialization"] = None
    references, definitions = models_json_schema(list(models), ref_template=REF)
    return dict(references), definitions.get("$defs", {})


def _operation(endpoint: Endpoint, references: References) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.operation_id,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "parameters": [
            *_path_parameters(endpoint),
            *_headers(endpoint),
            *_query_parameters(endpoint),
        ],
        "responses": _responses(endpoint, references),
    }
    if endpoint.action is not None:
        operation["security"] = [{"bearer": []}]
        operation["x-action"] = endpoint.action.value
    if endpoint.body is not None:
        schema = references[endpoint.body, "validation"]
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    return operation


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid", "pattern": UUID_PATTERN}
            if name.endswith("_id")
            else {"type": "string", "minLength": 1},
        }
        for name in endpoint.parameters
    ]


def _headers(endpoint: Endpoint) -> list[dict[str, Any]]:
    if not endpoint.idempotent:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
    return [{"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema}]


def _query_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    if endpoint.query is None:
        return []
    schema = endpoint.query.model_json_schema()
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema["properties"].items()
    ]


def _responses(endpoint: Endpoint, references: References) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Success."}
    if endpoint.answer is not None:
        schema = references[endpoint.answer, "serialization"]
        success["content"] = {"application/json": {"schema": schema}}
    elif endpoint.raw_media_type is not None:
        success["content"] = {endpoint.raw_media_type: {}}
    responses = {str(endpoint.status): success}
    for status, codes in sorted(_errors(endpoint).items()):
        names = ", ".join(f"`{code.value}`" for code in sorted(codes))
        content = {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}}
        responses[str(status)] = {"description": names, "content": content}
    return responses


def _errors(endpoint: Endpoint) -> dict[int, set[Code]]:
    codes = {*endpoint.errors, *ALWAYS, Code.INVALID_REQUEST}
    if endpoint.parameters:
        codes.add(Code.NOT_FOUND)
    if endpoint.action is not None:
        codes |= {Code.UNAUTHENTICATED, Code.TOKEN_EXPIRED, Code.SESSION_ENDED, Code.FORBIDDEN}
    if endpoint.body is not None:
        codes |= {Code.MALFORMED_JSON, Code.UNSUPPORTED_MEDIA_TYPE, Code.TOO_LARGE}
    by_status: dict[int, set[Code]] = {}
    for code in codes:
        by_status.setdefault(code.status, set()).add(code)
    return by_status

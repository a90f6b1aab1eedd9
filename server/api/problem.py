"""Errors on the wire: `application/problem+json` (RFC 9457) with a stable `code`."""

import orjson
from aiohttp import web

from server.errors import Refusal

MEDIA_TYPE = "application/problem+json"


def problem(refusal: Refusal) -> web.Response:
    """Build the response that tells a refusal."""
    code = refusal.code
    body: dict[str, object] = {
        "type": f"/api/docs#error-{code.value}",
        "title": code.message,
        "status": code.status,
        "code": code.value,
        "message": code.message,
    }
    if refusal.fields:
        body["fields"] = [{"pointer": pointer, "reason": reason} for pointer, reason in refusal.fields]
    headers = {"Cache-Control": "no-store"}
    if refusal.retry_after_s is not None:
        headers["Retry-After"] = str(refusal.retry_after_s)
    if code.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return web.Response(status=code.status, body=orjson.dumps(body), content_type=MEDIA_TYPE, headers=headers)

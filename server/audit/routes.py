"""HTTP operations of the audit log."""

from aiohttp import web

from server.api.endpoint import Call, Endpoint, endpoint
from server.audit.schemas import CheckpointView, EventPage, SearchEvents, TimelineView
from server.audit.service import AuditLog
from server.auth.policy import Action
from server.ids import ConsultationId, EventId

JSON_LINES = "application/jsonl"
PROOF = "text/plain"


class AuditRoutes:
    """Search, timelines, checkpoint, proofs and export."""

    def __init__(self, log: AuditLog) -> None:
        self._log = log

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "GET",
                "/api/v1/audit/events",
                self.search,
                action=Action.AUDIT_READ,
                summary="Search the audit log; each search is itself logged.",
                tag="audit",
            ),
            endpoint(
                "GET",
                "/api/v1/audit/consultations/{consultation_id}",
                self.timeline,
                action=Action.AUDIT_READ,
                summary="All events of one consultation, in order.",
                tag="audit",
            ),
            endpoint(
                "GET",
                "/api/v1/audit/checkpoint",
                self.checkpoint,
                action=Action.AUDIT_CHECKPOINT,
                summary="The signed head of the log.",
                tag="audit",
            ),
            endpoint(
                "GET",
                "/api/v1/audit/events/{event_id}/proof",
                self.proof,
                action=Action.AUDIT_READ,
                summary="One event with the proof that it is in the log (C2SP tlog-proof).",
                tag="audit",
                raw_media_type=PROOF,
            ),
            endpoint(
                "GET",
                "/api/v1/audit/export",
                self.export,
                action=Action.AUDIT_READ,
                summary="The whole log as JSON Lines that verify without this server.",
                tag="audit",
                raw_media_type=JSON_LINES,
            ),
        ]

    async def search(self, call: Call, query: SearchEvents) -> EventPage:
        return await self._log.search(call.caller, query)

    async def timeline(self, call: Call, consultation_id: ConsultationId) -> TimelineView:
        return await self._log.timeline(call.caller, consultation_id)

    async def checkpoint(self, call: Call) -> CheckpointView:
        return await self._log.checkpoint(call.caller)

    async def proof(self, call: Call, event_id: EventId) -> web.StreamResponse:
        text = await self._log.proof(call.caller, event_id)
        return web.Response(text=text, content_type=PROOF, headers=_download(f"{event_id}.tlog-proof"))

    async def export(self, call: Call) -> web.StreamResponse:
        export = await self._log.export(call.caller)
        response = web.StreamResponse(headers=_download("audit.jsonl"))
        response.content_type = JSON_LINES
        # The headers leave before the middleware that adds this one to all others can.
        response.headers["X-Content-Type-Options"] = "nosniff"
        await response.prepare(call.request)
        async for lines in export.lines():
            await response.write(lines)
        await response.write_eof()
        return response


def _download(name: str) -> dict[str, str]:
    return {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}

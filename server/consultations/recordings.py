"""HTTP of recordings, in a version that makes none: lists are empty, and no recording is to be found."""

from server.api.endpoint import Call, Endpoint, endpoint
from server.auth.policy import Action
from server.consultations.schemas import PageQuery, RecordingPage
from server.errors import Code, Refusal

ONE = "/api/v1/recordings/{recording_id}"


class RecordingRoutes:
    """The addresses of recordings, so that clients can be written against them."""

    def endpoints(self) -> list[Endpoint]:
        ones = (
            ("GET", ONE, self.recording, Action.RECORDING_READ, "What is known of a recording"),
            ("GET", f"{ONE}/content", self.content, Action.RECORDING_READ, "Play a recording"),
            ("PUT", f"{ONE}/hold", self.hold, Action.RECORDING_HOLD, "Keep a recording from destruction"),
        )
        return [
            endpoint(
                "GET",
                "/api/v1/recordings",
                self.page,
                action=Action.RECORDING_LIST,
                summary="Recordings (this version makes none)",
                tag="recordings",
            ),
            *(
                endpoint(method, path, handler, action=action, summary=summary, tag="recordings")
                for method, path, handler, action, summary in ones
            ),
        ]

    async def page(self, call: Call, query: PageQuery) -> RecordingPage:
        return RecordingPage(recordings=(), next_cursor=None)

    async def recording(self, call: Call, recording_id: str) -> None:
        raise Refusal(Code.NOT_FOUND)

    async def content(self, call: Call, recording_id: str) -> None:
        raise Refusal(Code.NOT_FOUND)

    async def hold(self, call: Call, recording_id: str) -> None:
        raise Refusal(Code.NOT_FOUND)

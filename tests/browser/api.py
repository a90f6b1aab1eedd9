"""The HTTP API, for what a test arranges or checks behind the pages."""

from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from aiohttp import ClientSession

from tests.browser.conftest import Demo

COULD_NOT = {"outcome": "not_completed"}


class Api:
    """A session of somebody, over HTTP. Used inside `async with`."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self.url = demo.url
        self._http = ClientSession()
        self._headers: dict[str, str] = {}
        self.visit_id = ""
        self.queue_id = ""
        self.return_link = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._http.close()

    async def sign_in(self, role: str, index: int = 0) -> None:
        me = self._demo.staff(role, index)
        credentials = {"email": me["email"], "password": me["password"]}
        status, body = await self.call("POST", "auth/login", credentials)
        assert status == 200
        self._headers["Authorization"] = f"Bearer {body['access_token']}"

    async def walk_in(self, slug: str, name: str) -> None:
        """Join the first queue of a pharmacy and pass the device check."""
        _, pharmacy = await self.call("GET", f"pharmacies/{slug}")
        status, entrance = await self.call(
            "POST",
            f"pharmacies/{slug}/walk-ins",
            {
                "queue_id": pharmacy["queues"][0]["id"],
                "person": {"name": name, "birth_date": "1950-01-01"},
                "video_consent": True,
                "consent_version": pharmacy["consent_version"],
            },
        )
        assert status in {200, 201}
        self._headers["Authorization"] = f"Bearer {entrance['session']['access_token']}"
        self.visit_id = entrance["visit"]["id"]
        self.queue_id = entrance["visit"]["queue_id"]
        self.return_link = entrance["return_link"]
        check = {"camera": "ok", "microphone": "ok", "network": "good"}
        await self.call("POST", f"visits/{self.visit_id}/device-check", check)

    async def do(self, path: str, body: object = None) -> Any:
        """A POST that has to go well; answers what came back."""
        status, answer = await self.call("POST", path, body)
        assert status < 300, (path, status, answer)
        return answer

    async def stand(self, name: str) -> dict[str, Any]:
        """Where somebody stands in the queues that this member of staff serves."""
        _, me = await self.call("GET", "me")
        for queue in me["queues"]:
            _, view = await self.call("GET", f"queues/{queue['id']}")
            for visit in (*view["line"], *view["called"], *view["in_consultation"]):
                if visit["person_name"] == name:
                    return {**visit, "queue_id": queue["id"]}
        raise AssertionError(f"{name} stands in no line")

    async def send_everybody_home(self, queue_id: str) -> None:
        """Leave a queue open, empty and with nobody in a consultation."""
        _, view = await self.call("GET", f"queues/{queue_id}")
        if view["state"] == "paused":
            await self.do(f"queues/{queue_id}/resume")
        for visit in (*view["line"], *view["called"]):
            await self.do(f"visits/{visit['id']}/decline", {"guidance": "The test is over."})
        for visit in view["in_consultation"]:
            _, record = await self.call("GET", f"visits/{visit['id']}")
            await self.call("POST", f"consultations/{record['consultation_id']}/complete", COULD_NOT)

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        headers = {**self._headers, "Idempotency-Key": f"{uuid4()}"}
        url = f"{self._demo.url}/api/v1/{path}"
        async with self._http.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json() if response.content_length else None

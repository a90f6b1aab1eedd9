"""HTTP of a pharmacist's own duty."""

from server.api.endpoint import Call, Endpoint, endpoint
from server.auth.policy import Action
from server.waiting_room.duty import Duty
from server.waiting_room.schemas import ChangeDuty, DutyView


class DutyRoutes:
    """On duty, on a break, off duty."""

    def __init__(self, duty: Duty) -> None:
        self._duty = duty

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "GET",
                "/api/v1/me/duty",
                self.duty,
                action=Action.DUTY_OWN,
                summary="Whether the caller is on duty",
                tag="duty",
            ),
            endpoint(
                "PUT",
                "/api/v1/me/duty",
                self.change_duty,
                action=Action.DUTY_OWN,
                summary="Go on duty, on a break, or off duty",
                tag="duty",
            ),
        ]

    async def duty(self, call: Call) -> DutyView:
        return await self._duty.read(call.caller)

    async def change_duty(self, call: Call, body: ChangeDuty) -> DutyView:
        return await self._duty.change(call.caller, body)

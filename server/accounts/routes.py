"""Endpoints of pharmacies, links, arrivals and staff."""

from server.accounts.arrivals import Arrivals
from server.accounts.check_in import Entered
from server.accounts.invitations import Invitations
from server.accounts.pharmacies import Pharmacies
from server.accounts.repeats import Request
from server.accounts.schemas import (
    Entrance,
    InvitationLink,
    InvitationView,
    Invite,
    PharmacyView,
    Redeem,
    StaffList,
    WalkIn,
)
from server.accounts.staff import StaffRoster
from server.api.endpoint import Answer, Call, Endpoint, endpoint
from server.auth.callers import device
from server.auth.cookies import Cookies
from server.auth.door import Door
from server.auth.policy import Action
from server.auth.schemas import SessionView
from server.errors import Code

TAG = "accounts"
LINE_REFUSES = (Code.QUEUE_CLOSED, Code.QUEUE_PAUSED, Code.QUEUE_FULL)
LINK_REFUSED = (Code.INVITATION_UNKNOWN, Code.INVITATION_EXPIRED, Code.INVITATION_USED)


class AccountRoutes:
    """`pharmacies`, `invitations` and `staff`. `door` bounds how many one address may bring in."""

    def __init__(
        self,
        *,
        pharmacies: Pharmacies,
        arrivals: Arrivals,
        invitations: Invitations,
        staff: StaffRoster,
        cookies: Cookies,
        door: Door,
    ) -> None:
        self._pharmacies = pharmacies
        self._arrivals = arrivals
        self._invitations = invitations
        self._staff = staff
        self._cookies = cookies
        self._door = door

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "GET",
                "/api/v1/pharmacies/{slug}",
                self.pharmacy,
                action=None,
                summary="Show a pharmacy, its queues and their waits",
                tag=TAG,
            ),
            endpoint(
                "POST",
                "/api/v1/pharmacies/{slug}/walk-ins",
                self.walk_in,
                action=None,
                summary="Come in at the door: a session and a place in a queue; takes an Idempotency-Key",
                tag=TAG,
                errors=(
                    *LINE_REFUSES,
                    Code.CONSENT_REQUIRED,
                    Code.SPEAKER_REQUIRED,
                    Code.ORIGIN_REFUSED,
                    Code.IDEMPOTENCY_KEY_REUSED,
                ),
            ),
            endpoint(
                "GET",
                "/api/v1/invitations/{token}",
                self.invitation,
                action=None,
                summary="Show what a link is for, without using it",
                tag=TAG,
                errors=(Code.INVITATION_UNKNOWN,),
            ),
            endpoint(
                "POST",
                "/api/v1/invitations/{token}/redeem",
                self.redeem,
                action=None,
                summary="Use a link: a session, and a visit or a consultation; takes an Idempotency-Key",
                tag=TAG,
                errors=(
                    *LINK_REFUSED,
                    *LINE_REFUSES,
                    Code.CONSENT_REQUIRED,
                    Code.ORIGIN_REFUSED,
                    Code.IDEMPOTENCY_KEY_REUSED,
                ),
            ),
            endpoint(
                "POST",
                "/api/v1/invitations",
                self.invite,
                action=Action.INVITATION_CREATE,
                summary="Make a link for a patient into a queue",
                tag=TAG,
                status=201,
                errors=(Code.NOT_FOUND, Code.SPEAKER_REQUIRED),
            ),
            endpoint(
                "GET",
                "/api/v1/staff",
                self.list_staff,
                action=Action.STAFF_READ,
                summary="List the staff of the tenant",
                tag=TAG,
            ),
        ]

    async def pharmacy(self, call: Call, slug: str) -> PharmacyView:
        return await self._pharmacies.public(slug)

    async def walk_in(self, call: Call, slug: str, body: WalkIn) -> Answer[Entrance]:
        self._door.enter(call.request)
        return self._entrance(await self._arrivals.walk_in(slug, body, _request(call)))

    async def invitation(self, call: Call, token: str) -> InvitationView:
        return await self._invitations.show(token)

    async def redeem(self, call: Call, token: str, body: Redeem) -> Answer[Entrance]:
        self._door.enter(call.request)
        return self._entrance(await self._arrivals.redeem(token, body, _request(call)))

    async def invite(self, call: Call, body: Invite) -> InvitationLink:
        return await self._invitations.invite(call.caller, body)

    async def list_staff(self, call: Call) -> StaffList:
        return await self._staff.read(call.caller)

    def _entrance(self, entered: Entered) -> Answer[Entrance]:
        view = Entrance(
            session=SessionView.of(entered.session),
            visit=entered.visit,
            consultation_id=entered.consultation_id,
            return_link=entered.return_link,
        )
        return Answer(view, decorate=self._cookies.keep(entered.session))


def _request(call: Call) -> Request:
    return Request(device=device(call.request), key=call.idempotency_key)

"""Endpoints of signing in."""

from aiohttp import web

from server.api.endpoint import Answer, Call, Endpoint, endpoint
from server.auth.callers import Origins, address, device
from server.auth.cookies import Cookies
from server.auth.login import Login
from server.auth.me import Me
from server.auth.policy import Action
from server.auth.schemas import Login as Credentials
from server.auth.schemas import Logout, MeView, Refresh, SessionView
from server.auth.sessions import Sessions
from server.errors import Code, Refusal

TAG = "auth"


class AuthRoutes:
    """`auth/*` and `me`."""

    def __init__(
        self,
        *,
        login: Login,
        sessions: Sessions,
        me: Me,
        cookies: Cookies,
        origins: Origins,
        trusted_proxies: int = 0,
    ) -> None:
        self._login = login
        self._sessions = sessions
        self._me = me
        self._cookies = cookies
        self._origins = origins
        self._trusted_proxies = trusted_proxies

    def endpoints(self) -> list[Endpoint]:
        return [
            endpoint(
                "POST",
                "/api/v1/auth/login",
                self.login,
                action=None,
                summary="Sign in as a member of staff; sets the refresh cookie",
                tag=TAG,
                errors=(
                    Code.WRONG_CREDENTIALS,
                    Code.SECOND_FACTOR_REQUIRED,
                    Code.SECOND_FACTOR_WRONG,
                    Code.LOGIN_LOCKED,
                    Code.ORIGIN_REFUSED,
                ),
            ),
            endpoint(
                "POST",
                "/api/v1/auth/refresh",
                self.refresh,
                action=None,
                summary="Renew the tokens with the refresh cookie",
                tag=TAG,
                errors=(Code.UNAUTHENTICATED, Code.SESSION_ENDED, Code.ORIGIN_REFUSED),
            ),
            endpoint(
                "POST",
                "/api/v1/auth/logout",
                self.logout,
                action=None,
                summary="End the session of the refresh cookie, and clear the cookie",
                tag=TAG,
                errors=(Code.ORIGIN_REFUSED,),
            ),
            endpoint(
                "GET",
                "/api/v1/me",
                self.read_me,
                action=Action.ME_READ,
                summary="Say who the caller is",
                tag=TAG,
            ),
        ]

    async def login(self, call: Call, body: Credentials) -> Answer[SessionView]:
        self._origins.refuse_foreign(call.request)
        opened = await self._login.login(
            email=body.email,
            password=body.password,
            otp=body.otp,
            address=address(call.request, trusted_proxies=self._trusted_proxies),
            device=device(call.request),
        )
        return Answer(SessionView.of(opened), decorate=self._cookies.keep(opened))

    async def refresh(self, call: Call, body: Refresh) -> Answer[SessionView]:
        self._origins.require(call.request)
        cookie = self._cookies.read(call.request, body.audience)
        if cookie is None:
            raise Refusal(Code.UNAUTHENTICATED)
        opened = await self._sessions.refresh(cookie, device=device(call.request), idle_s=body.idle_s)
        return Answer(SessionView.of(opened), decorate=self._cookies.keep(opened))

    async def logout(self, call: Call, body: Logout) -> web.Response:
        self._origins.require(call.request)
        cookie = self._cookies.read(call.request, body.audience)
        if cookie is not None:
            await self._sessions.logout(cookie)
        response = web.Response(status=204, headers={"Cache-Control": "no-store"})
        self._cookies.clear(body.audience)(response)
        return response

    async def read_me(self, call: Call) -> MeView:
        return await self._me.read(call.caller)

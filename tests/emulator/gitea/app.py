"""The Gitea and Forgejo application: authentication, token scopes, routing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator import push, pushing
from tests.emulator.access import Caller
from tests.emulator.credentials import secret_of
from tests.emulator.faultkinds import scope_message
from tests.emulator.gitea import account, files, issues, listings, merging, pulls, refs, reviews, statuses, writing
from tests.emulator.gitea.call import Call, RefusedError
from tests.emulator.routes import Router
from tests.emulator.wire import Request, Response, dump

if TYPE_CHECKING:
    from tests.emulator.server import Emulator

# the order in which a Gitea prints a token's scopes
CATEGORIES = (
    "activitypub", "admin", "misc", "notification", "organization", "package", "issue", "repository", "user",
)  # fmt: skip
READING = {"GET", "HEAD", "OPTIONS"}

ROUTER = Router()
for module in (account, listings, files, refs, statuses, reviews, pulls, merging, issues, writing):
    module.register(ROUTER)


def scope_text(scopes: tuple[str, ...]) -> str:
    """A token's scopes normalised and in the server's order; writing implies reading."""
    if "all" in scopes:
        return "all"
    found = [
        f"{level}:{name}" for name in CATEGORIES for level in ("write", "read") if f"{level}:{name}" in scopes
    ]
    kept = [s for s in found if not (s.startswith("read:") and "write:" + s[5:] in found)]
    return ",".join([*kept, *(["public-only"] if "public-only" in scopes else [])])


def allows(scopes: tuple[str, ...], wanted: str) -> bool:
    level, _, name = wanted.partition(":")
    return "all" in scopes or f"write:{name}" in scopes or (level == "read" and f"read:{name}" in scopes)


class GiteaApp:
    """Answers /api/v1 of one world, as Gitea or as Forgejo."""

    prefix = "/api/v1"

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.world = emulator.world

    def identify(self, request: Request) -> tuple[Caller, bool]:
        """(caller, whether what was sent is a token of this server or nothing)."""
        secret = secret_of(request.headers.get("authorization", ""))
        if not secret:
            return Caller(self.world), True
        token = self.world.tokens.get(secret)
        if token is None or token.revoked:
            return Caller(self.world), False
        return Caller(self.world, token), True

    def handle(self, request: Request) -> Response:
        with self.world.lock:
            merging.settle(self.world)
            caller, known = self.identify(request)
            if push.is_push(request):
                return push.answer(request, self.world, caller, self.emulator.forge, known=known)
            if pushing.is_push(request):
                token = caller.token
                # Only Basic authentication works at these routes: services/auth/basic.go and oauth2.go of Gitea
                basic = request.headers.get("authorization", "").lower().startswith("basic ")
                allowed = token is not None and (token.kind == "job" or allows(token.scopes, "write:repository"))
                return pushing.receive(self.world, caller, request, known=known and basic, may_write=allowed)
            call = Call(request, self.world, self.emulator.url, self.emulator.forge, caller)
            try:
                return self._dispatch(call, known=known)
            except RefusedError as refused:
                return refused.response

    def _dispatch(self, call: Call, *, known: bool) -> Response:
        path = call.request.raw_path
        if not path.startswith(self.prefix + "/"):
            return Response(404, b"Not found.\n", [("Content-Type", "text/plain;charset=utf-8")])
        if not known:
            call.refuse(401, "invalid username, password or token")
        if call.settings.require_signin and call.caller.anonymous:
            body = dump({"message": "Only signed in user is allowed to call APIs."})
            return Response(403, body, [("Content-Type", "application/json;charset=utf-8")])
        method = "GET" if call.request.method == "HEAD" else call.request.method
        route, call.params, exists = ROUTER.find(method, path[len(self.prefix) :])
        if route is None or not route.needs.get("when", lambda _: True)(call):
            status, text = (405, b"") if exists and route is None else (404, b"404 page not found\n")
            return Response(status, text, [("Content-Type", "text/plain; charset=utf-8")])
        call.needs = route.needs
        self._check_scope(call, route.needs.get("scope", ()))
        if route.needs.get("token") and call.caller.anonymous:
            call.refuse(401, "token is required")
        return route.handler(call)

    def _check_scope(self, call: Call, categories: tuple[str, ...]) -> None:
        token = call.caller.token
        # a job's own token has no scopes, and a person's session neither
        if token is None or token.kind == "job" or not categories:
            return
        level = "read" if call.request.method in READING else "write"
        # each category has a guard of its own: the first that fails speaks
        for wanted in (f"{level}:{name}" for name in categories):
            if not allows(token.scopes, wanted):
                call.refuse(403, scope_message(call.forge, wanted, scope_text(token.scopes)))
        call.public_only = "public-only" in token.scopes

"""The GitHub application: authentication, limits, REST and GraphQL routing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.emulator import faulttexts as texts
from tests.emulator import push, pushing
from tests.emulator.access import Caller
from tests.emulator.credentials import secret_of
from tests.emulator.faulttexts import REQUEST_ID
from tests.emulator.github import permission as permissions
from tests.emulator.github import rest
from tests.emulator.github.call import JSON, Call, RefusedError
from tests.emulator.github.graphql import engine
from tests.emulator.github.graphql.session import Session
from tests.emulator.github.limits import Limits
from tests.emulator.wire import Request, Response, dump

if TYPE_CHECKING:
    from tests.emulator.server import Emulator

READING = {"GET", "HEAD"}


class GitHubApp:
    """Answers REST and GraphQL of one world; on an Enterprise Server under /api/v3 and /api/graphql."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.world = emulator.world
        ghes = self.world.settings.ghes
        self.prefix = "/api/v3" if ghes else ""
        self.graphql_path = "/api/graphql" if ghes else "/graphql"
        self.graphql_url = emulator.url + self.graphql_path
        self.limits = Limits(self.world)

    def identify(self, request: Request) -> tuple[Caller, bool]:
        secret = secret_of(request.headers.get("authorization", ""))
        if not secret:
            return Caller(self.world), True
        token = self.world.tokens.get(secret)
        if token is None or token.revoked:
            return Caller(self.world), False
        return Caller(self.world, token), True

    def handle(self, request: Request) -> Response:
        with self.world.lock:
            caller, known = self.identify(request)
            if push.is_push(request):
                return push.answer(request, self.world, caller, "github", known=known)
            call = Call(request, self.world, self.emulator.url, self.emulator.url + self.prefix, caller)
            if pushing.is_push(request):
                # The web host takes pushes, and no header of the API is on its answers.
                allowed = self._may_push(call)
                return pushing.receive(self.world, caller, request, "github", known=known, may_write=allowed)
            try:
                response = self._dispatch(call, known=known)
            except RefusedError as refused:
                response = refused.response
            return self._dressed(call, response)

    def _may_push(self, call: Call) -> bool:
        found = self.world.names.get("/".join(call.request.path.split("/")[1:3]).lower().removesuffix(".git"))
        if found is None:
            return True
        return permissions.rank(call.caller, found) > 1 and permissions.permitted(
            call.caller, found, "contents", "write"
        )

    def _dispatch(self, call: Call, *, known: bool) -> Response:
        request = call.request
        if not request.headers.get("user-agent"):
            text = (
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header."
            )
            return Response(403, text.encode(), [("Content-Type", "text/html")])
        if not known:
            call.refuse(401, "Bad credentials")
        if request.path == self.graphql_path:
            return self._graphql(call)
        if not request.raw_path.startswith(self.prefix + "/"):
            call.not_found()
        resource = "core"
        free = request.raw_path == f"{self.prefix}/rate_limit"
        if not free:
            self._limit(call, resource, 1 if request.method in READING else 5, made=request.method == "POST")
            if not self.limits.spend(call.caller, resource) and not self.world.settings.ghes:
                call.refuse(403, texts.PRIMARY)
        method = "GET" if request.method == "HEAD" else request.method
        route, call.params, _ = rest.ROUTER.find(method, request.raw_path[len(self.prefix) :])
        if route is None:
            call.not_found()
        call.needs = route.needs
        if route.needs.get("token") and call.caller.anonymous:
            call.refuse(401, "Requires authentication")
        return route.handler(call, self.limits) if route.needs.get("limits") else route.handler(call)

    def _limit(self, call: Call, resource: str, points: int, *, made: bool) -> None:
        active = self.emulator.active
        said = self.limits.secondary(call.caller, resource, points, content=made, active=active)
        if said:
            call.refuse(403, said, ("Retry-After", str(self.limits.retry_after(call.caller))))

    # GraphQL ---------------------------------------------------------------------------------------------

    def _graphql(self, call: Call) -> Response:
        if call.request.method != "POST":
            call.not_found()
        if call.caller.anonymous:
            text = "This endpoint requires you to be authenticated."
            raise RefusedError(call.json({"message": text, "documentation_url": texts.DOCS, "status": "401"}, 401))
        if self.limits.remaining(call.caller, "graphql") <= 0 and not self.world.settings.ghes:
            return call.json({"errors": [{"type": "RATE_LIMITED", "message": texts.PRIMARY}]})
        session = Session(self.world, call.caller, call.url, self.emulator.faults, self.limits)

        def gate(mutation: bool) -> None:
            self._limit(call, "graphql", 5 if mutation else 1, made=mutation)

        body, points = engine.answer(session, call.body(), gate)
        self.limits.window(call.caller, "graphql").used += points
        return Response(200, dump(body), [JSON])

    def _dressed(self, call: Call, response: Response) -> Response:
        """Add the headers of every answer."""
        graphql = call.request.path == self.graphql_path
        resource = "graphql" if graphql else "core"
        if not self.world.settings.ghes:
            # an Enterprise Server has no rate limit until its administrator sets one
            response.headers += self.limits.headers(call.caller, resource)
        # As in nearly all of the 8,536 answers that PyGithub, octokit, github3.py and hub4j recorded.
        response.headers.append(("X-GitHub-Request-Id", REQUEST_ID))
        version = "v4" if graphql else "v3"
        response.headers.append(("X-GitHub-Media-Type", f"github.{version}; format=json"))
        token = call.caller.token
        if token is not None and token.kind in permissions.SCOPED:
            response.headers.append(("X-OAuth-Scopes", ", ".join(token.scopes)))
            wanted = "repo" if graphql else call.needs.get("scopes", "")
            response.headers.append(("X-Accepted-OAuth-Scopes", wanted))
        elif (
            token is not None
            and call.needs.get("permission")
            and not response.header("x-accepted-github-permissions")
        ):
            name, level = call.needs["permission"]
            response.headers.append(("X-Accepted-GitHub-Permissions", f"{name}={level}"))
        return response

"""One call to GitHub's REST API: who asks what, and the ways it answers.

https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qsl, urlencode

from tests.emulator import faulttexts as texts
from tests.emulator.github import permission as permissions
from tests.emulator.wire import Request, Response, dump

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.emulator.access import Caller
    from tests.emulator.repository import Repository
    from tests.emulator.world import Owner, Settings, World

JSON = ("Content-Type", "application/json; charset=utf-8")


class RefusedError(Exception):
    """A call that ends here, with the answer to give."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


@dataclass
class Call:
    """A request with what the route and the token make of it. `api` is where the REST API starts."""

    request: Request
    world: World
    url: str
    api: str
    caller: Caller
    needs: dict[str, Any] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return self.world.settings

    # answers ---------------------------------------------------------------------------------------------

    def json(self, value: object, status: int = 200, *headers: tuple[str, str]) -> Response:
        return Response(status, dump(value), [JSON, *headers])

    def refuse(self, status: int, message: str, *headers: tuple[str, str], **extra: object) -> NoReturn:
        body = {"message": message, **extra, "documentation_url": texts.DOCS, "status": str(status)}
        raise RefusedError(self.json(body, status, *headers))

    def not_found(self) -> NoReturn:
        self.refuse(404, "Not Found")

    def invalid(self, *errors: dict[str, Any], message: str = "Validation Failed") -> NoReturn:
        raise RefusedError(
            self.json(
                {"message": message, "errors": list(errors), "documentation_url": texts.DOCS, "status": "422"}, 422
            )
        )

    def page(
        self, rows: list[Any], shape: Callable[[Any], Any], *headers: tuple[str, str], key: str = ""
    ) -> Response:
        """One page of what the caller sees; GitHub hides rows before it cuts."""
        settings = self.settings
        size = self.request.number("per_page", settings.github_page_default)
        size = min(max(1, size), settings.github_page_max)
        page = max(1, self.request.number("page", 1))
        shown = [shape(row) for row in rows[(page - 1) * size : page * size]]
        links = self._links(len(rows), page, size)
        extra = [("Link", links)] if links else []
        body = {"total_count": len(rows), key: shown} if key else shown
        return self.json(body, 200, *headers, *extra)

    def _links(self, total: int, page: int, size: int) -> str:
        last = max(1, -(-total // size))
        rows = [(page - 1, "prev")] if page > 1 else []
        if page < last:
            rows += [(page + 1, "next"), (last, "last")]
        if page > 1:
            rows.append((1, "first"))
        return ", ".join(f'<{self._page_url(number)}>; rel="{rel}"' for number, rel in rows)

    def _page_url(self, number: int) -> str:
        query = [(k, v) for k, v in parse_qsl(self.request.query_string) if k != "page"]
        host = self.api.removesuffix("/api/v3") if self.settings.ghes else self.api
        return f"{host}{self.request.raw_path}?{urlencode([*query, ('page', str(number))])}"

    # lookups ---------------------------------------------------------------------------------------------

    def repository(self) -> Repository:
        """The repository of the path; ends the call with 404, 301/307, or what the token lacks."""
        if "id" in self.params:
            number = self.params["id"]
            found = self.world.repositories.get(int(number)) if number.isdigit() else None
        else:
            found = self._by_name()
        if found is None:
            self.not_found()
        self.check_sso(found.owner)
        if not permissions.visible(self.caller, found):
            self.not_found()
        self._check_permission(found)
        return found

    def _by_name(self) -> Repository | None:
        name = f"{self.params['owner']}/{self.params['repo']}".lower()
        found = self.world.names.get(name)
        moved = self.world.redirects.get(name)
        if found is None and moved is not None and permissions.visible(self.caller, moved):
            self._redirect(moved)
        return found

    def _redirect(self, moved: Repository) -> NoReturn:
        rest = re.sub(r"^.*?/repos/[^/]+/[^/?]+", "", self.request.target, count=1)
        target = f"{self.api}/repositories/{moved.id}{rest}"
        reading = self.request.method in {"GET", "HEAD"}
        body = {"message": "Moved Permanently", "url": target, "documentation_url": texts.DOCS}
        raise RefusedError(self.json(body, 301 if reading else 307, ("Location", target)))

    def check_sso(self, owner: Owner) -> None:
        if permissions.needs_sso(self.caller, owner):
            url = f"{self.url}/orgs/{owner.login}/sso?authorization_request=AAAAemulated"
            self.refuse(403, texts.SSO, ("X-GitHub-SSO", f"required; url={url}"))

    def _check_permission(self, repository: Repository) -> None:
        name, level = self.needs.get("permission", ("metadata", "read"))
        if not permissions.permitted(self.caller, repository, name, level):
            self.lacks(name, level)
        if level == "read":
            return
        own_branch = self.needs.get("open_to_readers") and permissions.rank(self.caller, repository) > 0
        if permissions.rank(self.caller, repository) < 2 and not own_branch:
            if permissions.kind(self.caller) in permissions.INTEGRATIONS | {"fine-grained"}:
                self.lacks(name, level)
            # GitHub hides from a token that may only read that there is anything to write to
            self.not_found()
        if repository.archived:
            self.refuse(403, "Repository was archived so is read-only.")

    def lacks(self, name: str, level: str) -> NoReturn:
        text = texts.NO_INTEGRATION if permissions.kind(self.caller) in permissions.INTEGRATIONS else texts.NO_PAT
        self.refuse(403, text, ("X-Accepted-GitHub-Permissions", f"{name}={level}"))

    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        try:
            value = self.request.json
        except ValueError:
            self.refuse(400, "Problems parsing JSON")
        if not isinstance(value, dict):
            self.refuse(400, "Body should be a JSON object")
        return value


def when(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None

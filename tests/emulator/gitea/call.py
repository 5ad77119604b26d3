"""One call to a Gitea or Forgejo: who asks what, and the ways such a server answers.

https://docs.gitea.com/api/ and https://forgejo.org/docs/latest/user/api-usage/
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, urlencode

from tests.emulator.wire import Request, Response, dump

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tests.emulator.access import Caller
    from tests.emulator.repository import Repository
    from tests.emulator.world import Owner, Settings, World

JSON = ("Content-Type", "application/json;charset=utf-8")
ZERO = "0001-01-01T00:00:00Z"
EPOCH = "1970-01-01T00:00:00Z"
NOT_FOUND = {"de": "Das Ziel konnte nicht gefunden werden.", "en": "The target couldn't be found."}


class RefusedError(Exception):
    """A call that ends here, with the answer to give."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


@dataclass
class Call:
    """A request with what the route and the token make of it."""

    request: Request
    world: World
    url: str
    forge: str
    caller: Caller
    needs: dict[str, Any] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    public_only: bool = False

    @property
    def settings(self) -> Settings:
        return self.world.settings

    @property
    def forgejo(self) -> bool:
        return self.forge == "forgejo"

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    # answers ---------------------------------------------------------------------------------------------

    def json(self, value: object, status: int = 200, *headers: tuple[str, str]) -> Response:
        return Response(status, dump(value) + b"\n", [JSON, *headers])

    def refuse(self, status: int, message: str) -> NoReturn:
        raise RefusedError(self.json({"message": message, "url": f"{self.url}/api/swagger"}, status))

    def not_found(self, message: str = "", *errors: str) -> NoReturn:
        """404 in the three-key shape; Forgejo words it in the reader's language."""
        if not message:
            language = self.request.headers.get("accept-language", "")[:2]
            message = NOT_FOUND.get(language, NOT_FOUND["en"]) if self.forgejo else "not found"
        # Forgejo builds the list with make(), Gitea leaves it nil
        listed = list(errors) or ([] if self.forgejo else None)
        body = {"errors": listed, "message": message, "url": f"{self.url}/api/swagger"}
        raise RefusedError(self.json(body, 404))

    def page(
        self, rows: list[Any], shape: Callable[[Any], Any], *, link: bool = True, key: str | None = None
    ) -> Response:
        """One page of rows that were cut before anything was hidden: a shape of None drops its row."""
        page, size = self.paging()
        shown = [s for s in map(shape, rows[(page - 1) * size : page * size]) if s is not None]
        headers = [("X-Total-Count", str(len(rows)))]
        if link and (links := self.links(len(rows), page, size)):
            headers.append(("Link", links))
        body = {"ok": True, key: shown} if key else shown
        return self.json(body, 200, *headers)

    def paging(self, name: str = "limit") -> tuple[int, int]:
        """(page, size): the size is capped whatever was asked, and an absent or silly one is the default."""
        size = self.request.number(name, 0)
        if size <= 0:
            size = self.settings.default_paging_num
        return max(1, self.request.number("page", 1)), min(size, self.settings.max_response_items)

    def links(self, total: int, page: int, size: int) -> str:
        """The Link header: absolute, its query sorted, a page past the end counting as the last."""
        last = max(1, ceil(total / size))
        page = min(page, last)
        rows = []
        if page < last:
            rows += [(page + 1, "next"), (last, "last")]
        if page > 1:
            rows += [(1, "first"), (page - 1, "prev")]
        return ",".join(f'<{self._page_url(number)}>; rel="{rel}"' for number, rel in rows)

    def _page_url(self, number: int) -> str:
        query = {**self.request.query, "page": [str(number)]}
        return f"{self.url}{self.request.raw_path}?{urlencode(sorted(query.items()), doseq=True)}"

    # lookups ---------------------------------------------------------------------------------------------

    def repository(self) -> Repository:
        """The repository of the path, or the answer that ends the call: 404, or 301/307 to its new name."""
        owner, name = self.params["owner"], self.params["repo"]
        account = self.world.owner(owner)
        if account is None:
            moved = self.world.owner_redirects.get(owner.lower())
            if moved is not None:
                self.redirect(307, f"/{quote(owner)}", f"/{quote(moved.login)}")
            self.not_found("GetUserByName", f"user redirect does not exist [name: {owner}]")
        found = self.world.names.get(f"{owner}/{name}".lower())
        if found is None:
            moved_repository = self.world.redirects.get(f"{owner}/{name}".lower())
            if moved_repository is not None:
                self.redirect(301, f"/{quote(owner)}/{quote(name)}", f"/{moved_repository.full_name}")
            self.not_found()
        if not self.caller.rank(found, public_for_job=not self.forgejo):
            self.not_found()
        if self.public_only and found.private:
            kind = "issues" if "issue" in self.needs.get("scope", ()) else "repos"
            self.refuse(403, f"token scope is limited to public {kind}")
        return found

    def moved_owner(self, name: str) -> None:
        """Redirect to the new name of an account that was renamed (seen on a real Gitea)."""
        moved = self.world.owner_redirects.get(name.lower())
        if moved is not None and self.world.owner(name) is None:
            self.redirect(307, f"/{quote(name)}", f"/{quote(moved.login)}")

    def redirect(self, status: int, old: str, new: str) -> NoReturn:
        """A relative redirect that keeps the rest of the path and the query."""
        target = self.request.target.replace(old, new, 1)
        if target == self.request.target:
            # the name was asked for in another case or escaping
            start = self.request.raw_path.lower().find(old.lower())
            target = self.request.target[:start] + new + self.request.target[start + len(old) :]
        body = f'<a href="{target}">{ {301: "Moved Permanently", 307: "Temporary Redirect"}[status] }</a>.\n\n'
        if self.request.method in {"GET", "HEAD"}:
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Location", target)]
            raise RefusedError(Response(status, body.encode(), headers))
        raise RefusedError(Response(status, b"", [("Location", target)]))

    def writable(self, repository: Repository) -> None:
        """Guard of the write routes that change git or requests."""
        if repository.archived:
            self.refuse(423, f"{repository.full_name} is archived")

    def body(self) -> dict[str, Any]:
        """The request's JSON object."""
        try:
            value = self.request.json
        except ValueError as error:
            self.refuse(422, f"json: {error}")
        if not isinstance(value, dict):
            self.refuse(422, "[]: json: cannot unmarshal value")
        return value


def when(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def avatar(url: str, owner: Owner) -> str:
    return f"{url}/avatars/{hashlib.md5((owner.email or owner.login).encode()).hexdigest()}"


def segments(path: str) -> str:
    """A path percent-encoded segment by segment, as Go's url.PathEscape does."""
    return "/".join(quote(part, safe="$&+=:@-_.~") for part in path.split("/"))

"""The recorded exchanges with a real Gitea, and how an emulator's answer is held against one.

What may differ is said here and nowhere else:

- the server's address, which is replaced by the emulator's;
- RUNTIME_COMMIT: the recordings do not show the files of that one commit, so its oid cannot be made again;
- `updated_at` and `language` of a repository: the real one sets them in the background, seconds after a push;
- `created_at`, `updated_at` and `closed_at` of pull requests and comments: other requests made them;
- the ids of releases and comments: the real server counts tags and events as such, too;
- rows of a listing past the second: the recordings keep two (`rows_in_the_real_answer` says how many there were).

Everything else must be equal: status, the headers of HEADERS, every key, every value, every other oid.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from tests.emulator.repository import Repository

FOLDER = Path(__file__).parent.parent / "data" / "recordings" / "gitea"
HEADERS = (
    "content-type", "link", "location", "x-total-count", "x-hasmore", "etag", "last-modified",
    "x-gitea-object-type",
)  # fmt: skip
ADDRESS = "http://127.0.0.1:3000"
RUNTIME_COMMIT = "8b1b419bbcac4b0b339679eb05a7415860807253"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
COUNTED = re.compile(r"(/releases/|issuecomment-)\d+")


@dataclass(frozen=True)
class Recording:
    """One exchange as the real server had it."""

    case: str
    method: str
    path: str
    user: str | None
    scopes: tuple[str, ...] | None
    body: Any
    status: int
    headers: dict[str, str]
    answer: Any
    rows: int | None


def load(case: str) -> Recording:
    data = json.loads((FOLDER / f"{case}.json").read_text(encoding="utf-8"))
    asked, answered = data["request"], data["response"]
    scopes = asked["token_scopes"]
    return Recording(
        data["case"],
        asked["method"],
        asked["path"],
        asked["user"],
        None if scopes is None else tuple(scopes),
        asked["json"],
        answered["status"],
        answered["headers"],
        answered["body"],
        answered.get("rows_in_the_real_answer"),
    )


def cases() -> list[str]:
    return sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json"))


def differences(recording: Recording, response: httpx.Response, url: str, runtime: Repository) -> list[str]:
    """What an answer has otherwise than the recording, one line each; none is a match."""
    head = runtime.head
    same = {ADDRESS: url, RUNTIME_COMMIT: head.oid if head else ""}
    rows: list[str] = []
    if response.status_code != recording.status:
        rows.append(f"status: {recording.status} was recorded, {response.status_code} came")
    for name in HEADERS:
        wanted, got = recording.headers.get(name), response.headers.get(name)
        if _replaced(wanted, same) != got:
            rows.append(f"header {name}: {_replaced(wanted, same)!r} was recorded, {got!r} came")
    got = _body(recording, response)
    if recording.rows is not None:
        got, more = _first_two(got, recording.rows)
        rows += more
    rows += _compare(_replaced(recording.answer, same), got, "$")
    return rows


def _body(recording: Recording, response: httpx.Response) -> Any:
    if "json" in response.headers.get("content-type", "") and not isinstance(recording.answer, str):
        return response.json()
    return response.text


def _first_two(body: Any, rows: int) -> tuple[Any, list[str]]:
    listed = body["data"] if isinstance(body, dict) else body
    wrong = [] if len(listed) == rows else [f"rows: {rows} were recorded, {len(listed)} came"]
    return ({**body, "data": listed[:2]} if isinstance(body, dict) else listed[:2]), wrong


def _replaced(value: Any, same: dict[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in same.items():
            value = value.replace(old, new)
        return value
    if isinstance(value, list):
        return [_replaced(item, same) for item in value]
    if isinstance(value, dict):
        return {key: _replaced(item, same) for key, item in value.items()}
    return value


def _compare(wanted: Any, got: Any, path: str) -> list[str]:
    if isinstance(wanted, dict) and isinstance(got, dict):
        rows = [f"{path}.{k}: only in the recording" for k in wanted.keys() - got.keys()]
        rows += [f"{path}.{k}: not in the recording" for k in got.keys() - wanted.keys()]
        moving = _moving(wanted)
        for name in wanted.keys() & got.keys():
            if name not in moving or not _same_kind(wanted[name], got[name]):
                rows += _compare(wanted[name], got[name], f"{path}.{name}")
        return sorted(rows)
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        pairs = enumerate(zip(wanted, got, strict=True))
        return [row for i, (w, g) in pairs for row in _compare(w, g, f"{path}[{i}]")]
    if isinstance(wanted, str) and isinstance(got, str):
        wanted, got = COUNTED.sub(r"\1", wanted), COUNTED.sub(r"\1", got)
    return (
        [] if wanted == got and type(wanted) is type(got) else [f"{path}: {wanted!r} was recorded, {got!r} came"]
    )


def _moving(row: dict[str, Any]) -> set[str]:
    """The keys of one object that may differ, as the module's text lists them."""
    if "full_name" in row and "clone_url" in row:
        return {"updated_at", "language"}
    if "merge_base" in row:
        return {"created_at", "updated_at", "closed_at"}
    if "issue_url" in row:
        return {"id", "created_at", "updated_at"}
    return {"id"} if "tag_name" in row else set()


def _same_kind(wanted: Any, got: Any) -> bool:
    """Whether two values that may differ are at least of one kind: both dates, both ids, both null."""
    if isinstance(wanted, str) and DATE.fullmatch(wanted):
        return isinstance(got, str) and DATE.fullmatch(got) is not None
    return type(wanted) is type(got)
